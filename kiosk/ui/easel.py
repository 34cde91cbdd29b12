"""The easel: puts words, tiles and buttons on one sheet, in the sizes and colours of the theme."""

from typing import NamedTuple

import segno
from kivy.uix.widget import Widget

from devices.lettering import shaped
from devices.printer.wrap import wrap
from kiosk.ui.events import AnyAction
from kiosk.ui.facts import Action
from kiosk.ui.screen import Button, Cap, Tile, Tone
from kiosk.ui.shaping import Hand
from kiosk.ui.theme import Metrics, Paint, Palette, Rect
from kiosk.ui.widgets import (
    HAND,
    Ground,
    Key,
    Picture,
    Plate,
    Ring,
    Textures,
    Touch,
    Words,
    qr_texture,
    width_of,
)

_WIDE = 2.4
_RING_MM = 0.8
_SHORT = 2  # letters
_LEAST_PICTURE = 8
_QUIET_MODULES = 4  # ISO/IEC 18004 §9.1


class _Inks(NamedTuple):
    """What a tile is written with."""

    picture: str
    title: str
    note: str


class Easel:
    """One sheet being painted."""

    def __init__(
        self,
        sheet: Widget,
        sizes: Metrics,
        colours: Palette,
        textures: Textures,
        touch: Touch,
        *,
        hand: Hand = HAND,
    ) -> None:
        self.sheet = sheet
        self.sizes = sizes
        self.colours = colours
        self._textures = textures
        self._touch = touch
        self._hand = hand

    @property
    def radius(self) -> float:
        """How round corners are."""
        return self.sizes.gap * 0.9

    def words(
        self,
        text: str,
        rect: Rect,
        ink: str = "",
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
        sizes = tuple(dict.fromkeys((*sizes, float(self.sizes.plain))))
        if display:
            sizes = (float(self.sizes.display), *sizes)
        self.sheet.add_widget(
            Words(
                text,
                rect,
                sizes=sizes,
                ink=ink or self.colours.ink,
                bold=bold or title,
                halign=halign,
                hand=self._hand,
            )
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
        self.sheet.add_widget(Plate(rect, self.colours.paints[tone], radius=self.radius))
        return self.colours.paints[tone]

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
        paint = self.colours.paints[button.tone]
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

    def tile(self, tile: Tile, rect: Rect, *, ink: str = "") -> None:
        """Put a tile down: its picture above its words, or beside them when it is wide and low."""
        palette = self.colours
        paint = palette.paints[Tone.PLAIN] if tile.action else palette.disabled
        paint = palette.chosen if tile.chosen else paint
        inks = _Inks(ink or palette.accent, palette.ink, palette.ink_soft)
        if tile.chosen or not tile.action:
            inks = _Inks(paint.ink, paint.ink, paint.ink)
        if tile.action:
            self._key(rect, paint, tile.action, edge=4.0 if tile.chosen else 2.0)
        else:
            self.sheet.add_widget(Plate(rect, paint, radius=self.radius))
        inside = rect.inset(self.sizes.gap, self.sizes.gap * 0.6)
        if rect.w > rect.h * _WIDE:
            self._tile_beside(tile, inside, inks)
        else:
            self._tile_above(tile, inside, inks)

    def width(self, text: str, size: float) -> float:
        """Return about how wide a line of bold text is, never less than it is."""
        return width_of(text, size, self._hand) + 4

    def _tile_above(self, tile: Tile, inside: Rect, inks: _Inks) -> None:
        line = self.sizes.line
        text, top = inside.bottom(line * 2.05, 0)
        side = min(top.h, self.sizes.touch * 1.3, max(line * 1.15, top.h * 0.8))
        words = [self.width(word, self.sizes.text) for word in tile.note.split()]
        free = top.w - self.sizes.gap * 0.7 - max(words, default=0.0)
        side = min(side, max(line, free))
        place, beside = top.left(side, self.sizes.gap * 0.7)
        if tile.icon:
            self.picture(tile.icon, place, inks.picture)
        self.words(tile.note, beside, inks.note, halign="right")
        self.words(tile.title, text, inks.title, bold=True)

    def _tile_beside(self, tile: Tile, inside: Rect, inks: _Inks) -> None:
        side = min(inside.h, self.sizes.touch * 0.75)
        place, text = inside.left(side, self.sizes.gap)
        if tile.icon:
            self.picture(tile.icon, place, inks.picture)
        if tile.note:
            lines = 1 if self.width(tile.title, self.sizes.text) <= text.w else 2
            notes = 1 if self.width(tile.note, self.sizes.text) <= text.w else 2
            wanted = self.sizes.line * (lines + notes)
            if wanted <= text.h:
                text = text.centred(text.w, wanted)
            note, text = text.bottom(min(self.sizes.line * notes, text.h / 2))
            self.words(tile.note, note, inks.note)
        self.words(tile.title, text, inks.title, bold=True)

    def badge(self, text: str, rect: Rect) -> None:
        """Put a golden label down."""
        self.sheet.add_widget(Plate(rect, self.colours.badge, radius=rect.h / 2))
        inside = rect.inset(self.sizes.gap * 0.8, 0)
        self.words(text, inside, self.colours.badge.ink, bold=True, halign="center")

    def slab(self, rect: Rect, paint: Paint, action: AnyAction | None) -> None:
        """Put a plate down that is touched when there is an action."""
        if action:
            self._key(rect, paint, action)
        else:
            self.sheet.add_widget(Plate(rect, paint, radius=self.radius))

    def cap(self, cap: Cap, rect: Rect) -> None:
        """Put a key of a keyboard down."""
        paint = self.colours.chosen if cap.chosen else self.colours.paints[cap.tone]
        self._key(rect, paint, cap.action)
        if cap.icon:
            self.picture(cap.icon, rect.inset(self.sizes.gap / 2), paint.ink)
        else:
            short = len(cap.text) <= _SHORT
            self.words(cap.text, rect, paint.ink, title=short, bold=True, halign="center")

    def ring(self, action: Action) -> None:
        """Mark the key that means the action."""
        colours = (self.colours.badge.ink, self.colours.badge.ground)
        for key in [each for each in self.sheet.children if isinstance(each, Key)]:
            if key.action == action:
                width = self.sizes.mm * _RING_MM
                self.sheet.add_widget(Ring(key, colours, radius=self.radius, width=width))

    def lines(self, text: str, width: float) -> int:
        """Return how many lines of text a box of this width takes, words kept whole."""
        if shaped(text, self._hand.faces):
            length = self._hand.lettering(self.sizes.text, bold=True).getlength
            return len(wrap(text, width, length))
        count, left = 1, width
        for word in text.split():
            need = self.width(f"{word} ", self.sizes.text)
            if need > left and left < width:
                count, left = count + 1, width
            left -= need
        return count

    def _key(self, rect: Rect, paint: Paint, action: AnyAction, edge: float = 2.0) -> None:
        key = Key(rect, paint, radius=self.radius, edge=edge, action=action, touch=self._touch)
        self.sheet.add_widget(key)
