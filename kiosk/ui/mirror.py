"""What stands on the glass, in a file, for one who drives the kiosk without eyes (demo, tests).

Off unless the configuration names a file: the mirror shows all that the citizen sees.
"""

from pathlib import Path

import msgspec

from kiosk.ui.events import AnyAction
from kiosk.ui.screen import Screen


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A key that can be touched now: pixels of the glass from its left and top."""

    action: AnyAction
    left: float
    top: float
    width: float
    height: float


class Mirrored(msgspec.Struct, frozen=True, kw_only=True):
    """One picture. `count` tells it from the ones before."""

    count: int
    screen: Screen
    places: tuple[Place, ...]


class Mirror:
    """Writes each screen to the file as it is drawn, whole or not at all."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._part = path.with_name(f".{path.name}.part")
        self._count = 0

    def write(self, screen: Screen, places: tuple[Place, ...]) -> None:
        """Write the screen and the places of its keys."""
        self._count += 1
        mirrored = Mirrored(count=self._count, screen=screen, places=places)
        self._part.write_bytes(msgspec.json.encode(mirrored))
        self._part.replace(self._path)


def read_mirror(path: Path) -> Mirrored | None:
    """Return what stands on the glass; None before the first screen."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Mirrored)
    except FileNotFoundError:
        return None
