"""The screen's words, strips, buttons and panels, painted around and over the picture."""

from collections.abc import Callable
from dataclasses import dataclass

from kivy.graphics.texture import Texture

from vc.endpoint.panels import Button, PageOnGlass, PanelBox, Row, Tone
from vc.endpoint.presses import AnyPress
from vc.endpoint.screen.brush import Brush
from vc.endpoint.screen.theme import (
    BAR,
    GOLD,
    GROUND,
    INK,
    INK_SOFT,
    OFF,
    OFF_ON_PANEL,
    ON_PANEL,
    PAINTS,
    PANEL,
    STRIP,
    TEXT,
    TEXT_SOFT,
    TOGGLE_OFF,
    VEIL,
    Metrics,
    Paint,
    Rect,
)
from vc.endpoint.view import Badge, Live, Screen

_PANEL_SHARE = 0.46
_KEY_SHARE = 3.4
_TITLE_SHARE = 0.3
_ROW = 9.4

PageOf = Callable[[PageOnGlass], Texture | None]


@dataclass(frozen=True, slots=True)
class Place:
    """Something that can be touched."""

    rect: Rect
    press: AnyPress


def paint(screen: Screen, sizes: Metrics, brush: Brush, page_of: PageOf) -> tuple[Place, ...]:
    """Paint the screen, and return what can be touched, topmost first."""
    places: list[Place] = []
    brush.begin()
    _around(sizes, brush)
    _bar(screen, sizes, brush)
    _strip(screen, sizes, brush)
    _middle(screen, sizes, brush)
    if sizes.keys.h:
        _keys(screen, sizes, brush, places)
    if screen.panel:
        _panel(screen.panel, sizes, brush, page_of, places)
    return tuple(reversed(places))


def _around(sizes: Metrics, brush: Brush) -> None:
    brush.fill(sizes.bar, BAR)
    brush.fill(sizes.bar.bottom(max(3, sizes.unit * 0.5))[0], GOLD)
    brush.fill(sizes.strip, STRIP)
    if sizes.keys.h:
        brush.fill(sizes.keys, GROUND)


def _bar(screen: Screen, sizes: Metrics, brush: Brush) -> None:
    unit = sizes.unit
    inside = sizes.bar.inset(2 * unit, 0.5 * unit)
    clock, inside = inside.right(brush.width(screen.clock, 3.6 * unit, bold=True) + unit)
    brush.words(screen.clock, clock, TEXT, 3.6 * unit, bold=True, halign="right")
    words_w = max(
        brush.width(screen.title, 2.7 * unit, bold=True), brush.width(screen.site, 2.3 * unit)
    )
    least_w = min(words_w + 3 * unit, _TITLE_SHARE * sizes.bar.w)
    for badge in screen.badges:  # the most important first; what has no room is left out
        width = brush.width(badge.text, 2.3 * unit, bold=True) + 2.4 * unit
        if inside.w - width - unit < least_w:
            break
        _, inside = inside.right(unit)
        place, inside = inside.right(width)
        _badge(
            badge, Rect(place.x, place.y + (place.h - 4 * unit) / 2, width, 4 * unit), brush, unit
        )
    _, inside = inside.right(2 * unit)
    if screen.site and screen.title:
        title, site = inside.top(inside.h * 0.56)
        brush.words(screen.title, title, TEXT, 2.7 * unit, bold=True)
        brush.words(screen.site, site, TEXT_SOFT, 2.3 * unit)
    else:
        brush.words(screen.title or screen.site, inside, TEXT, 3 * unit, bold=True)


def _badge(badge: Badge, rect: Rect, brush: Brush, unit: float) -> None:
    paint = PAINTS[badge.tone]
    brush.plate(rect, paint, 0.8 * unit)
    brush.words(badge.text, rect.inset(unit, 0), paint.ink, 2.3 * unit, bold=True, halign="center")


def _strip(screen: Screen, sizes: Metrics, brush: Brush) -> None:
    unit = sizes.unit
    inside = sizes.strip.inset(2 * unit, 0.7 * unit)
    if screen.note:
        widest = inside.w * (0.5 if screen.floor else 1)
        width = min(widest, brush.width(screen.note.text, 2.7 * unit, bold=True) + 4 * unit)
        place, inside = inside.right(width)
        brush.plate(place, PAINTS[screen.note.tone], 0.9 * unit)
        ink = PAINTS[screen.note.tone].ink
        brush.words(
            screen.note.text, place.inset(unit, 0), ink, 2.7 * unit, bold=True, halign="center"
        )
        _, inside = inside.right(unit)
    if screen.floor:
        floor = screen.floor
        width = min(inside.w, brush.width(floor.text, 2.9 * unit, bold=True) + 3 * unit)
        place = Rect(inside.x, inside.y, width, inside.h)
        if floor.tone is not Tone.PLAIN:
            brush.plate(place, PAINTS[floor.tone], 0.9 * unit)
            place = place.inset(1.5 * unit, 0)
        brush.words(floor.text, place, TEXT, 2.9 * unit, bold=True)


def _middle(screen: Screen, sizes: Metrics, brush: Brush) -> None:
    words, unit = screen.words, sizes.unit
    if words is None:
        return
    place = sizes.picture
    if screen.live is Live.NONE:
        brush.fill(place, GROUND)
    head_h, note_h = 9 * unit, 5 * unit if words.note else 0
    box = Rect(
        place.x + 6 * unit,
        place.y + (place.h - head_h - note_h) / 2,
        place.w - 12 * unit,
        head_h + note_h,
    )
    if screen.live is Live.OLD:
        brush.fill(Rect(place.x, box.y - 2 * unit, place.w, box.h + 4 * unit), VEIL)
    accent = {Tone.WARN: GOLD, Tone.BAD: "#ff8a80"}.get(words.tone, TEXT)
    head, note = box.top(head_h)
    brush.words(words.head, head, accent, 5.6 * unit, bold=True, halign="center")
    brush.words(words.note, note, TEXT_SOFT, 3.8 * unit, halign="center")


