"""The bodies of the screens on the glass, one function a body."""

import math

import msgspec

from kiosk.ui.easel import Easel
from kiosk.ui.page_painting import paint_page
from kiosk.ui.screen import (
    AnyBody,
    Claim,
    Confirmation,
    Faces,
    Message,
    Notice,
    Number,
    Pad,
    Tile,
    Tiles,
    Tone,
)
from kiosk.ui.sign_painting import paint_claim
from kiosk.ui.theme import LINE, Rect, columns

_KEYS_A_ROW = 7
_DIGITS_A_ROW = 5
_FACES_A_ROW = 5
_FEW_FACES = 3  # in large letters
_WIDE_FACE = 2.6


def paint_body(easel: Easel, body: AnyBody, rect: Rect, *, resting: bool) -> None:
    """Paint a body into its place."""
    match body:
        case Tiles():
            _tiles(easel, body, rect)
        case Confirmation():
            _confirmation(easel, body, rect)
        case Notice():
            _notice(easel, body, rect)
        case Message():
            _message(easel, body, rect, ink="#ffffff" if resting else "")
        case Number():
            _number(easel, body, rect)
        case Pad():
            _pad(easel, body, rect)
        case Faces():
            _faces(easel, body, rect)
        case Claim():
            paint_claim(easel, body, rect)
        case _:
            paint_page(easel, body, rect)


def _tiles(easel: Easel, body: Tiles, rect: Rect) -> None:
    sizes = easel.sizes
    across = columns(sizes, len(body.tiles))
    rows = max(1, math.ceil(len(body.tiles) / across))
    need = rows * (sizes.tile + sizes.gap) - sizes.gap
    lines = math.ceil(easel.width(body.prompt, sizes.text) / rect.w)
    if rect.h >= need + sizes.line * lines + sizes.gap / 2:
        prompt, rect = rect.top(sizes.line * lines, sizes.gap / 2)
        easel.words(body.prompt, prompt, easel.colours.ink, bold=True, halign="center")
    tall = min(rect.h, rows * (sizes.tile * 2.2 + sizes.gap) - sizes.gap)
    rect = rect.top(tall)[0]
    for tile, place in zip(body.tiles, rect.grid(across, rows, sizes.gap), strict=False):
        easel.tile(tile, place)


def _confirmation(easel: Easel, body: Confirmation, rect: Rect) -> None:
    sizes = easel.sizes
    tall = min(rect.h, sizes.touch * 11)
    rect = rect.top(tall)[0]
    across, rows = (1, 2) if sizes.upright else (len(body.sides), 1)
    least = rows * (2 * sizes.line + 1.3 * sizes.gap) + (rows - 1) * sizes.gap
    below = least + sizes.touch + 2 * sizes.gap  # what is touched keeps its size
    head, rect = rect.top(min(rect.h * 0.3, rect.h - below), sizes.gap)
    sides, main = rect.bottom(max(rect.h * 0.47 - sizes.gap, least), sizes.gap)
    side = min(head.h, sizes.touch * 1.1)
    picture, text = head.left(side, sizes.gap)
    easel.picture(body.icon, picture, easel.colours.accent)
    lines = min(2, math.ceil(easel.width(body.title, sizes.title) / text.w))
    text = text.centred(text.w, min(text.h, sizes.title * LINE * lines + sizes.line))
    facts, title = text.bottom(min(sizes.line, text.h / 2), 0)
    easel.words(body.title, title, easel.colours.ink, title=True)
    easel.words(", ".join(body.facts), facts, easel.colours.ink_soft)
    easel.button(body.main, main, title=True)
    for tile, place in zip(body.sides, sides.grid(across, rows, sizes.gap), strict=False):
        easel.tile(tile, place)


def _notice(easel: Easel, body: Notice, rect: Rect) -> None:
    sizes = easel.sizes
    if sizes.upright:
        prompt, text = rect.bottom(rect.h * 0.42, sizes.gap)
    else:
        prompt, text = rect.right(rect.w * 0.32, sizes.gap * 1.5)
    paint = easel.plate(prompt, Tone.MAIN)
    inside = prompt.inset(sizes.gap)
    words, picture = inside.bottom(sizes.title * LINE * 3, sizes.gap)
    easel.picture(body.icon, picture.inset(sizes.gap / 2), paint.ink)
    easel.words(body.prompt, words, paint.ink, title=True, halign="center")
    title, text = text.top(sizes.title * LINE, sizes.gap)
    easel.words(body.title, title, easel.colours.accent, title=True)
    text = text.top(min(text.h, sizes.line * 9))[0]
    for sentence, place in zip(
        body.sentences, text.grid(1, len(body.sentences), sizes.gap / 4), strict=True
    ):
        tick, words = place.left(sizes.text, sizes.gap)
        easel.picture("check", tick, easel.colours.accent)
        easel.words(sentence, words)


