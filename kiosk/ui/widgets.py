"""The few things every screen is made of: words, plates, keys, pictures. All have fixed places."""

import math
from collections.abc import Callable, Mapping
from pathlib import Path

from kivy import kivy_data_dir
from kivy.clock import Clock
from kivy.core.text import Label as CoreLabel
from kivy.graphics import Color, Line, Rectangle, SmoothRoundedRectangle
from kivy.graphics.texture import Texture
from kivy.input import MotionEvent
from kivy.uix.widget import Widget
from kivy.utils import get_color_from_hex
from PIL import Image

from devices.lettering import PACKAGED, shaped
from kiosk.ui.events import AnyAction
from kiosk.ui.moving import Moving, Who
from kiosk.ui.pictograms import ALIASES, mask
from kiosk.ui.shaping import Hand, written
from kiosk.ui.theme import Paint, Rect

Touch = Callable[[AnyAction | None], None]
_FONT = "Roboto"
_FILES = Path(kivy_data_dir) / "fonts"
HAND = Hand(_FILES / f"{_FONT}-Regular.ttf", _FILES / f"{_FONT}-Bold.ttf", PACKAGED)
"""Kivy's own typeface, and the faces that are there on every box."""
_SMALLER = (1.0, 0.88, 0.77)
_EVENED_LINES = 3  # a paragraph fills its lines
_EVENED_STEPS = 5
_PRESSED = "#08295c2e"
_PRESSED_AFTER_S = 0.012  # the next screen is mostly there sooner, and need not wait for this frame


class Words(Widget):  # type: ignore[misc]  # kivy has no types
    """Text in a box: wrapped, stepped down in size before words are cut off its end.

    `size_px` is the size it got, `took` the room, `cut` whether some of it is missing. Kivy's own
    label takes three times as long to make: it is bound to every change, and this never changes.
    What Kivy cannot shape is drawn by `hand`.
    """

    def __init__(
        self,
        text: str,
        rect: Rect,
        *,
        sizes: tuple[float, ...],
        ink: str,
        bold: bool = False,
        halign: str = "left",
        hand: Hand = HAND,
    ) -> None:
        super().__init__(pos=(rect.x, rect.y), size=(rect.w, rect.h))
        self.text = text
        sizes = (*sizes, *(min(sizes) * share for share in _SMALLER[1:]))
        if shaped(text, hand.faces):
            room = (rect.w, rect.h)
            ink_of = written(text, room, hand, sizes=sizes, bold=bold, halign=halign)
            self.size_px, self.cut = ink_of.size_px, ink_of.cut
            texture = _texture(ink_of.picture)
        else:
            texture = self._write(text, rect, sizes, bold=bold, halign=halign)
        self.took = texture.size
        x = {"left": 0.0, "center": 0.5, "right": 1.0}[halign]
        place = (rect.x + x * (rect.w - self.took[0]), rect.y + (rect.h - self.took[1]) / 2)
        with self.canvas:
            Color(*get_color_from_hex(ink))
            Rectangle(pos=(round(place[0]), round(place[1])), size=self.took, texture=texture)

    def _write(
        self, text: str, rect: Rect, sizes: tuple[float, ...], *, bold: bool, halign: str
    ) -> Texture:
        self.cut = False
        for size in sizes:
            self.size_px = size
            laid = _laid(text, rect.w, size, bold=bold, halign=halign)
            if laid.render()[1] <= rect.h and _unbroken(laid, rect.w):
                _even(laid)
                break
        else:
            self.cut = True
            _cut(laid, rect)
        laid.refresh()
        return laid.texture


def width_of(text: str, size: float, hand: Hand = HAND) -> float:
    """Return how wide a line of bold text is."""
    if shaped(text, hand.faces):
        return hand.lettering(size, bold=True).getlength(text)
    return float(CoreLabel(font_size=size, font_name=_FONT, bold=True).get_extents(text)[0])


