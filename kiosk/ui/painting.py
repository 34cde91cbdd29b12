"""A screen on the glass: what stands around every body, and the dialog over it."""

from collections.abc import Iterator

from kivy.input import MotionEvent
from kivy.uix.widget import Widget

from kiosk.ui.body_painting import paint_body
from kiosk.ui.easel import Easel
from kiosk.ui.events import AnyAction
from kiosk.ui.mirror import Place
from kiosk.ui.screen import Button, Dialog, Screen, Tone
from kiosk.ui.shaping import Hand
from kiosk.ui.theme import Metrics, Rect, colours, frame
from kiosk.ui.widgets import HAND, Ground, Key, Textures, Touch, Words

_GOLD_LINE = 5
_BANNER_EDGE = 3
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

    def __init__(self, rect: Rect, colour: str, touch: Touch) -> None:
        super().__init__(rect, colour)
        self._touch = touch

    def on_touch_down(self, touch: MotionEvent) -> bool:
        """Take every touch."""
        self._touch(None)
        return bool(touch)


def paint(
    screen: Screen, sizes: Metrics, textures: Textures, touch: Touch, *, hand: Hand = HAND
) -> Sheet:
    """Return the screen as a sheet of widgets with fixed places."""

    def only_wake(_: AnyAction | None) -> None:
        touch(None)

    sheet = Sheet(sizes, touch)
    touched = only_wake if screen.resting else touch
    easel = Easel(sheet, sizes, colours(screen.access), textures, touched, hand=hand)
    _header(easel, screen)
    bare = not (screen.left or screen.right or screen.status)
    places = frame(sizes, footer=not bare)
    paint_body(easel, screen.body, places.body, resting=screen.resting)
    if not bare:
        _footer(easel, screen, places.footer)
    if screen.dialog:
        _dialog(easel, screen.dialog, touch)
    if screen.pointed is not None:
        easel.ring(screen.pointed)
    return sheet


def ground(screen: Screen) -> str:
    """Return the colour below everything: the window is cleared to it, which costs nothing."""
    palette = colours(screen.access)
    return palette.resting if screen.resting else palette.paper


def small(sheet: Sheet, sizes: Metrics) -> tuple[str, ...]:
    """Return the words that have no room in the least letters of the panel (`Metrics.plain`)."""
    return tuple(
        one.text
        for one in sheet.children
        if isinstance(one, Words) and (one.cut or one.size_px < sizes.plain)
    )


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


def _header(easel: Easel, screen: Screen) -> None:
    """Name the place and the language; a banner stands in the place of the name for its time."""
    sizes = easel.sizes
    bar, _ = sizes.within.top(sizes.touch + sizes.gap)
    easel.ground(Rect(0, bar.y, sizes.width, sizes.height - bar.y), easel.colours.bar)
    easel.ground(bar.bottom(_GOLD_LINE)[0], easel.colours.bar_line)
    inside = Rect(bar.x + sizes.gap, bar.y + _GOLD_LINE, bar.w - 2 * sizes.gap, bar.h - _GOLD_LINE)
    if screen.language:
        picture = sizes.plain * 1.25 + sizes.gap if screen.language.icon else 0.0
        words = easel.width(screen.language.text, sizes.plain)
        width = max(sizes.touch, words + picture + 2 * sizes.gap)
        place, inside = inside.right(width, sizes.gap)
        easel.button(screen.language, place.centred(width, sizes.touch))
    if screen.banner:
        place = inside.inset(0, _BANNER_EDGE)
        ink = easel.plate(place, screen.banner.tone).ink
        easel.words(screen.banner.text, place.inset(sizes.gap, 0), ink, bold=True, halign="center")
        return
    if screen.badge:
        around = 3 if sizes.text == sizes.plain else 2  # large letters leave none to spare
        width = easel.width(screen.badge, sizes.plain) + around * sizes.gap
        place, inside = inside.right(width, sizes.gap)
        easel.badge(screen.badge, place.centred(width, sizes.line * 1.2))
    easel.words(screen.title, inside, easel.colours.on_bar, bold=True)


def _footer(easel: Easel, screen: Screen, place: Rect) -> None:
    others = bool(screen.status or (screen.left and screen.right))
    most = easel.sizes.width * (_BESIDE_OTHERS if others else _ALONE)
    if screen.aid:
        middle = place.centred(_button_width(easel, screen.aid, most), place.h)
        most = (place.w - middle.w) / 2 - easel.sizes.gap
        easel.button(screen.aid, middle)
    if screen.left:
        left, place = place.left(_button_width(easel, screen.left, most), easel.sizes.gap)
        easel.button(screen.left, left)
    if screen.right:
        right, place = place.right(_button_width(easel, screen.right, most), easel.sizes.gap)
        easel.button(screen.right, right)
    ink = easel.colours.on_bar if screen.resting else easel.colours.ink
    easel.words(screen.status, place.inset(easel.sizes.gap, 0), ink, bold=True, halign="right")


def _button_width(easel: Easel, button: Button, most: float) -> float:
    sizes = easel.sizes
    wanted = easel.width(button.text, sizes.text) + sizes.text * 1.4 + 3.2 * sizes.gap
    return max(2 * sizes.touch, min(wanted, most))


def _dialog(easel: Easel, dialog: Dialog, touch: Touch) -> None:
    sizes = easel.sizes
    easel.sheet.add_widget(Veil(sizes.whole, easel.colours.veil, touch))
    width = min(sizes.width - 4 * sizes.gap, sizes.touch * 9)
    height = sizes.line * 4 + sizes.touch * 1.3 + sizes.gap * 5
    box = sizes.within.centred(width, height)
    ink = easel.plate(box, Tone.PLAIN).ink
    inside = box.inset(sizes.gap * 1.5)
    keys, text = inside.bottom(sizes.touch * 1.3, sizes.gap)
    title, text = text.top(text.h / 2)
    easel.words(dialog.title, title, ink, title=True, halign="center")
    easel.words(dialog.text, text, halign="center")
    for button, place in zip((dialog.other, dialog.main), keys.grid(2, 1, sizes.gap), strict=True):
        easel.button(button, place)
