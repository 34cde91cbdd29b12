"""How much fits on a panel, for each way of reading."""

from collections.abc import Callable

from kiosk.ui.keyboard.layout import shape
from kiosk.ui.panel import GlassConfig
from kiosk.ui.room import Room
from kiosk.ui.state import Access
from kiosk.ui.theme import LINE, MANY, USUAL, columns, frame, metrics

_LETTER = 0.52  # the width of most letters in their font size, spaces with them


def room(glass: GlassConfig, access: Access = USUAL) -> Room:
    """Return how much fits below a prompt of one line, with a footer."""
    sizes = metrics(glass, access)
    body = frame(sizes, footer=True).body
    tiles = int((body.h + sizes.gap) // (sizes.tile + sizes.gap))
    rows = int((body.h - sizes.line + sizes.gap / 2) // (sizes.row + sizes.gap))
    lines = int((body.h - sizes.title * LINE) // sizes.line)
    letter = sizes.text * _LETTER
    button = sizes.touch + sizes.gap
    return Room(
        tiles=max(1, tiles) * columns(sizes, MANY),
        rows=max(1, rows),
        lines=lines,
        keys=shape(glass),
        letters=int(body.w / letter),
        buttons=int((body.h - sizes.title * LINE * 2) / button),
        upright=sizes.upright,
    )


def rooms(glass: GlassConfig) -> Callable[[Access], Room]:
    """Return how much fits on a panel, for each way of reading."""
    return lambda access: room(glass, access)
