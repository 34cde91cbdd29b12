"""Sizes, places and colours of the room's display; it is read from across a table."""

import msgspec

from vc.endpoint.panels import Tone

GROUND = "#0a0f1a"
BAR = "#08295c"
GOLD = "#f2b705"
STRIP = "#10182a"
TEXT = "#ffffff"
TEXT_SOFT = "#c3cede"
PANEL = "#f5f5f0"
INK = "#16202e"
INK_SOFT = "#3f4b5b"
VEIL = "#0a0f1ab8"


class Paint(msgspec.Struct, frozen=True):
    """A ground and the ink on it, 4.5:1 at least (WCAG 2.2 1.4.3)."""

    ground: str
    ink: str


PAINTS = {
    Tone.PLAIN: Paint("#24324a", "#ffffff"),
    Tone.MAIN: Paint("#1f5fc4", "#ffffff"),
    Tone.GOLD: Paint("#f2b705", "#2b1d00"),
    Tone.GOOD: Paint("#14663a", "#ffffff"),
    Tone.WARN: Paint("#8a5a00", "#ffffff"),
    Tone.BAD: Paint("#a31515", "#ffffff"),
}
ON_PANEL = {
    Tone.PLAIN: Paint("#dfe5ee", "#16202e"),
    Tone.MAIN: Paint("#1f5fc4", "#ffffff"),
    Tone.GOLD: Paint("#f2b705", "#2b1d00"),
    Tone.GOOD: Paint("#14663a", "#ffffff"),
    Tone.WARN: Paint("#8a5a00", "#ffffff"),
    Tone.BAD: Paint("#a31515", "#ffffff"),
}
OFF = Paint("#1a2233", "#7d8aa0")
OFF_ON_PANEL = Paint("#e6e9ee", "#69747f")
TOGGLE_OFF = Paint("#dfe5ee", "#3f4b5b")


class Rect(msgspec.Struct, frozen=True):
    """A rectangle in pixels, from the left and the bottom."""

    x: float
    y: float
    w: float
    h: float

    def inset(self, dx: float, dy: float | None = None) -> "Rect":
        """Return it smaller on every side."""
        dy = dx if dy is None else dy
        return Rect(self.x + dx, self.y + dy, self.w - 2 * dx, self.h - 2 * dy)

    def top(self, h: float) -> tuple["Rect", "Rect"]:
        """Return a strip off the top, and the rest."""
        return Rect(self.x, self.y + self.h - h, self.w, h), Rect(
            self.x, self.y, self.w, self.h - h
        )

    def bottom(self, h: float) -> tuple["Rect", "Rect"]:
        """Return a strip off the bottom, and the rest."""
        return Rect(self.x, self.y, self.w, h), Rect(self.x, self.y + h, self.w, self.h - h)

    def right(self, w: float) -> tuple["Rect", "Rect"]:
        """Return a strip off the right, and the rest."""
        return Rect(self.x + self.w - w, self.y, w, self.h), Rect(
            self.x, self.y, self.w - w, self.h
        )

    def fitted(self, width: float, height: float) -> "Rect":
        """Return the largest rectangle of this shape in its middle."""
        scale = min(self.w / width, self.h / height)
        w, h = round(width * scale), round(height * scale)
        return Rect(self.x + (self.w - w) // 2, self.y + (self.h - h) // 2, w, h)


class Metrics(msgspec.Struct, frozen=True):
    """All places of one display."""

    whole: Rect
    bar: Rect
    strip: Rect
    keys: Rect
    picture: Rect
    own: Rect
    unit: float
    """A hundredth of the display's height."""


def metrics(width: int, height: int, *, touch: bool) -> Metrics:
    """Divide the display; without touch there are no buttons, and the picture is larger."""
    unit = height / 100
    whole = Rect(0, 0, width, height)
    bar, rest = whole.top(round(7 * unit))
    keys, rest = rest.bottom(round(11 * unit) if touch else 0)
    strip, picture = rest.bottom(round(6.4 * unit))
    own_w, own_h = round(26 * unit), round(14.6 * unit)
    gap = round(1.5 * unit)
    own = Rect(picture.x + picture.w - own_w - gap, picture.y + gap, own_w, own_h)
    return Metrics(whole, bar, strip, keys, picture, own, unit)
