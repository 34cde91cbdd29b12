"""What every driver of a board is configured with."""

from typing import Annotated

import msgspec

from devices.contract.afar import FirmwareKeys
from devices.contract.config import Config
from devices.device import DriverConfig
from devices.runtime.settings import Name


class WatchdogConfig(Config, frozen=True, kw_only=True):
    """Whose silence takes the box's power for a moment.

    `parts` are processes of this box; the power goes when one of them has not proved for `limit_s`
    that it lives. A part tells its status every 60 s, every 120 s at the rarest, and restarts
    within a minute.
    """

    parts: Annotated[tuple[Name, ...], msgspec.Meta(min_length=1, max_length=16)]
    limit_s: Annotated[int, msgspec.Meta(ge=300, le=3600)] = 300


class BoardDriverConfig(DriverConfig, frozen=True, kw_only=True):
    """Names by their order on the board; those without one are called `button-1`, `lamp-1` ...

    `firmware_keys` is a folder of PEM files: the public keys (Ed25519) of who may sign firmware.
    New firmware must answer for `prove_s` before it stays.
    """

    buttons: tuple[Name, ...] = ()
    lamps: tuple[Name, ...] = ()
    switches: tuple[Name, ...] = ("door", "tamper")
    watchdog: WatchdogConfig | None = None
    firmware_keys: FirmwareKeys = "/etc/motcua/firmware-keys"
    prove_s: Annotated[float, msgspec.Meta(ge=1, le=60)] = 5.0
