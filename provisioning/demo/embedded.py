"""ROOT of the stand-in broker: one broker for the whole demo where mosquitto cannot be had.

It knows no users and no rights and keeps everything in memory, so it listens on loopback only and
is for looking at the demo. Like mosquitto it tells systemd when it is ready.
"""

import logging
import socket
import sys
import threading
import time
from pathlib import Path

import sdnotify

from devices.contract.message import MAX_PAYLOAD_BYTES

_POLL_S = 0.02


def embedded_config(host: str, port: int) -> str:
    """Return the broker's configuration: MQTT 5 only, for its MQTT 3 listener can be crashed."""
    return (
        "id = 0\n"
        "[router]\n"
        "id = 0\n"
        "max_connections = 200\n"
        "max_outgoing_packet_count = 200\n"
        "max_segment_size = 16777216\n"
        "max_segment_count = 4\n"
        "[v5.1]\n"
        'name = "demo"\n'
        f'listen = "{host}:{port}"\n'
        "next_connection_delay_ms = 1\n"
        "[v5.1.connections]\n"
        "connection_timeout_ms = 60000\n"
        f"max_payload_size = {2 * MAX_PAYLOAD_BYTES}\n"
        "max_inflight_count = 500\n"
    )


def main() -> None:
    """Run the broker of the configuration file named first, at the host and port named next."""
    from iotcore import Broker  # noqa: PLC0415 - an extra of the demo

    config, host, port = sys.argv[1:]
    logging.getLogger("rumqttd").setLevel(logging.CRITICAL)  # it calls every packet an error
    threading.Thread(target=_tell_when_up, args=(host, int(port)), daemon=True).start()
    Broker(config_path=str(Path(config))).run_forever()


def _tell_when_up(host: str, port: int) -> None:
    while True:
        with socket.socket() as probe:
            if probe.connect_ex((host, port)) == 0:
                break
        time.sleep(_POLL_S)
    sdnotify.SystemdNotifier().notify("READY=1")


if __name__ == "__main__":
    main()
