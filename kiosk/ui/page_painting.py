"""Lists, sheets of facts, fields with a keyboard, and photos on the glass."""

import io
import math

from kivy.core.image import Image as CoreImage

from kiosk.ui.easel import Easel
from kiosk.ui.keyboard.layout import desk
from kiosk.ui.moving import Who
from kiosk.ui.screen import Button, CallScreen, Listing, Pair, Photo, Row, Sheet, Tone, Writing
from kiosk.ui.theme import LINE, Rect
from kiosk.ui.widgets import MovingPicture, Picture

_LABEL_SHARE = 0.36  # of a sheet's width
_BUTTON_SHARE = 0.34
_OWN_SHARE = 0.24  # of the picture it lies on
_PICTURE_SHAPE = 16 / 9
_STAGE, _ON_STAGE = "#0b1220", "#ffffff"
_QR_SHARE = 0.42  # of a lying panel's width


AnyPageBody = Listing | Sheet | Writing | Photo | CallScreen


def paint_page(easel: Easel, body: AnyPageBody, rect: Rect) -> None:
    """Paint a body into its place."""
    match body:
        case Listing():
            _listing(easel, body, rect)
        case Sheet():
            _sheet(easel, body, rect)
        case Writing():
            _writing(easel, body, rect)
        case Photo():
            _photo(easel, body, rect)
        case CallScreen():
            _call(easel, body, rect)


def _listing(easel: Easel, body: Listing, rect: Rect) -> None:
    sizes = easel.sizes
    head, rest = rect.top(sizes.line, sizes.gap / 2)
    easel.words(body.prompt, head, bold=True)
    if not body.rows:
        easel.words(body.empty, rest.centred(rest.w, sizes.line * 3), halign="center")
    for row in body.rows:
        place, rest = rest.top(sizes.row, sizes.gap)
        _row(easel, row, place)


def _row(easel: Easel, row: Row, rect: Rect) -> None:
    sizes, palette = easel.sizes, easel.colours
    paint = palette.paints[row.tone] if row.action else palette.disabled
    easel.slab(rect, paint, row.action)
    inside = rect.inset(sizes.gap, max(0.0, min(sizes.gap * 0.3, rect.h / 2 - sizes.line)))
    if row.icon:
        place, inside = inside.left(min(inside.h, sizes.touch * 0.6), sizes.gap)
        easel.picture(row.icon, place, palette.accent if row.tone is Tone.PLAIN else paint.ink)
    if row.badge:
        width = easel.width(row.badge, sizes.text) + sizes.gap
        place, inside = inside.right(min(width, inside.w * 0.5), sizes.gap)
        easel.words(row.badge, place, paint.ink, bold=True, halign="right")
    if row.note and inside.h >= 2 * sizes.line - 1:
        note, inside = inside.bottom(inside.h / 2)
        easel.words(row.note, note, palette.ink_soft if row.tone is Tone.PLAIN else paint.ink)
    easel.words(row.title, inside, paint.ink, bold=True)


def _sheet(easel: Easel, body: Sheet, rect: Rect) -> None:
    sizes = easel.sizes
    rect = _title(easel, body, rect)
    if body.qr:
        if sizes.upright:
            side, rect = rect.bottom(rect.h * _QR_SHARE, sizes.gap)
        else:
            side, rect = rect.right(rect.w * _QR_SHARE, sizes.gap)
        _symbol(easel, body, side)
    if body.buttons:
        rect = _side(easel, body.buttons, rect)
    _facts(easel, body, rect)


def _title(easel: Easel, body: Sheet, rect: Rect) -> Rect:
    sizes, palette = easel.sizes, easel.colours
    ink = palette.accent if body.tone in (Tone.PLAIN, Tone.MAIN) else palette.paints[body.tone].ink
    side = sizes.title * LINE
    width = rect.w - side - sizes.gap
    lines = min(2, math.ceil(easel.width(body.title, sizes.title) / width))
    head, rest = rect.top(sizes.title * LINE * lines, sizes.gap / 2)
    picture, words = head.left(side, sizes.gap)
    easel.picture(body.icon, picture, ink)
    easel.words(body.title, words, ink, title=True)
    return rest


def _symbol(easel: Easel, body: Sheet, rect: Rect) -> None:
    sizes = easel.sizes
    ink = easel.plate(rect, Tone.PLAIN).ink
    inside = rect.inset(sizes.gap / 2)
    lines = math.ceil(easel.width(body.qr_caption, sizes.text) / inside.w)
    words, picture = inside.bottom(sizes.line * lines, sizes.gap / 2)
    easel.qr(body.qr, picture)
    easel.words(body.qr_caption, words, ink, bold=True, halign="center")


def _side(easel: Easel, buttons: tuple[Button, ...], rect: Rect) -> Rect:
    """Put the buttons at the side of a lying panel, at the foot of a standing one."""
    sizes = easel.sizes
    if sizes.upright:
        height = len(buttons) * (sizes.touch + sizes.gap) - sizes.gap
        place, rest = rect.bottom(height, sizes.gap)
    else:
        place, rest = rect.right(rect.w * _BUTTON_SHARE, sizes.gap)
        height = len(buttons) * (sizes.touch * 1.2 + sizes.gap) - sizes.gap
        place = place.bottom(min(place.h, height))[0]
    for button, cell in zip(buttons, place.grid(1, len(buttons), sizes.gap), strict=True):
        easel.button(button, cell)
    return rest


