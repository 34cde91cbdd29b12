"""Where scans lie while a citizen is there, and how much of them. Pure."""

from typing import Annotated, Literal

import msgspec

from devices.contract.afar import ScanFolder
from devices.contract.config import Config

FOLDER = "/run/motcua-devices/scans"
"""In the runtime directory that systemd makes for the device process, in memory."""


class ScansConfig(Config, frozen=True, kw_only=True):
    """Scanning papers with the box's camera. Without this table nothing is scanned.

    `folder` must lie in memory (tmpfs). Nothing outlives `idle_s` without a command. `turn_deg`:
    how far a picture is turned clockwise until the citizen's side is below. `desk_width_mm`: what
    the picture's width shows of the desk, which alone tells A5 from A4; 0 when unknown. `ink`:
    `auto` keeps text black and white, and what has tones or colours in them.
    """

    folder: ScanFolder = FOLDER
    pages: Annotated[int, msgspec.Meta(ge=1, le=50)] = 20
    megabytes: Annotated[int, msgspec.Meta(ge=4, le=256)] = 48
    idle_s: Annotated[float, msgspec.Meta(gt=0, le=300)] = 90.0
    ink: Literal["auto", "black", "gray", "colour"] = "auto"
    turn_deg: Literal[0, 90, 180, 270] = 0
    desk_width_mm: Annotated[float, msgspec.Meta(ge=0, le=2000)] = 0.0
    dpi: Annotated[int, msgspec.Meta(ge=100, le=300)] = 200
