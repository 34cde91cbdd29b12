"""What stands on the glass, in a file, for one who looks without eyes (demo, tests).

Off unless the configuration names a file.
"""

from pathlib import Path

import msgspec

from vc.endpoint.presses import AnyPress
from vc.endpoint.view import Screen


class Touchable(msgspec.Struct, frozen=True, kw_only=True):
    """Something that can be touched now: pixels of the glass from its left and top."""

    press: AnyPress
    left: float
    top: float
    width: float
    height: float


class Mirrored(msgspec.Struct, frozen=True, kw_only=True):
    """One screen, and its buttons, topmost first."""

    screen: Screen
    places: tuple[Touchable, ...]


def write_mirror(path: Path, mirrored: Mirrored) -> None:
    """Write the file whole or not at all."""
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(msgspec.json.encode(mirrored))
    part.replace(path)


def read_mirror(path: Path) -> Mirrored | None:
    """Return what stands on the glass; None before the first screen."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Mirrored)
    except FileNotFoundError:
        return None