def _message(easel: Easel, body: Message, rect: Rect, *, ink: str) -> None:
    """Stack picture, title, sentences and button in the middle; closer where room is short."""
    sizes = easel.sizes
    colour = ink or (
        easel.colours.paints[body.tone].ink if body.tone is not Tone.MAIN else easel.colours.accent
    )
    lines = [
        (line, math.ceil(easel.width(line, sizes.text) / (rect.w - 2 * sizes.gap)))
        for line in body.lines
    ]
    words_h = sum(count for _, count in lines) * sizes.line
    title_h = sizes.title * LINE * math.ceil(easel.width(body.title, sizes.title) / rect.w)
    parts = len(lines) + 1 + bool(body.main)
    button_h = sizes.touch * 1.2 if body.main else 0.0
    gap, short = sizes.gap, title_h + words_h + button_h + parts * sizes.gap > rect.h
    if short:
        gap, button_h = sizes.gap / 3, min(button_h, sizes.touch)
    tall = title_h + words_h + button_h + parts * gap
    side = min(sizes.touch * 1.6, rect.h * 0.4, rect.h - tall)
    seen = side >= sizes.line
    rest = rect.centred(rect.w - 2 * sizes.gap, min(rect.h, side + tall if seen else tall - gap))
    if seen:
        picture, rest = rest.top(side, gap)
        easel.picture(body.icon, picture, colour)
    title, rest = rest.top(title_h, gap)
    easel.words(body.title, title, colour, title=True, halign="center")
    for line, count in lines:
        place, rest = rest.top(count * sizes.line, gap)
        easel.words(line, place, ink or easel.colours.ink, halign="center")
    if body.main:
        place = rest.top(button_h)[0].centred(min(rest.w, sizes.touch * 4), button_h)
        easel.button(body.main, place, title=True)


def _number(easel: Easel, body: Number, rect: Rect) -> None:
    sizes = easel.sizes
    if sizes.upright:
        left, right = rect.top(rect.h * 0.5, sizes.gap)
    else:
        left, right = rect.left(rect.w * 0.5, sizes.gap)
    _number_plate(easel, body, left)
    paint = easel.plate(right, body.tone)
    inside = right.inset(sizes.gap)
    lines = max(2, math.ceil(easel.width(body.advice, sizes.text) / inside.w))
    if body.qr:
        text, picture = inside.bottom(sizes.title * LINE + sizes.line * lines, sizes.gap / 2)
        easel.qr(body.qr, picture)
    else:
        text, picture = inside.bottom(sizes.title * LINE * 2 + sizes.line * 2, sizes.gap)
        easel.picture(body.icon, picture.centred(picture.w, sizes.touch * 1.4), paint.ink)
    advice, paper = text.bottom(sizes.line * lines, 0)
    easel.words(body.paper, paper, paint.ink, title=True, halign="center")
    easel.words(body.advice, advice, paint.ink, halign="center")


def _number_plate(easel: Easel, body: Number, rect: Rect) -> None:
    sizes = easel.sizes
    easel.plate(rect, Tone.PLAIN)
    inside = rect.inset(sizes.gap, sizes.gap * 0.7)
    caption, inside = inside.top(sizes.line)
    easel.words(body.caption, caption, easel.colours.ink_soft, halign="center")
    facts, inside = inside.bottom(sizes.line * len(body.facts))
    rows = facts.grid(1, len(body.facts), 0)
    for fact, place in zip(body.facts, rows, strict=True):
        easel.words(fact, place, easel.colours.ink, bold=True, halign="center")
    lines = min(2, math.ceil(easel.width(body.service, sizes.text) / inside.w))
    service, inside = inside.bottom(sizes.line * lines, sizes.gap / 3)
    easel.words(body.service, service, easel.colours.ink_soft, halign="center")
    easel.number(body.number, inside, easel.colours.accent)


class _Keys(msgspec.Struct, frozen=True):
    """Where the keys of a pad go in its grid: the first cell of each group, letters at 0."""

    across: int
    rows: int
    digits: tuple[int, int]
    erase: int
    go: int


def _keys_in_rows(letters: int) -> _Keys:
    """Letters in rows of their own; then two rows of digits, erase and go at their ends."""
    rows = math.ceil(letters / _KEYS_A_ROW) + 2
    one, other = ((rows - 2) * _KEYS_A_ROW, (rows - 1) * _KEYS_A_ROW)
    return _Keys(_KEYS_A_ROW, rows, (one, other), one + _DIGITS_A_ROW, other + _DIGITS_A_ROW)


