"""Where the keys of a field lie on the glass: nothing that is touched is below 20 mm. Pure."""

from collections.abc import Iterator, Sequence
from itertools import chain

import msgspec

from kiosk.ui.keyboard.keys import Kind, Method
from kiosk.ui.keyboard.rows import Shape, rows
from kiosk.ui.keyboard.typing import WRITTEN, Typing, field
from kiosk.ui.panel import GlassConfig
from kiosk.ui.state import Access
from kiosk.ui.theme import TOUCH_MM, Metrics, Rect, metrics

_GAP_MM = (1.0, 3.0)
_KEY_MM = 26.0
_PAD_KEY_MM = 36.0
_SHARE = 0.64  # of the glass, for the keys
_LIFT = 0.18  # of a standing glass, below the keys of whoever stands
_FIELD_LINES = 1.5
_ROUNDING = 0.01  # px


Widths = Sequence[Sequence[float]]
"""Rows of keys, from above: how many plain keys each is wide."""


class Desk(msgspec.Struct, frozen=True):
    """The glass while somebody types, from the top: what is asked and the way back, field, keys."""

    head: Rect
    field: Rect
    keys: tuple[tuple[Rect, ...], ...]


def shape(glass: GlassConfig) -> Shape:
    """Return how many keys stand side by side: ten where ten of 20 mm do, else eight."""
    ten = Shape.TEN.value * TOUCH_MM + (Shape.TEN.value + 1) * _GAP_MM[0]
    return Shape.TEN if glass.width / glass.px_per_mm >= ten else Shape.EIGHT


def widths(typing: Typing, keys: Shape) -> Widths:
    """Return how wide the keys of a field are."""
    return [[key.width for key in row] for row in rows(typing, keys)]


def desk(keys: Widths, sizes: Metrics) -> Desk:
    """Divide the glass of these sizes for rows of keys.

    A panel that lies has its keys at its lower edge; one that stands has them at the hands of
    whoever stands, or all within reach of whoever sits.
    """
    gap, width, height = _sizes(keys, sizes)
    lift = sizes.height * _LIFT if sizes.upright and sizes.reach == sizes.height else 0.0
    entry_y = lift + len(keys) * (height + gap) + gap
    entry = Rect(gap, entry_y, sizes.width - 2 * gap, sizes.line * _FIELD_LINES)
    head_y = entry_y + entry.h + gap
    head = Rect(gap, head_y, entry.w, sizes.within.h - head_y - gap)
    return Desk(head, entry, _lying(keys, sizes, lift, (gap, width, height)))


def fits(glass: GlassConfig) -> bool:
    """Return whether every keyboard lies on this panel, however one reads and reaches.

    Each key is 20 mm by 20 mm or more, and so is what is left above the field.
    """
    touch = TOUCH_MM * glass.px_per_mm - _ROUNDING
    panel = Rect(0, 0, glass.width, glass.height)
    ways = [Access(large=large, low=low) for large in (False, True) for low in (False, True)]
    keys = [widths(typing, shape(glass)) for typing in every_field()]
    desks = [desk(each, metrics(glass, access)) for each in keys for access in ways]
    return all(
        min(at.w, at.h) >= touch and _inside(panel, at)
        for one in desks
        for at in (one.head, *chain(*one.keys))
    )


def _inside(panel: Rect, at: Rect) -> bool:
    return at.x >= 0 and at.y >= 0 and at.x + at.w <= panel.w and at.y + at.h <= panel.h


def every_field() -> Iterator[Typing]:
    """Yield a field for each keyboard there is."""
    for kind in Kind:
        for method in Method if kind in WRITTEN else (Method.RAW,):
            typing = field(kind, method=method)
            yield typing
            yield msgspec.structs.replace(typing, symbols=True)


def _sizes(keys: Widths, sizes: Metrics) -> tuple[float, float, float]:
    """Return gap, width and height of a plain key in pixels; 20 mm go before the gap."""
    columns, mm = _columns(keys), sizes.mm
    across = (sizes.width - columns * TOUCH_MM * mm) / (columns + 1)
    down = (sizes.height * _SHARE - len(keys) * TOUCH_MM * mm) / (len(keys) + 1)
    gap = max(min(across, down, _GAP_MM[1] * mm), _GAP_MM[0] * mm)
    most = (_PAD_KEY_MM if columns == Shape.PAD.value else _KEY_MM) * mm
    width = min((sizes.width - gap * (columns + 1)) / columns, most)
    high = (sizes.height * _SHARE - gap * (len(keys) + 1)) / len(keys)
    return gap, width, max(TOUCH_MM * mm, min(width, high))


def _columns(keys: Widths) -> int:
    return round(max(sum(row) for row in keys))


def _lying(
    keys: Widths, sizes: Metrics, bottom: float, of_key: tuple[float, float, float]
) -> tuple[tuple[Rect, ...], ...]:
    gap, width, height = of_key
    columns = _columns(keys)
    left = (sizes.width - columns * width - (columns - 1) * gap) / 2
    laid: list[tuple[Rect, ...]] = []
    for line, row in enumerate(keys):
        x, y = left, bottom + gap + (len(keys) - 1 - line) * (height + gap)
        places: list[Rect] = []
        for wide in row:
            places.append(Rect(x, y, wide * width + (wide - 1) * gap, height))
            x = places[-1].x + places[-1].w + gap
        laid.append(tuple(places))
    return tuple(laid)
