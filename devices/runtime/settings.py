"""What every process's configuration holds."""

from typing import Annotated, Literal

import msgspec

from devices.contract.config import Config
from devices.contract.identity import NAME_PATTERN

Port = Annotated[int, msgspec.Meta(ge=0, le=65_535)]
Name = Annotated[str, msgspec.Meta(pattern=NAME_PATTERN)]


class ClientTls(Config, frozen=True, kw_only=True):
    """PEM files: the CA whose brokers are believed, and our own certificate with its key.

    `check_dates = false` is for a box whose clock is not set yet: whoever it talks to must still be
    of the CA and have the right name.
    """

    ca_file: str
    certificate_file: str = ""
    key_file: str = ""
    check_dates: bool = True


class BusConfig(Config, frozen=True, kw_only=True):
    """Where the process's broker is. Without `tls` nothing is secret: for loopback."""

    host: str = "127.0.0.1"
    port: Annotated[int, msgspec.Meta(ge=1, le=65_535)] = 1883
    keepalive_s: Annotated[int, msgspec.Meta(ge=2, le=600)] = 20
    tls: ClientTls | None = None


MOST_STATUS_S = 120.0
"""Between two statuses of a part: one that tells more rarely would pass for one that hangs."""


class ProcessConfig(Config, frozen=True, kw_only=True):
    """The keys that every process has; each process adds its own."""

    box: Name
    site: str = ""
    state_dir: str = "/var/lib/motcua"
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    status_every_s: Annotated[float, msgspec.Meta(ge=0.2, le=MOST_STATUS_S)] = 60.0
    bus: BusConfig = BusConfig()
