"""The province's mosquitto: loopback for its own processes, mTLS for boxes. Pure.

docs/brokers.md says of each line what it protects against.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from devices.contract.topics import VERSION, Way
from provisioning.broker.lines import common, plain_listener

_QUEUED = 200_000  # ingest may be away for minutes; a box's queue holds commands and marks
_LONGEST_KEEPALIVE_S = 600
_FORGOTTEN_AFTER = "14d"  # sessions of boxes that never came again
_CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20"  # TLS 1.2; those of 1.3 are all right


@dataclass(frozen=True, slots=True)
class DoorFiles:
    """PEM files of the CA of boxes, the door's own certificate, its key, and who was revoked.

    A revocation list that has expired locks every box out. `acl` is what `acl()` returns.
    """

    ca: Path
    certificate: Path
    key: Path
    crl: Path
    acl: Path


@dataclass(frozen=True, slots=True)
class Door:
    """The listener boxes come to with their certificates, on `host` (empty: every address)."""

    port: int
    files: DoorFiles
    host: str = ""
    most_boxes: int = 12_000


def province_config(*, port: int, directory: Path, door: Door | None = None) -> str:
    """Return mosquitto's configuration for the province: loopback, and the boxes' door if given."""
    settings = common(directory=directory, queued=_QUEUED)
    if door is None:
        return plain_listener(port) + settings
    return (
        "per_listener_settings true\n"  # what is open on loopback is closed at the door
        f"{settings}"
        f"max_keepalive {_LONGEST_KEEPALIVE_S}\n"
        f"persistent_client_expiration {_FORGOTTEN_AFTER}\n"
        "\n"
        f"{plain_listener(port)}"
        "\n"
        f"{_door(door)}"
    )


def _door(door: Door) -> str:
    files = door.files
    return (
        f"listener {door.port} {door.host}".rstrip() + "\n"
        "allow_anonymous false\n"
        f"cafile {files.ca.absolute()}\n"
        f"certfile {files.certificate.absolute()}\n"
        f"keyfile {files.key.absolute()}\n"
        f"crlfile {files.crl.absolute()}\n"
        "require_certificate true\n"
        "use_identity_as_username true\n"  # a box is who its certificate's CN says
        "use_username_as_clientid true\n"  # else a valid box takes another's session and its queue
        f"acl_file {files.acl.absolute()}\n"
        "tls_version tlsv1.2\n"  # or newer
        f"ciphers {_CIPHERS}\n"
        f"max_connections {door.most_boxes}\n"
    )


def acl(users: Iterable[str] = ()) -> str:
    """Return who may do what at the door: boxes under their own name, `users` as the province does.

    `users` are CNs of the province's own processes that come by TLS. They read all that boxes say
    and write what boxes are told; the CA must never give a box one of these names.
    """
    boxes = (
        "# A box (%u is its certificate's CN) says what is its own, and reads what it is told.\n"
        f"pattern write {VERSION}/%u/{Way.UP}/#\n"
        f"pattern read {VERSION}/%u/{Way.DOWN}/#\n"
    )
    return boxes + "".join(
        f"\nuser {user}\ntopic read {VERSION}/+/{Way.UP}/#\ntopic write {VERSION}/+/{Way.DOWN}/#\n"
        for user in users
    )
