"""The easel: puts words, tiles and buttons on one sheet, in the sizes and colours of the theme."""

import segno
from kivy.uix.widget import Widget

from kiosk.ui.events import AnyAction
from kiosk.ui.screen import Button, Tile, Tone
from kiosk.ui.theme import BLUE, BLUE_PALE, GOLD, INK, INK_SOFT, PAINTS, Metrics, Paint, Rect
from kiosk.ui.widgets import (
    Ground,
    Key,
    Picture,
    Plate,
    Textures,
    Touch,
    Words,
    qr_texture,
    width_of,
)

_CHOSEN = Paint(BLUE_PALE, BLUE, BLUE)
_DISABLED = Paint("#eceeef", INK_SOFT, "#dadfe5")
_WIDE = 2.4
_LEAST_PICTURE = 8
_QUIET_MODULES = 4  # ISO/IEC 18004 §9.1


class Easel:
    """One sheet being painted."""

    def __init__(self, sheet: Widget, sizes: Metrics, textures: Textures, touch: Touch) -> None:
        self.sheet = sheet
        self.sizes = sizes
        self._textures = textures
        self._touch = touch

    @property
    def radius(self) -> float:
        """How round corners are."""
        return self.sizes.gap * 0.9

    def words(
        self,
        text: str,
        rect: Rect,
        ink: str = INK,
        *,
        title: bool = False,
        display: bool = False,
        bold: bool = False,
        halign: str = "left",
    ) -> None:
        """Write text into a box."""
        if not text:
            return
        text_size = float(self.sizes.text)
        sizes = (float(self.sizes.title), text_size) if title else (text_size,)
        if display:
            sizes = (float(self.sizes.display), *sizes)
        self.sheet.add_widget(
            Words(text, rect, sizes=sizes, ink=ink, bold=bold or title, halign=halign)
        )

    def number(self, text: str, rect: Rect, ink: str, *, halign: str = "center") -> None:
        """Write a number as large as its box allows."""
        size = min(rect.h * 0.84, rect.w / (0.64 * max(1, len(text))))
        words = Words(text, rect, sizes=(size,), ink=ink, bold=True, halign=halign)
        self.sheet.add_widget(words)

    def ground(self, rect: Rect, colour: str) -> None:
        """Fill a rectangle."""
        self.sheet.add_widget(Ground(rect, colour))

    def plate(self, rect: Rect, tone: Tone) -> Paint:
        """Put a plate down and return the paint to write on it with."""
        self.sheet.add_widget(Plate(rect, PAINTS[tone], radius=self.radius))
        return PAINTS[tone]

    def picture(self, name: str, rect: Rect, ink: str) -> None:
        """Draw a pictogram, square, in the middle of a box."""
        side = int(min(rect.w, rect.h))
        if side < _LEAST_PICTURE:
            return
        square = rect.centred(side, side)
        self.sheet.add_widget(Picture(square, self._textures.pictogram(name, side), ink))

    def qr(self, data: str, rect: Rect) -> None:
        """Draw a QR symbol with its quiet zone, in whole pixels a module."""
        matrix = tuple(tuple(row) for row in segno.make(data, error="m", micro=False).matrix)
        side = len(matrix)
        module = max(1, int(min(rect.w, rect.h) // (side + 2 * _QUIET_MODULES)))
        self.ground(rect.centred(*[module * (side + 2 * _QUIET_MODULES)] * 2), "#ffffff")
        place = rect.centred(module * side, module * side)
        place = Rect(round(place.x), round(place.y), place.w, place.h)
        self.sheet.add_widget(Picture(place, qr_texture(matrix), "#000000"))

    def button(self, button: Button, rect: Rect, *, title: bool = False) -> None:
        """Put a button down."""
        paint = PAINTS[button.tone]
        self._key(rect, paint, button.action)
        inside = rect.inset(self.sizes.gap * 0.7, self.sizes.gap * 0.3)
        if button.icon:
            side = min(inside.h * 0.7, self.sizes.text * (2.4 if title else 1.25))
            size = self.sizes.display if title else self.sizes.text
            wide = min(inside.w - side - self.sizes.gap, self.width(button.text, size))
            inside = inside.centred(side + self.sizes.gap * 0.7 + wide, inside.h)
            place, inside = inside.left(side, self.sizes.gap * 0.7)
            self.picture(button.icon, place, paint.ink)
        self.words(
            button.text, inside, paint.ink, title=title, display=title, bold=True, halign="center"
        )

    def tile(self, tile: Tile, rect: Rect, *, ink: str = BLUE) -> None:
        """Put a tile down: its picture above its words, or beside them when it is wide and low."""
        paint = PAINTS[Tone.PLAIN] if tile.action else _DISABLED
        paint = _CHOSEN if tile.chosen else paint
        ink = ink if tile.action else INK_SOFT
        if tile.action:
            self._key(rect, paint, tile.action, edge=4.0 if tile.chosen else 2.0)
        else:
            self.sheet.add_widget(Plate(rect, paint, radius=self.radius))
        inside = rect.inset(self.sizes.gap, self.sizes.gap * 0.6)
        if rect.w > rect.h * _WIDE:
            self._tile_beside(tile, inside, ink)
        else:
            self._tile_above(tile, inside, ink)

    def width(self, text: str, size: float) -> float:
        """Return about how wide a line of bold text is, never less than it is."""
        return width_of(text, size) + 4

    def _tile_above(self, tile: Tile, inside: Rect, ink: str) -> None:
        line = self.sizes.line
        text, top = inside.bottom(line * 2.05, 0)
        side = min(top.h, self.sizes.touch * 1.3, max(line * 1.15, top.h * 0.8))
        place, beside = top.left(side, self.sizes.gap * 0.7)
        if tile.icon:
            self.picture(tile.icon, place, ink)
        self.words(tile.note, beside, INK_SOFT, halign="right")
        self.words(tile.title, text, INK, bold=True)

    def _tile_beside(self, tile: Tile, inside: Rect, ink: str) -> None:
        side = min(inside.h, self.sizes.touch * 0.75)
        place, text = inside.left(side, self.sizes.gap)
        if tile.icon:
            self.picture(tile.icon, place, ink)
        if tile.note:
            lines = 1 if self.width(tile.title, self.sizes.text) <= text.w else 2
            wanted = self.sizes.line * (lines + 1)
            if wanted <= text.h:
                text = text.centred(text.w, wanted)
            note, text = text.bottom(min(self.sizes.line, text.h / 2))
            self.words(tile.note, note, INK_SOFT)
        self.words(tile.title, text, INK, bold=True)

    def badge(self, text: str, rect: Rect) -> None:
        """Put a golden label down."""
        self.sheet.add_widget(Plate(rect, Paint(GOLD, INK, GOLD), radius=rect.h / 2))
        self.words(text, rect, INK, bold=True, halign="center")

    def _key(self, rect: Rect, paint: Paint, action: AnyAction, edge: float = 2.0) -> None:
        key = Key(rect, paint, radius=self.radius, edge=edge, action=action, touch=self._touch)
        self.sheet.add_widget(key)