def _keys(screen: Screen, sizes: Metrics, brush: Brush, places: list[Place]) -> None:
    unit = sizes.unit
    inside = sizes.keys.inset(2 * unit, 1.4 * unit)
    gap = 1.5 * unit
    count = max(1, len(screen.buttons))
    widest = inside.h * _KEY_SHARE
    width = min(widest, (inside.w - gap * (count - 1)) / count)
    x = inside.x
    for button in screen.buttons[:-1]:
        _key(button, Rect(x, inside.y, width, inside.h), brush, unit, places)
        x += width + gap
    for language in screen.buttons[-1:]:  # out of the way of the others
        place, _ = inside.right(min(width, widest * 0.7))
        _key(language, place, brush, unit, places)


def _key(
    button: Button,
    rect: Rect,
    brush: Brush,
    unit: float,
    places: list[Place],
    *,
    on_panel: bool = False,
) -> None:
    paint = (ON_PANEL if on_panel else PAINTS)[button.tone]
    if on_panel and button.tone is Tone.PLAIN and not button.chosen:
        paint = TOGGLE_OFF
    if button.press is None:
        paint = OFF_ON_PANEL if on_panel else OFF
    edge = GOLD if button.chosen else ""
    brush.plate(rect, paint, 1.2 * unit, edge=edge)
    brush.words(
        button.text, rect.inset(unit, 0.4 * unit), paint.ink, 3 * unit, bold=True, halign="center"
    )
    if button.press:
        places.append(Place(rect, button.press))


def _panel(
    panel: PanelBox, sizes: Metrics, brush: Brush, page_of: PageOf, places: list[Place]
) -> None:
    unit = sizes.unit
    whole = sizes.picture.inset(1.5 * unit)
    box = whole
    if panel.page is None:  # as high as it must be, near the hand
        rows = (_ROW + 0.9) * unit * len(panel.rows) + (8.6 * unit if panel.note else 0)
        wide = whole.right(max(whole.w * _PANEL_SHARE, 70 * unit))[0]
        box = wide.bottom(min(wide.h, rows + 19 * unit))[0]
    brush.plate(box, Paint(PANEL, INK), 1.5 * unit)
    inside = box.inset(2 * unit, 1.6 * unit)
    if panel.page:
        texture = page_of(panel.page)
        _page(panel, inside, brush, unit, texture=texture, places=places)
        return
    title, inside = inside.top(5 * unit)
    brush.words(panel.title, title, INK, 3.2 * unit, bold=True)
    if panel.buttons:
        keys, inside = inside.bottom(8.4 * unit)
        _row_of_keys(panel.buttons, keys, brush, unit, places)
        _, inside = inside.bottom(1.2 * unit)
    if panel.note:
        note, inside = inside.bottom(5 * unit)
        brush.words(panel.note, note, INK_SOFT, 2.7 * unit)
    _rows(panel.rows, inside, brush, unit, places)


def _page(
    panel: PanelBox,
    inside: Rect,
    brush: Brush,
    unit: float,
    *,
    texture: Texture | None,
    places: list[Place],
) -> None:
    """Give the page all the height there is; what belongs to it stands beside it."""
    side, sheet = inside.right(46 * unit)
    if texture is not None:
        brush.picture(sheet, texture)
    title, side = side.top(11 * unit)
    brush.words(panel.title, title, INK, 2.9 * unit, bold=True)
    for at in range(0, len(panel.buttons), 2):
        keys, side = side.bottom(8.4 * unit)
        _row_of_keys(panel.buttons[::-1][at : at + 2][::-1], keys, brush, unit, places)
        _, side = side.bottom(1.2 * unit)
    _rows(panel.rows, side, brush, unit, places)


def _row_of_keys(
    buttons: tuple[Button, ...], rect: Rect, brush: Brush, unit: float, places: list[Place]
) -> None:
    gap = 1.2 * unit
    width = (rect.w - gap * (len(buttons) - 1)) / len(buttons)
    for at, button in enumerate(buttons):
        place = Rect(rect.x + at * (width + gap), rect.y, width, rect.h)
        _key(button, place, brush, unit, places, on_panel=True)


def _rows(
    rows: tuple[Row, ...], rect: Rect, brush: Brush, unit: float, places: list[Place]
) -> None:
    if not rows:
        return
    gap = 0.9 * unit
    height = min(_ROW * unit, (rect.h - gap * (len(rows) - 1)) / len(rows))
    for at, row in enumerate(rows):
        top = rect.y + rect.h - at * (height + gap)
        _row(row, Rect(rect.x, top - height, rect.w, height), brush, unit, places)


def _row(row: Row, rect: Rect, brush: Brush, unit: float, places: list[Place]) -> None:
    if row.press:
        ground = Paint("#ffffff", INK)
        brush.plate(rect, ground, 1.0 * unit, edge=GOLD if row.chosen else "#c9d1dc")
        places.append(Place(rect, row.press))
    inside = rect.inset(1.4 * unit, 0.5 * unit)
    for button in reversed(row.buttons):
        place, inside = inside.right(18 * unit)
        _key(button, place, brush, unit, places, on_panel=True)
        _, inside = inside.right(unit)
    if row.note:
        name, note = inside.top(inside.h * 0.58)
        brush.words(row.text, name, INK, 2.7 * unit, bold=True)
        brush.words(row.note, note, INK_SOFT, 2.1 * unit)
    else:
        brush.words(row.text, inside, INK, 2.7 * unit, bold=True)
