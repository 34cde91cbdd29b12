"""Words and plates on a canvas; words are rendered once and kept while they stand."""

from collections import OrderedDict
from io import BytesIO
from pathlib import Path

import fontpkg_be_vietnam_pro
from kivy.core.image import Image as CoreImage
from kivy.core.text import Label as CoreLabel
from kivy.graphics import Color, Rectangle, SmoothRoundedRectangle
from kivy.graphics.instructions import InstructionGroup
from kivy.graphics.texture import Texture
from kivy.utils import get_color_from_hex

from vc.endpoint.screen.theme import Paint, Rect

_FONTS = Path(fontpkg_be_vietnam_pro.__file__).parent / "files"
_PLAIN = "BeVietnamPro-Medium.ttf"
_BOLD = "BeVietnamPro-Bold.ttf"
_KEPT = 256
_LEAST_SHARE = 0.6


class Brush:
    """Paints into a group of instructions."""

    def __init__(self) -> None:
        self._words: OrderedDict[tuple[str, int, bool, int, str], Texture] = OrderedDict()
        self._fonts = {bold: str(_FONTS / name) for bold, name in ((False, _PLAIN), (True, _BOLD))}
        self.group = InstructionGroup()

    def begin(self) -> None:
        """Paint on a clean sheet."""
        self.group.clear()

    def fill(self, rect: Rect, colour: str) -> None:
        """Fill a rectangle."""
        self.group.add(Color(*get_color_from_hex(colour)))
        self.group.add(Rectangle(pos=(rect.x, rect.y), size=(rect.w, rect.h)))

    def plate(self, rect: Rect, paint: Paint, radius: float, *, edge: str = "") -> None:
        """Put a rounded plate down, with an edge if it is chosen."""
        if edge:
            self._rounded(rect, edge, radius)
            rect = rect.inset(max(2, radius * 0.3))
        self._rounded(rect, paint.ground, radius)

    def picture(self, rect: Rect, texture: Texture) -> None:
        """Draw a picture, whole, in the middle of a rectangle."""
        place = rect.fitted(*texture.size)
        self.group.add(Color(1, 1, 1, 1))
        self.group.add(Rectangle(pos=(place.x, place.y), size=(place.w, place.h), texture=texture))

    def words(  # the arguments are what words have
        self,
        text: str,
        rect: Rect,
        ink: str,
        size: float,
        *,
        bold: bool = False,
        halign: str = "left",
    ) -> float:
        """Write into a rectangle, smaller or in two lines if it must be; returns the width."""
        if not text or rect.w <= 0:
            return 0.0
        texture = self._fitted(text, rect, size, bold=bold, halign=halign)
        width, height = texture.size
        x = {"left": 0.0, "center": 0.5, "right": 1.0}[halign]
        place = (round(rect.x + x * (rect.w - width)), round(rect.y + (rect.h - height) / 2))
        self.group.add(Color(*get_color_from_hex(ink)))
        self.group.add(Rectangle(pos=place, size=texture.size, texture=texture))
        return float(width)

    def width(self, text: str, size: float, *, bold: bool = False) -> float:
        """Return how wide a line of text is."""
        return float(self._texture(text, size, bold=bold, wrap=0).size[0])

    def _fitted(self, text: str, rect: Rect, size: float, *, bold: bool, halign: str) -> Texture:
        least = size * _LEAST_SHARE
        while True:
            texture = self._texture(text, size, bold=bold, wrap=0)
            if texture.size[0] > rect.w:
                texture = self._texture(text, size, bold=bold, wrap=int(rect.w), halign=halign)
            if (texture.size[0] <= rect.w and texture.size[1] <= rect.h) or size <= least:
                return texture
            size = max(least, size * 0.9)

    def _texture(
        self, text: str, size: float, *, bold: bool, wrap: int, halign: str = "left"
    ) -> Texture:
        key = (text, round(size), bold, wrap, halign)
        if (texture := self._words.get(key)) is None:
            label = CoreLabel(
                text=text,
                font_size=round(size),
                font_name=self._fonts[bold],
                text_size=(wrap or None, None),
                halign=halign,
            )
            label.refresh()
            texture = label.texture
        self._words[key] = texture
        self._words.move_to_end(key)
        while len(self._words) > _KEPT:
            self._words.popitem(last=False)
        return texture

    def _rounded(self, rect: Rect, colour: str, radius: float) -> None:
        self.group.add(Color(*get_color_from_hex(colour)))
        self.group.add(
            SmoothRoundedRectangle(pos=(rect.x, rect.y), size=(rect.w, rect.h), radius=[radius])
        )


def png_texture(png: bytes) -> Texture:
    """Return a PNG as a texture."""
    texture = CoreImage(BytesIO(png), ext="png").texture
    texture.min_filter = "linear"
    return texture
