"""The signs on a picture, drawn large and made small: microphone off, weak line, camera off."""

from collections.abc import Callable

from PIL import Image, ImageDraw

_FINE = 8
_GRID = 24.0

Sketch = Callable[["Pen"], None]


class Pen:
    """Draws on a square of 24 x 24 units."""

    def __init__(self, image: Image.Image, colour: str) -> None:
        self._draw = ImageDraw.Draw(image)
        self._unit = image.width / _GRID
        self._colour = colour

    def line(self, *points: tuple[float, float], width: float = 2.0, colour: str = "") -> None:
        """Draw a line with round ends through the points."""
        ink = colour or self._colour
        scaled = [(x * self._unit, y * self._unit) for x, y in points]
        self._draw.line(scaled, fill=ink, width=round(width * self._unit), joint="curve")
        radius = width * self._unit / 2
        for x, y in (scaled[0], scaled[-1]):
            self._draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=ink)

    def box(self, at: tuple[float, float, float, float], round_by: float, colour: str = "") -> None:
        """Fill a rectangle (left, top, right, bottom) with round corners."""
        left, top, right, bottom = (one * self._unit for one in at)
        self._draw.rounded_rectangle(
            (left, top, right, bottom), round_by * self._unit, fill=colour or self._colour
        )

    def arc(self, at: tuple[float, float, float, float], start: float, end: float) -> None:
        """Draw a part of an ellipse's outline; degrees, clockwise from the right."""
        left, top, right, bottom = (one * self._unit for one in at)
        width = round(2 * self._unit)
        self._draw.arc((left, top, right, bottom), start, end, fill=self._colour, width=width)

    def polygon(self, *points: tuple[float, float]) -> None:
        """Fill the figure between the points."""
        scaled = [(x * self._unit, y * self._unit) for x, y in points]
        self._draw.polygon(scaled, fill=self._colour)


def drawn(sketch: Sketch, size: int, colour: str, gap: str = "#00000000") -> Image.Image:
    """Return a sketch `size` pixels square, transparent around."""
    large = Image.new("RGBA", (size * _FINE, size * _FINE), gap)
    sketch(Pen(large, colour))
    return large.resize((size, size), Image.Resampling.LANCZOS)


def microphone_off(pen: Pen) -> None:
    """Draw a microphone, crossed out."""
    pen.box((9, 2.5, 15, 13.5), 3)
    pen.arc((5.5, 5, 18.5, 17.5), 0, 180)
    pen.line((12, 17.5), (12, 21))
    pen.line((8.5, 21.2), (15.5, 21.2))
    _cross(pen)


def camera_off(pen: Pen) -> None:
    """Draw a camera, crossed out."""
    pen.box((2.5, 6, 15.5, 18), 2)
    pen.polygon((16.5, 10.6), (21.5, 7), (21.5, 17), (16.5, 13.4))
    _cross(pen)


def weak_line(pen: Pen) -> None:
    """Draw bars of reception: the first is there."""
    for number, top in enumerate((15.5, 11.5, 7.5, 3.5)):
        left = 3 + number * 4.9
        pen.box((left, top, left + 3.4, 20.5), 1, "" if number == 0 else "#ffffff66")


def _cross(pen: Pen) -> None:
    pen.line((3.6, 2.2), (21.4, 20.6), width=4.6, colour="#00000000")
    pen.line((2.6, 3), (20.4, 21.4), width=2)