def _keys_in_line(letters: int, across: int) -> _Keys:
    """Everything in one line, broken where a row is full: many letters on a low panel."""
    rows = math.ceil((letters + 2 * _DIGITS_A_ROW + 4) / across)
    cells = rows * across
    return _Keys(across, rows, (letters, letters + _DIGITS_A_ROW), cells - 4, cells - 2)


def _pad(easel: Easel, body: Pad, rect: Rect) -> None:
    sizes = easel.sizes
    keys, least = _keys_in_rows(len(body.letters)), sizes.touch + sizes.gap
    if keys.rows * least - sizes.gap > rect.h:
        keys = _keys_in_line(len(body.letters), int((rect.w + sizes.gap) // least))
    rows = keys.rows
    key_h = min((rect.h - sizes.title * LINE - sizes.gap * rows) / rows, sizes.touch * 1.5)
    key_h = max(sizes.touch, min(key_h, (rect.h - sizes.gap * rows) / (rows + 0.8)))
    keys_h = key_h * rows + sizes.gap * (rows - 1)
    head_h = min(rect.h - keys_h - sizes.gap, sizes.touch)
    if sizes.upright:
        head_h = sizes.touch
        rect = rect.bottom(keys_h + head_h + sizes.gap)[0]
    head, rest = rect.top(max(0, head_h), sizes.gap)
    if head_h >= sizes.title * LINE:
        _field(easel, body, head)
        rect = rest
    _lay(easel, body, rect.bottom(keys_h)[0].grid(keys.across, rows, sizes.gap), keys)


def _field(easel: Easel, body: Pad, rect: Rect) -> None:
    sizes = easel.sizes
    field, prompt = rect.right(sizes.text * 0.75 * 9, sizes.gap)
    easel.words(body.prompt, prompt, easel.colours.ink, bold=True)
    easel.plate(field, Tone.PLAIN)
    easel.words(
        body.typed or body.hint,
        field,
        easel.colours.accent if body.typed else easel.colours.ink_soft,
        bold=bool(body.typed),
        halign="center",
    )


def _lay(easel: Easel, body: Pad, places: tuple[Rect, ...], keys: _Keys) -> None:
    for button, place in zip(body.letters, places, strict=False):
        easel.button(button, place, title=True)
    for at, button in enumerate(body.digits):
        row, column = divmod(at, _DIGITS_A_ROW)
        easel.button(button, places[keys.digits[row] + column], title=True)
    easel.button(body.erase, _joined(places[keys.erase : keys.erase + 2]))
    if body.go:
        easel.button(body.go, _joined(places[keys.go : keys.go + 2]))


def _joined(places: tuple[Rect, ...]) -> Rect:
    first, last = places
    return Rect(first.x, first.y, last.x + last.w - first.x, first.h)


def _faces(easel: Easel, body: Faces, rect: Rect) -> None:
    sizes = easel.sizes
    rect = rect.top(min(rect.h, sizes.touch * (14 if sizes.upright else 6)))[0]
    title, rect = rect.top(sizes.title * LINE, sizes.gap)
    easel.words(body.question, title, easel.colours.ink, title=True, halign="center")
    note, rect = rect.bottom(sizes.line, sizes.gap / 2)
    easel.words(body.note, note, easel.colours.ink_soft, halign="center")
    across = 1 if sizes.upright else min(len(body.faces), _FACES_A_ROW)
    rows = math.ceil(len(body.faces) / across)
    for tile, place in zip(body.faces, rect.grid(across, rows, sizes.gap), strict=False):
        _face(easel, tile, place, title=len(body.faces) <= _FEW_FACES)


def _face(easel: Easel, tile: Tile, rect: Rect, *, title: bool) -> None:
    sizes = easel.sizes
    ink = easel.colours.faces.get(tile.icon, easel.colours.accent)
    easel.tile(Tile(action=tile.action, icon="", title=""), rect)
    inside = rect.inset(sizes.gap)
    if sizes.upright or rect.w > rect.h * _WIDE_FACE:
        picture, text = inside.left(min(inside.h, inside.w / 2), sizes.gap)
        halign = "left"
    else:
        inside = rect.inset(sizes.gap / 3, sizes.gap / 2)
        words = sizes.title * LINE * 2 if title else sizes.line * 3
        text, picture = inside.bottom(min(inside.h, words), sizes.gap / 2)
        halign = "center"
    easel.picture(tile.icon, picture, ink)
    easel.words(tile.title, text, ink, title=title, bold=True, halign=halign)
