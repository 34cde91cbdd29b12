"""A box's mosquitto: loopback only, bridged to the province's. Pure."""

from dataclasses import dataclass
from pathlib import Path

from devices.contract.identity import BRIDGE, BoxId
from devices.contract.topics import VERSION, Leaf, PartTopics, Way
from provisioning.broker.lines import common, plain_listener

_QUEUED = 4_000
# all but `line`: the bridge says that itself at either end, and its own words would come back late
_CARRIED_UP = (
    Leaf.CONN,
    Leaf.DESC,
    Leaf.STATUS,
    Leaf.EVENT,
    Leaf.REPLY,
    Leaf.ASK,
    Leaf.STATE,
    Leaf.REPORTED,
)


@dataclass(frozen=True, slots=True)
class BridgeTls:
    """PEM files of a line over mTLS: the province's CA, the box's own certificate and its key."""

    ca_file: Path
    certificate_file: Path
    key_file: Path


@dataclass(frozen=True, slots=True)
class Bridge:
    """Where a box's broker finds the province's. With `tls`, `host` is what its certificate says.

    A lost line is tried again after a random wait that grows to `longest_wait_s`: 10,000 boxes and
    60 s are 170 handshakes a second, a third of what a core of the province's broker bears
    (docs/brokers.md).
    """

    box: str
    host: str
    port: int
    tls: BridgeTls | None = None
    longest_wait_s: int = 5


def box_config(*, port: int, directory: Path, bridge: Bridge | None = None) -> str:
    """Return mosquitto's configuration for a box: loopback only, its `up/+/...` and `dn/#` bridged.

    The bridge says at the province whether its line is up, and leaves a will: a line that was cut
    is known there within 15 s. While the line is down, what does not fit the queue is dropped;
    retained topics are sent afresh by the bridge when it is up again, and journals resend by
    themselves. mosquitto reads a bridge's certificate, key and CA at its start only: one that was
    renewed takes effect with a restart of the box's broker.
    """
    text = plain_listener(port) + common(directory=directory, queued=_QUEUED)
    return text if bridge is None else text + _bridge(bridge)


def _bridge(bridge: Bridge) -> str:
    own = f"{VERSION}/{bridge.box}"
    parts_say = "".join(f"topic {own}/{Way.UP}/+/{leaf} out 1\n" for leaf in _CARRIED_UP)
    return (
        f"connection {bridge.box}\n"
        f"address {bridge.host}:{bridge.port}\n"
        f"{_tls(bridge.tls) if bridge.tls else ''}"
        "bridge_protocol_version mqttv50\n"
        f"remote_clientid {bridge.box}\n"
        f"local_clientid bridge-{bridge.box}\n"
        "cleansession false\n"
        "notifications true\n"
        f"notification_topic {PartTopics(BoxId(bridge.box), BRIDGE).line}\n"
        "start_type automatic\n"
        f"restart_timeout 1 {bridge.longest_wait_s}\n"
        "keepalive_interval 10\n"
        "bridge_attempt_unsubscribe false\n"
        f"{parts_say}"
        f"topic {own}/{Way.DOWN}/# in 1\n"
    )


def _tls(tls: BridgeTls) -> str:
    return (
        f"bridge_cafile {tls.ca_file.absolute()}\n"
        f"bridge_certfile {tls.certificate_file.absolute()}\n"
        f"bridge_keyfile {tls.key_file.absolute()}\n"
        "bridge_insecure false\n"  # the name in the province's certificate is checked
        "bridge_tls_version tlsv1.2\n"  # or newer
    )
