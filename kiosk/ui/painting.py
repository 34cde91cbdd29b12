"""A screen on the glass: what stands around every body, and the dialog over it."""

from collections.abc import Iterator

from kivy.input import MotionEvent
from kivy.uix.widget import Widget

from kiosk.ui.body_painting import paint_body
from kiosk.ui.easel import Easel
from kiosk.ui.events import AnyAction
from kiosk.ui.mirror import Place
from kiosk.ui.screen import Button, Dialog, Screen, Tone
from kiosk.ui.theme import (
    BLUE,
    BLUE_DARK,
    GOLD,
    INK,
    PAPER,
    VEIL,
    Metrics,
    Rect,
    frame,
)
from kiosk.ui.widgets import Ground, Key, Textures, Touch

_GOLD_LINE = 5
_BESIDE_OTHERS, _ALONE = 0.46, 0.8


class Sheet(Widget):  # type: ignore[misc]  # kivy has no types
    """One whole screen. A touch on nothing is still a sign that somebody is here."""

    def __init__(self, sizes: Metrics, touch: Touch) -> None:
        super().__init__(size=(sizes.width, sizes.height))
        self._touch = touch

    def on_touch_down(self, touch: MotionEvent) -> bool:
        """Hand the touch to what it hits."""
        if touch.is_mouse_scrolling:
            return True
        if not super().on_touch_down(touch):
            self._touch(None)
        return True


class Veil(Ground):
    """Covers a screen and keeps touches from it."""

    def __init__(self, rect: Rect, touch: Touch) -> None:
        super().__init__(rect, VEIL)
        self._touch = touch

    def on_touch_down(self, touch: MotionEvent) -> bool:
        """Take every touch."""
        self._touch(None)
        return bool(touch)


def paint(screen: Screen, sizes: Metrics, textures: Textures, touch: Touch) -> Sheet:
    """Return the screen as a sheet of widgets with fixed places."""

    def only_wake(_: AnyAction | None) -> None:
        touch(None)

    sheet = Sheet(sizes, touch)
    easel = Easel(sheet, sizes, textures, only_wake if screen.resting else touch)
    _header(easel, screen)
    bare = not (screen.left or screen.right or screen.status)
    lines = _banner_lines(easel, screen)
    places = frame(sizes, banner_lines=lines, footer=not bare)
    if screen.banner:
        ink = easel.plate(places.banner, screen.banner.tone).ink
        inside = places.banner.inset(sizes.gap, 0)
        easel.words(screen.banner.text, inside, ink, bold=True, halign="center")
    paint_body(easel, screen.body, places.body, resting=screen.resting)
    if not bare:
        _footer(easel, screen, places.footer)
    if screen.dialog:
        _dialog(easel, screen.dialog, touch)
    return sheet


def ground(screen: Screen) -> str:
    """Return the colour below everything: the window is cleared to it, which costs nothing."""
    return BLUE_DARK if screen.resting else PAPER


def places(sheet: Sheet) -> Iterator[Place]:
    """Yield the keys from the topmost down to a veil, which keeps touches from what is below."""
    for widget in sheet.children:
        if isinstance(widget, Veil):
            return
        if isinstance(widget, Key):
            yield Place(
                action=widget.action,
                left=widget.x,
                top=sheet.height - widget.top,
                width=widget.width,
                height=widget.height,
            )


def _banner_lines(easel: Easel, screen: Screen) -> int:
    if screen.banner is None:
        return 0
    width = easel.sizes.width - 4 * easel.sizes.gap
    return 1 if easel.width(screen.banner.text, easel.sizes.text) <= width else 2


def _header(easel: Easel, screen: Screen) -> None:
    sizes = easel.sizes
    bar, _ = sizes.whole.top(sizes.touch + sizes.gap)
    easel.ground(bar, BLUE)
    easel.ground(bar.bottom(_GOLD_LINE)[0], GOLD)
    inside = Rect(bar.x + sizes.gap, bar.y + _GOLD_LINE, bar.w - 2 * sizes.gap, bar.h - _GOLD_LINE)
    if screen.language:
        width = max(sizes.touch, easel.width(screen.language.text, sizes.text) + 2 * sizes.gap)
        place, inside = inside.right(width, sizes.gap)
        easel.button(screen.language, place.centred(width, sizes.touch - _GOLD_LINE))
    if screen.badge:
        width = easel.width(screen.badge, sizes.text) + 2 * sizes.gap
        place, inside = inside.right(width, sizes.gap)
        easel.badge(screen.badge, place.centred(width, sizes.line * 1.2))
    easel.words(screen.title, inside, "#ffffff", bold=True)


def _footer(easel: Easel, screen: Screen, place: Rect) -> None:
    others = bool(screen.status or (screen.left and screen.right))
    share = _BESIDE_OTHERS if others else _ALONE
    if screen.left:
        left, place = place.left(_button_width(easel, screen.left, share), easel.sizes.gap)
        easel.button(screen.left, left)
    if screen.right:
        right, place = place.right(_button_width(easel, screen.right, share), easel.sizes.gap)
        easel.button(screen.right, right)
    ink = "#ffffff" if screen.resting else INK
    easel.words(screen.status, place.inset(easel.sizes.gap, 0), ink, bold=True, halign="right")


def _button_width(easel: Easel, button: Button, share: float) -> float:
    sizes = easel.sizes
    wanted = easel.width(button.text, sizes.text) + sizes.text * 1.4 + 3.2 * sizes.gap
    return max(2 * sizes.touch, min(wanted, sizes.width * share))


def _dialog(easel: Easel, dialog: Dialog, touch: Touch) -> None:
    sizes = easel.sizes
    easel.sheet.add_widget(Veil(sizes.whole, touch))
    width = min(sizes.width - 4 * sizes.gap, sizes.touch * 9)
    height = sizes.line * 4 + sizes.touch * 1.3 + sizes.gap * 5
    box = sizes.whole.centred(width, height)
    ink = easel.plate(box, Tone.PLAIN).ink
    inside = box.inset(sizes.gap * 1.5)
    keys, text = inside.bottom(sizes.touch * 1.3, sizes.gap)
    title, text = text.top(text.h / 2)
    easel.words(dialog.title, title, ink, title=True, halign="center")
    easel.words(dialog.text, text, INK, halign="center")
    for button, place in zip((dialog.other, dialog.main), keys.grid(2, 1, sizes.gap), strict=True):
        easel.button(button, place)
