"""Sizes from millimetres, colours with their contrasts. Pure; y goes up from the bottom left."""

import msgspec

from kiosk.ui.panel import GlassConfig
from kiosk.ui.screen import Tone
from kiosk.ui.state import Access

CAPITAL = 0.711  # height of a capital of Roboto in its font size
LINE = 1.24  # height of its line
TOUCH_MM = 20.0
GAP_MM = 3.0
CAPITAL_MM = 6.1  # EN 301 549 5.1.4 at 500 mm
_TEXT_SHARE = 0.044  # of the shorter side: large panels get larger text
_LARGE = 1.3  # times, for who asks for large letters,
_LARGE_LINES = 14  # while so many of them fit into the shorter side
_LOW = 0.62  # of a standing panel is within reach of one who sits (EN 301 549 8.3.2)
MANY = 5  # tiles
_TOUCH_LINES = 1.8  # and keys that look right around it

USUAL = Access()


class Paint(msgspec.Struct, frozen=True):
    """A ground, the ink on it (7:1 at least, WCAG 2.2 1.4.6), and the edge around it."""

    ground: str
    ink: str
    edge: str


class Palette(msgspec.Struct, frozen=True):
    """All colours of one way of reading. `accent` draws on `paper` and `card`."""

    paper: str
    resting: str
    bar: str
    bar_line: str
    on_bar: str
    ink: str
    ink_soft: str
    accent: str
    veil: str
    badge: Paint
    chosen: Paint
    disabled: Paint
    paints: dict[Tone, Paint]
    faces: dict[str, str]


_BLUE, _BLUE_DARK, _GOLD, _INK = "#0d408c", "#08295c", "#f2b705", "#16202e"
_WHITE, _BLACK, _YELLOW = "#ffffff", "#000000", "#ffe14d"

PLAIN_COLOURS = Palette(
    paper="#f5f5f0",
    resting=_BLUE_DARK,
    bar=_BLUE,
    bar_line=_GOLD,
    on_bar=_WHITE,
    ink=_INK,
    ink_soft="#3f4b5b",
    accent=_BLUE,
    veil=f"{_BLUE_DARK}d0",
    badge=Paint(_GOLD, _INK, _GOLD),
    chosen=Paint("#e7eef9", _BLUE, _BLUE),
    disabled=Paint("#eceeef", "#3f4b5b", "#dadfe5"),
    paints={
        Tone.PLAIN: Paint(_WHITE, _BLUE_DARK, "#c9d1dc"),
        Tone.MAIN: Paint(_BLUE, _WHITE, _BLUE),
        Tone.GOOD: Paint("#dff2e4", "#0b4420", "#7fbf95"),
        Tone.WARN: Paint("#fff3d1", "#5c3e00", _GOLD),
        Tone.BAD: Paint("#fbe5e5", "#8a0000", "#d98a8a"),
    },
    faces={"face3": "#0d5426", "face2": _BLUE, "face1": "#7d2d00"},
)
STARK_COLOURS = Palette(
    paper=_BLACK,
    resting=_BLACK,
    bar=_BLACK,
    bar_line=_WHITE,
    on_bar=_WHITE,
    ink=_WHITE,
    ink_soft=_WHITE,
    accent=_YELLOW,
    veil=f"{_BLACK}e8",
    badge=Paint(_BLACK, _YELLOW, _YELLOW),
    chosen=Paint(_YELLOW, _BLACK, _WHITE),
    disabled=Paint(_BLACK, "#c8c8c8", "#7a7a7a"),
    paints={
        Tone.PLAIN: Paint(_BLACK, _WHITE, _WHITE),
        Tone.MAIN: Paint(_YELLOW, _BLACK, _WHITE),
        Tone.GOOD: Paint(_BLACK, "#7dff9b", "#7dff9b"),
        Tone.WARN: Paint(_BLACK, _YELLOW, _YELLOW),
        Tone.BAD: Paint(_BLACK, "#ffb3b3", "#ffb3b3"),
    },
    faces={"face3": "#7dff9b", "face2": _WHITE, "face1": _YELLOW},
)


def colours(access: Access) -> Palette:
    """Return the colours for one who reads it so."""
    return STARK_COLOURS if access.contrast else PLAIN_COLOURS


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
    """All sizes of one panel, in pixels. `plain` is what large letters step down to."""

    width: int
    height: int
    touch: float
    gap: float
    text: float
    title: float
    display: float
    plain: float
    reach: float
    mm: float

    @property
    def within(self) -> Rect:
        """The part of the glass that is written on."""
        return Rect(0, 0, self.width, self.reach)

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
    def row(self) -> float:
        """The height of a row of a list: a finger, and two lines."""
        return max(self.touch, self.line * 2 + (self.gap if self.upright else 0))

    @property
    def tile(self) -> float:
        """The least height of a tile: two lines of name under a picture."""
        return max(self.touch, self.line * 3.1 + self.gap * 1.3)


def metrics(glass: GlassConfig, access: Access = USUAL) -> Metrics:
    """Return the sizes of a panel, for one who reads it so."""
    least = CAPITAL_MM / CAPITAL * glass.px_per_mm
    text = max(least, min(glass.width, glass.height) * _TEXT_SHARE)
    plain = round(text + 0.5)
    if access.large:
        text = max(text, min(text * _LARGE, min(glass.width, glass.height) / _LARGE_LINES))
    return Metrics(
        glass.width,
        glass.height,
        max(TOUCH_MM * glass.px_per_mm, text * LINE * _TOUCH_LINES),
        max(GAP_MM * glass.px_per_mm, text * 0.35),
        round(text + 0.5),
        round(text * 1.3),
        round(text * 1.8),
        plain,
        glass.height * (_LOW if access.low and glass.height > glass.width else 1.0),
        glass.px_per_mm,
    )


class Frame(msgspec.Struct, frozen=True):
    """The places every screen has."""

    header: Rect
    body: Rect
    footer: Rect


def frame(sizes: Metrics, *, footer: bool) -> Frame:
    """Divide what is within reach."""
    header, rest = sizes.within.top(sizes.touch + sizes.gap)
    rest = rest.inset(sizes.gap)
    foot, rest = rest.bottom(sizes.touch, sizes.gap) if footer else (rest, rest)
    return Frame(header, rest, foot)


def columns(sizes: Metrics, tiles: int) -> int:
    """Return how many tiles stand side by side."""
    if sizes.upright:
        return 1 if tiles < MANY else 2
    return {1: 1, 2: 1, 4: 2}.get(tiles, 3)


def contrast(one: str, other: str) -> float:
    """Return the contrast of two `#rrggbb` colours (WCAG 2.2, relative luminance)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)  # noqa: PLR2004 - the standard's numbers
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
