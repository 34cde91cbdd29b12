"""Lines that every mosquitto of the house has. Pure."""

from pathlib import Path

from devices.contract.message import MAX_PAYLOAD_BYTES

LOOPBACK = "127.0.0.1"


def plain_listener(port: int) -> str:
    """Return a listener for processes of this machine, without TLS and without names."""
    return f"listener {port} {LOOPBACK}\nallow_anonymous true\n"


def common(*, directory: Path, queued: int) -> str:
    """Return what holds for the whole broker; its store lies in `directory`.

    A client may let `queued` messages wait. The log names clients and topics, never what was said.
    """
    return (
        "set_tcp_nodelay true\n"  # without it a QoS 1 round trip costs 44 ms a side
        f"max_queued_messages {queued}\n"
        "max_inflight_messages 1000\n"
        f"message_size_limit {2 * MAX_PAYLOAD_BYTES}\n"
        "persistence true\n"
        f"persistence_location {directory.absolute()}/\n"
        "autosave_interval 60\n"
        "connection_messages false\n"
        "log_dest stderr\n"
        "log_type error\nlog_type warning\nlog_type notice\nlog_type information\n"
    )
