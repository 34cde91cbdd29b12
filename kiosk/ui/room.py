"""How much fits on the glass."""

import msgspec

from kiosk.ui.keyboard.rows import Shape


class Room(msgspec.Struct, frozen=True):
    """Tiles, rows of a list, lines of a sheet's facts below its title, and the keyboard's shape.

    `letters` is about how many stand in a line across the whole panel, `buttons` how many beside a
    sheet's facts. `upright` is whether the panel stands, where buttons are below instead.
    """

    tiles: int
    rows: int
    lines: int
    keys: Shape = Shape.TEN
    letters: int = 46
    buttons: int = 3
    upright: bool = False