def _facts(easel: Easel, body: Sheet, rect: Rect) -> None:
    """Give each fact and sentence the lines it needs; what is short of room shares it."""
    sizes = easel.sizes
    label_w = rect.w * _LABEL_SHARE
    value_w = rect.w - label_w - sizes.gap
    pairs = [
        max(easel.lines(pair.label, label_w), easel.lines(pair.value, value_w))
        for pair in body.pairs
    ]
    notes = [easel.lines(note, rect.w) for note in body.notes]
    wanted = (sum(pairs) + sum(notes)) * sizes.line
    parts = len(pairs) + len(notes)
    gap = max(0.0, min(sizes.gap / 2, (rect.h - wanted) / max(1, parts)))
    line = min(sizes.line, (rect.h - gap * parts) / max(1, sum(pairs) + sum(notes)))
    for pair, count in zip(body.pairs, pairs, strict=True):
        place, rect = rect.top(line * count, gap)
        _pair(easel, pair, place, label_w)
    for note, count in zip(body.notes, notes, strict=True):
        place, rect = rect.top(line * count, gap)
        easel.words(note, place)


def _pair(easel: Easel, pair: Pair, rect: Rect, label_w: float) -> None:
    palette = easel.colours
    label, value = rect.left(label_w, easel.sizes.gap)
    ink = palette.ink if pair.tone is Tone.PLAIN else palette.paints[pair.tone].ink
    easel.words(pair.label, label, palette.ink_soft)
    easel.words(pair.value, value, ink, bold=True)


def _writing(easel: Easel, body: Writing, rect: Rect) -> None:
    """Lay the keys where hands are; the field above them, and above that what may be meant."""
    sizes, palette = easel.sizes, easel.colours
    laid = desk([[cap.wide for cap in row] for row in body.keys], sizes)
    for caps, places in zip(body.keys, laid.keys, strict=True):
        for cap, place in zip(caps, places, strict=True):
            easel.cap(cap, place)
    easel.plate(laid.field, Tone.PLAIN)
    ink = palette.accent if body.text else palette.ink_soft
    inside = laid.field.inset(sizes.gap, 0)
    easel.words(body.text or body.hint, inside, ink, bold=bool(body.text))
    free = Rect(rect.x, laid.head.y, rect.w, max(0.0, rect.y + rect.h - laid.head.y))
    if body.found:
        _found(easel, body.found, free)
    elif body.suggestions and free.h >= sizes.touch:
        across = free.bottom(sizes.touch)[0].grid(len(body.suggestions), 1, sizes.gap)
        for button, cell in zip(body.suggestions, across, strict=True):
            easel.button(button, cell)


def _found(easel: Easel, rows: tuple[Row, ...], rect: Rect) -> None:
    """List what was found so far in the room that the keys leave: all of it, or the first rows."""
    sizes = easel.sizes
    for row in rows[: int((rect.h + sizes.gap) // (sizes.row + sizes.gap))]:
        place, rect = rect.top(sizes.row, sizes.gap)
        _row(easel, row, place)


def _photo(easel: Easel, body: Photo, rect: Rect) -> None:
    sizes = easel.sizes
    head, rect = rect.top(sizes.line, sizes.gap / 2)
    easel.words(body.prompt, head, bold=True)
    if body.buttons:
        rect = _side(easel, body.buttons, rect)
    if body.note:
        note, rect = rect.bottom(sizes.line, sizes.gap / 2)
        easel.words(body.note, note)
    loaded = CoreImage(io.BytesIO(body.picture), ext="jpg", nocache=True).texture
    share = min(rect.w / loaded.width, rect.h / loaded.height)
    place = rect.centred(loaded.width * share, loaded.height * share)
    easel.sheet.add_widget(Picture(place, loaded, "#ffffff"))


def _call(easel: Easel, body: CallScreen, rect: Rect) -> None:
    """Put the officer above or beside the buttons, and the citizen small in his corner."""
    sizes, palette = easel.sizes, easel.colours
    rect = _side(easel, body.buttons, rect)
    head, rect = rect.top(sizes.line * easel.lines(body.title, rect.w), sizes.gap / 2)
    easel.words(body.title, head, palette.accent, bold=True)
    note, rect = rect.bottom(sizes.line * easel.lines(body.note, rect.w), sizes.gap / 2)
    easel.words(body.note, note)
    wide = min(rect.w, rect.h * _PICTURE_SHAPE)
    stage = rect.centred(wide, wide / _PICTURE_SHAPE)
    easel.ground(stage, _STAGE)
    if body.live:
        easel.sheet.add_widget(MovingPicture(stage, Who.OFFICER))
    else:
        easel.words(body.unseen, stage.inset(sizes.gap, 0), _ON_STAGE, halign="center")
    edge = sizes.gap / 2
    own = Rect(stage.x + edge, stage.y + edge, stage.w * _OWN_SHARE, stage.h * _OWN_SHARE)
    easel.sheet.add_widget(MovingPicture(own, Who.OWN))