def _laid(text: str, width: float, size: float, *, bold: bool, halign: str) -> CoreLabel:
    """Return text that is as wide as it is, or wrapped when it is wider than it may be."""
    laid = CoreLabel(text=text, font_size=size, font_name=_FONT, bold=bold, halign=halign)
    if laid.get_extents(text)[0] > width:
        laid.text_size = (width, None)
    return laid


def _even(laid: CoreLabel) -> None:
    """Narrow what was wrapped while it keeps its few lines, so that none is left a single word."""
    if not laid.text_size[0]:
        return
    length, line = laid.get_extents(laid.text)
    most, height = float(laid.text_size[0]), laid.render()[1]
    lines = round(height / line)
    if not 1 < lines <= _EVENED_LINES:
        return
    least = length / lines
    for _ in range(_EVENED_STEPS):
        width = (least + most) / 2
        laid.text_size = (width, None)
        if laid.render()[1] <= height and _unbroken(laid, width):
            most = width
        else:
            least = width
    laid.text_size = (math.ceil(most), None)


def _cut(laid: CoreLabel, rect: Rect) -> None:
    """Leave words off the end until the rest fits; a word too long by itself is broken."""
    words = laid.text.split()
    laid.text_size = (rect.w, None)
    least, most = 1, len(words)
    while least < most:
        count = (least + most + 1) // 2
        laid.text = " ".join(words[:count]) + "…"
        least, most = (count, most) if laid.render()[1] <= rect.h else (least, count - 1)
    laid.text = " ".join(words[:least]) + ("…" if least < len(words) else "")
    laid.options["shorten"] = not _unbroken(laid, rect.w)


def _unbroken(laid: CoreLabel, width: float) -> bool:
    """Return whether every word fits its line."""
    return all(laid.get_extents(word)[0] <= width for word in laid.text.split())


class Plate(Widget):  # type: ignore[misc]  # kivy has no types
    """A rounded ground with an edge."""

    def __init__(self, rect: Rect, paint: Paint, *, radius: float, edge: float = 2.0) -> None:
        super().__init__(pos=(rect.x, rect.y), size=(rect.w, rect.h))
        inner = rect.inset(edge)
        with self.canvas:
            Color(*get_color_from_hex(paint.edge))
            SmoothRoundedRectangle(pos=self.pos, size=self.size, radius=[radius])
            if paint.ground != paint.edge:
                Color(*get_color_from_hex(paint.ground))
                SmoothRoundedRectangle(
                    pos=(inner.x, inner.y), size=(inner.w, inner.h), radius=[max(1, radius - edge)]
                )


class Key(Plate):
    """A plate to touch. It acts as the finger comes down: a shaking hand need not lift in place."""

    def __init__(
        self,
        rect: Rect,
        paint: Paint,
        *,
        radius: float,
        edge: float,
        action: AnyAction,
        touch: Touch,
    ) -> None:
        super().__init__(rect, paint, radius=radius, edge=edge)
        self.action = action
        self._touch = touch
        self._press = Clock.create_trigger(self._look_pressed, _PRESSED_AFTER_S)
        with self.canvas.after:
            self._shade = Color(*get_color_from_hex(_PRESSED)[:3], 0)
            SmoothRoundedRectangle(pos=self.pos, size=self.size, radius=[radius])

    def on_touch_down(self, touch: MotionEvent) -> bool:
        """Act, and look pressed while the next screen is not there."""
        if not self.collide_point(*touch.pos):
            return False
        touch.grab(self)
        self._press()
        self._touch(self.action)
        return True

    def on_touch_up(self, touch: MotionEvent) -> bool:
        """Look released."""
        if touch.grab_current is not self:
            return False
        self._press.cancel()
        self._shade.a = 0
        return True

    def _look_pressed(self, _: float) -> None:
        self._shade.a = get_color_from_hex(_PRESSED)[3]


