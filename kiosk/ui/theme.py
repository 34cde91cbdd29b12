"""Sizes from millimetres, colours with their contrasts. Pure; y goes up from the bottom left."""

import msgspec

from kiosk.ui.config import GlassConfig
from kiosk.ui.screen import Tone

CAPITAL = 0.711  # height of a capital of Roboto in its font size
LINE = 1.24  # height of its line
TOUCH_MM = 20.0
GAP_MM = 3.0
CAPITAL_MM = 5.0  # EN 301 549 5.1.4 at 400 mm
_TEXT_SHARE = 0.044  # of the shorter side: large panels get larger text
_MANY = 5  # tiles
_TOUCH_LINES = 2.2  # and keys that look right around it

BLUE = "#0d408c"
BLUE_DARK = "#08295c"
BLUE_PALE = "#e7eef9"
GOLD = "#f2b705"
GOLD_PALE = "#fff3d1"
INK = "#16202e"
INK_SOFT = "#3f4b5b"
PAPER = "#f5f5f0"
CARD = "#ffffff"
EDGE = "#c9d1dc"
VEIL = "#08295cd0"


class Paint(msgspec.Struct, frozen=True):
    """A ground, the ink on it (7:1 at least, WCAG 2.2 1.4.6), and the edge around it."""

    ground: str
    ink: str
    edge: str


PAINTS = {
    Tone.PLAIN: Paint(CARD, BLUE_DARK, EDGE),
    Tone.MAIN: Paint(BLUE, "#ffffff", BLUE),
    Tone.GOOD: Paint("#dff2e4", "#0b4420", "#7fbf95"),
    Tone.WARN: Paint(GOLD_PALE, "#5c3e00", GOLD),
    Tone.BAD: Paint("#fbe5e5", "#8a0000", "#d98a8a"),
}


class Rect(msgspec.Struct, frozen=True):
    """A rectangle in pixels."""

    x: float
    y: float
    w: float
    h: float

    def inset(self, dx: float, dy: float | None = None) -> "Rect":
        """Return it smaller on every side."""
        dy = dx if dy is None else dy
        return Rect(self.x + dx, self.y + dy, self.w - 2 * dx, self.h - 2 * dy)

    def top(self, h: float, gap: float = 0) -> tuple["Rect", "Rect"]:
        """Return a strip off the top, and the rest below a gap."""
        return (
            Rect(self.x, self.y + self.h - h, self.w, h),
            Rect(self.x, self.y, self.w, self.h - h - gap),
        )

    def bottom(self, h: float, gap: float = 0) -> tuple["Rect", "Rect"]:
        """Return a strip off the bottom, and the rest above a gap."""
        return Rect(self.x, self.y, self.w, h), Rect(
            self.x, self.y + h + gap, self.w, self.h - h - gap
        )

    def left(self, w: float, gap: float = 0) -> tuple["Rect", "Rect"]:
        """Return a strip off the left, and the rest right of a gap."""
        return Rect(self.x, self.y, w, self.h), Rect(
            self.x + w + gap, self.y, self.w - w - gap, self.h
        )

    def right(self, w: float, gap: float = 0) -> tuple["Rect", "Rect"]:
        """Return a strip off the right, and the rest left of a gap."""
        return Rect(self.x + self.w - w, self.y, w, self.h), Rect(
            self.x, self.y, self.w - w - gap, self.h
        )

    def centred(self, w: float, h: float) -> "Rect":
        """Return a rectangle of this size in its middle."""
        return Rect(self.x + (self.w - w) / 2, self.y + (self.h - h) / 2, w, h)

    def grid(self, columns: int, rows: int, gap: float) -> tuple["Rect", ...]:
        """Return equal cells, row by row from the top."""
        w = (self.w - gap * (columns - 1)) / columns
        h = (self.h - gap * (rows - 1)) / rows
        return tuple(
            Rect(self.x + (w + gap) * column, self.y + self.h - h - (h + gap) * row, w, h)
            for row in range(rows)
            for column in range(columns)
        )


class Metrics(msgspec.Struct, frozen=True):
    """All sizes of one panel, in pixels."""

    width: int
    height: int
    touch: float
    gap: float
    text: float
    title: float
    display: float

    @property
    def whole(self) -> Rect:
        """The glass."""
        return Rect(0, 0, self.width, self.height)

    @property
    def upright(self) -> bool:
        """Whether the panel stands."""
        return self.height > self.width

    @property
    def line(self) -> float:
        """The height of a line of text."""
        return self.text * LINE

    @property
    def tile(self) -> float:
        """The least height of a tile: two lines of name under a picture."""
        return max(self.touch, self.line * 3.1 + self.gap * 1.3)


def metrics(glass: GlassConfig) -> Metrics:
    """Return the sizes of a panel."""
    least = CAPITAL_MM / CAPITAL * glass.px_per_mm
    text = max(least, min(glass.width, glass.height) * _TEXT_SHARE)
    return Metrics(
        glass.width,
        glass.height,
        max(TOUCH_MM * glass.px_per_mm, text * LINE * _TOUCH_LINES),
        max(GAP_MM * glass.px_per_mm, text * 0.4),
        round(text + 0.5),
        round(text * 1.3),
        round(text * 1.8),
    )


class Frame(msgspec.Struct, frozen=True):
    """The places every screen has."""

    header: Rect
    banner: Rect
    body: Rect
    footer: Rect


def frame(sizes: Metrics, *, banner_lines: int, footer: bool) -> Frame:
    """Divide the glass; a banner takes its room from the body."""
    header, rest = sizes.whole.top(sizes.touch + sizes.gap)
    rest = rest.inset(sizes.gap)
    foot, rest = rest.bottom(sizes.touch, sizes.gap) if footer else (rest, rest)
    if not banner_lines:
        return Frame(header, Rect(0, 0, 0, 0), rest, foot)
    banner, rest = rest.top(sizes.line * banner_lines + sizes.gap, sizes.gap)
    return Frame(header, banner, rest, foot)


def room(sizes: Metrics) -> int:
    """Return how many tiles fit below a prompt of one line, with banner and footer."""
    body = frame(sizes, banner_lines=1, footer=True).body
    rows = int((body.h + sizes.gap) // (sizes.tile + sizes.gap))
    return max(1, rows) * columns(sizes, _MANY)


def columns(sizes: Metrics, tiles: int) -> int:
    """Return how many tiles stand side by side."""
    if sizes.upright:
        return 1 if tiles < _MANY else 2
    return {1: 1, 2: 1, 4: 2}.get(tiles, 3)


def contrast(one: str, other: str) -> float:
    """Return the contrast of two `#rrggbb` colours (WCAG 2.2, relative luminance)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)  # noqa: PLR2004 - the standard's numbers
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
