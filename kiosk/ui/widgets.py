"""The few things every screen is made of: words, plates, keys, pictures. All have fixed places."""

from collections.abc import Callable

from kivy.clock import Clock
from kivy.core.text import Label as CoreLabel
from kivy.graphics import Color, Rectangle, SmoothRoundedRectangle
from kivy.graphics.texture import Texture
from kivy.input import MotionEvent
from kivy.uix.widget import Widget
from kivy.utils import get_color_from_hex
from PIL import Image

from kiosk.ui.events import AnyAction
from kiosk.ui.pictograms import mask
from kiosk.ui.theme import Paint, Rect

Touch = Callable[[AnyAction | None], None]
_FONT = "Roboto"
_SMALLER = (1.0, 0.88, 0.77)
_PRESSED = "#08295c2e"
_PRESSED_AFTER_S = 0.012  # the next screen is mostly there sooner, and need not wait for this frame


class Words(Widget):  # type: ignore[misc]  # kivy has no types
    """Text in a box: wrapped, stepped down in size before words are cut off its end.

    `size_px` is the size it got, `took` the room, `cut` whether some of it is missing. Kivy's own
    label takes three times as long to make: it is bound to every change, and this never changes.
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
    ) -> None:
        super().__init__(pos=(rect.x, rect.y), size=(rect.w, rect.h))
        self.text = text
        self.cut = False
        least = min(sizes)
        for size in (*sizes, *(least * share for share in _SMALLER[1:])):
            self.size_px = size
            laid = _laid(text, rect.w, size, bold=bold, halign=halign)
            if laid.render()[1] <= rect.h and _unbroken(laid, rect.w):
                break
        else:
            self.cut = True
            _cut(laid, rect)
        laid.refresh()
        self.took = laid.texture.size
        x = {"left": 0.0, "center": 0.5, "right": 1.0}[halign]
        place = (rect.x + x * (rect.w - self.took[0]), rect.y + (rect.h - self.took[1]) / 2)
        with self.canvas:
            Color(*get_color_from_hex(ink))
            Rectangle(pos=(round(place[0]), round(place[1])), size=self.took, texture=laid.texture)


def width_of(text: str, size: float) -> float:
    """Return how wide a line of bold text is."""
    return float(CoreLabel(font_size=size, font_name=_FONT, bold=True).get_extents(text)[0])


def _laid(text: str, width: float, size: float, *, bold: bool, halign: str) -> CoreLabel:
    """Return text that is as wide as it is, or wrapped when it is wider than it may be."""
    laid = CoreLabel(text=text, font_size=size, font_name=_FONT, bold=bold, halign=halign)
    if laid.get_extents(text)[0] > width:
        laid.text_size = (width, None)
    return laid


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


class Picture(Widget):  # type: ignore[misc]  # kivy has no types
    """A texture in a colour."""

    def __init__(self, rect: Rect, texture: Texture, ink: str) -> None:
        super().__init__(pos=(rect.x, rect.y), size=(rect.w, rect.h))
        with self.canvas:
            Color(*get_color_from_hex(ink))
            Rectangle(pos=(round(rect.x), round(rect.y)), size=(rect.w, rect.h), texture=texture)


class Ground(Widget):  # type: ignore[misc]  # kivy has no types
    """A plain rectangle."""

    def __init__(self, rect: Rect, colour: str) -> None:
        super().__init__(pos=(rect.x, rect.y), size=(rect.w, rect.h))
        with self.canvas:
            Color(*get_color_from_hex(colour))
            Rectangle(pos=self.pos, size=self.size)


class Textures:
    """Pictograms as textures, each made once for each size."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, int], Texture] = {}

    def pictogram(self, name: str, size: int) -> Texture:
        """Return a pictogram, white, to be coloured where it is used."""
        if (name, size) not in self._made:
            self._made[name, size] = _texture(mask(name, size))
        return self._made[name, size]


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