class Ring(Widget):  # type: ignore[misc]  # kivy has no types
    """Shows which key was read: a bright line within a dark one, seen on any ground."""

    def __init__(self, key: Key, colours: tuple[str, str], *, radius: float, width: float) -> None:
        super().__init__(pos=key.pos, size=key.size)
        with self.canvas:
            for colour, inset in zip(colours, (0.5, 1.5), strict=True):
                Color(*get_color_from_hex(colour))
                by = inset * width
                box = (key.x + by, key.y + by, key.width - 2 * by, key.height - 2 * by)
                Line(rounded_rectangle=(*box, max(1.0, radius - by)), width=width / 2)


class Picture(Widget):  # type: ignore[misc]  # kivy has no types
    """A texture in a colour."""

    def __init__(self, rect: Rect, texture: Texture, ink: str) -> None:
        super().__init__(pos=(rect.x, rect.y), size=(rect.w, rect.h))
        with self.canvas:
            Color(*get_color_from_hex(ink))
            Rectangle(pos=(round(rect.x), round(rect.y)), size=(rect.w, rect.h), texture=texture)


class MovingPicture(Widget):  # type: ignore[misc]  # kivy has no types
    """The newest picture of somebody, whole, in the middle of its place. Nothing before it."""

    def __init__(self, rect: Rect, who: Who) -> None:
        super().__init__(pos=(rect.x, rect.y), size=(rect.w, rect.h))
        self.who = who
        self.drawn = 0
        self._rect = rect
        self._texture: Texture | None = None

    def show(self, picture: Moving) -> None:
        """Draw this one from now on."""
        size = (picture.width, picture.height)
        texture = self._texture
        if texture is None or texture.size != size:
            texture = self._begin(size)
        texture.blit_buffer(picture.rgb, colorfmt="rgb", bufferfmt="ubyte")
        self.drawn += 1
        self.canvas.ask_update()

    def _begin(self, size: tuple[int, int]) -> Texture:
        share = min(self._rect.w / size[0], self._rect.h / size[1])
        place = self._rect.centred(size[0] * share, size[1] * share)
        self._texture = Texture.create(size=size, colorfmt="rgb", bufferfmt="ubyte")
        self._texture.flip_vertical()
        self.canvas.clear()
        with self.canvas:
            Color(1, 1, 1, 1)
            Rectangle(pos=(place.x, place.y), size=(place.w, place.h), texture=self._texture)
        return self._texture


class Ground(Widget):  # type: ignore[misc]  # kivy has no types
    """A plain rectangle."""

    def __init__(self, rect: Rect, colour: str) -> None:
        super().__init__(pos=(rect.x, rect.y), size=(rect.w, rect.h))
        with self.canvas:
            Color(*get_color_from_hex(colour))
            Rectangle(pos=self.pos, size=self.size)


class Textures:
    """Pictograms as textures, each made once for each size; a language's `own` before others."""

    def __init__(self, own: Mapping[str, Image.Image] | None = None) -> None:
        self._own = dict(own or {})
        self._made: dict[tuple[str, int], Texture] = {}

    def pictogram(self, name: str, size: int) -> Texture:
        """Return a pictogram, white, to be coloured where it is used."""
        if (name, size) not in self._made:
            self._made[name, size] = _texture(self._mask(name, size))
        return self._made[name, size]

    def _mask(self, name: str, size: int) -> Image.Image:
        drawn = self._own.get(ALIASES.get(name, name))
        return drawn.resize((size, size), Image.Resampling.LANCZOS) if drawn else mask(name, size)


def qr_texture(modules: tuple[tuple[int, ...], ...]) -> Texture:
    """Return a QR symbol, one texel a module, transparent where light, with hard edges."""
    picture = Image.new("L", (len(modules[0]), len(modules)))
    picture.putdata([255 * bit for row in modules for bit in row])
    texture = _texture(picture)
    texture.mag_filter = texture.min_filter = "nearest"
    return texture


def _texture(alpha: Image.Image) -> Texture:
    white = Image.new("L", alpha.size, 255)
    rgba = Image.merge("RGBA", (white, white, white, alpha))
    texture = Texture.create(size=alpha.size, colorfmt="rgba")
    texture.blit_buffer(rgba.tobytes(), colorfmt="rgba", bufferfmt="ubyte")
    texture.flip_vertical()
    return texture
