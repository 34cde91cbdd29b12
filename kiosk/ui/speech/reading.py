"""A screen as it is read: its lines in reading order, each with what a touch on it would mean."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import assert_never

from kiosk.ui.events import AnyAction, TypeSign
from kiosk.ui.screen import (
    AnyBody,
    Button,
    CallScreen,
    Cap,
    Claim,
    Confirmation,
    Dialog,
    Faces,
    Listing,
    Message,
    Notice,
    Number,
    Pad,
    Photo,
    Row,
    Screen,
    Sheet,
    Tile,
    Tiles,
    Writing,
)
from kiosk.ui.speech.digits import aloud, signs
from kiosk.ui.speech.texts import SpeechTexts


@dataclass(frozen=True)
class Line:
    """A sentence; `action` and `icon` are of the key it names. A quiet one is read when touched.

    `own` is one of the page's middle, which may be about a citizen.
    """

    text: str
    action: AnyAction | None = None
    icon: str = ""
    quiet: bool = False
    own: bool = True


def spoken(screen: Screen, words: SpeechTexts) -> tuple[str, ...]:
    """Return what is read of a screen, in order: title, banner, body, buttons with their places."""
    return tuple(line.text for line in lines(screen, words) if not line.quiet)


def lines(screen: Screen, words: SpeechTexts) -> tuple[Line, ...]:
    """Return all lines of a screen; of one with a dialog only the dialog's."""
    if screen.dialog:
        return tuple(_dialog(screen.dialog, words))
    around = [Line(screen.title, own=False), Line(screen.badge, own=False)]
    if screen.banner:
        around.append(Line(screen.banner.text))
    found = [*around, *_body(screen.body, words), Line(screen.status)]
    keys = (
        (screen.left, words.bottom_left),
        (screen.aid, words.bottom_middle),
        (screen.right, words.bottom_right),
        (screen.language, words.top_right),
    )
    for button, place in keys:
        if button:
            line = _button(button, place)
            found.append(replace(line, own=button is screen.right))
    said = (replace(line, text=aloud(line.text, words.hidden)) for line in found if line.text)
    return tuple(dict.fromkeys(said))


def _dialog(dialog: Dialog, words: SpeechTexts) -> Iterator[Line]:
    yield Line(dialog.title, own=False)
    yield Line(dialog.text, own=False)
    for button in (dialog.other, dialog.main):
        yield replace(_button(button, words.button), own=False)


def _body(body: AnyBody, words: SpeechTexts) -> Iterator[Line]:
    match body:
        case Tiles() | Confirmation() | Faces():
            yield from _tiled(body, words)
        case Notice() | Message() | Claim():
            yield from _worded(body, words)
        case Number():
            yield from _number(body, words)
        case Pad():
            yield from _pad(body, words)
        case Writing():
            yield from _writing(body, words)
        case Listing():
            yield Line(body.prompt)
            yield from _rows(body.rows, words)
            yield Line("" if body.rows else body.empty)
        case Sheet():
            yield from _sheet(body, words)
        case Photo():
            yield from map(Line, (body.prompt, words.picture, body.note))
            yield from (_button(button, words.button) for button in body.buttons)
        case CallScreen():
            yield from map(Line, (body.title, "" if body.live else body.unseen, body.note))
            yield from (_button(button, words.button) for button in body.buttons)
        case _:
            assert_never(body)


def _tiled(body: Tiles | Confirmation | Faces, words: SpeechTexts) -> Iterator[Line]:
    match body:
        case Tiles():
            yield Line(body.prompt)
            yield from _tiles(body.tiles, words)
        case Confirmation():
            yield Line(body.title)
            yield Line(", ".join(body.facts))
            yield _button(body.main, words.button)
            yield from _tiles(body.sides, words)
        case Faces():
            yield Line(body.question)
            yield from _tiles(body.faces, words)
            yield Line(body.note)


def _worded(body: Notice | Message | Claim, words: SpeechTexts) -> Iterator[Line]:
    match body:
        case Notice():
            yield from map(Line, (body.title, *body.sentences, body.prompt))
        case Message():
            yield from map(Line, (body.title, *body.lines))
            if body.main:
                yield _button(body.main, words.button)
        case Claim():
            yield from map(Line, (body.title, body.english, body.advice, body.caption))


def _pad(body: Pad, words: SpeechTexts) -> Iterator[Line]:
    yield Line(body.prompt)
    yield _field(body.typed, body.hint, words)
    for key in (*body.letters, *body.digits):
        yield replace(_button(key, words.key), quiet=True)
    yield _button(body.erase, words.button)
    if body.go:
        yield _button(body.go, words.button)


def _number(body: Number, words: SpeechTexts) -> Iterator[Line]:
    yield Line(f"{body.caption} {signs(body.number, words.hidden)}")
    yield from map(Line, (body.service, *body.facts, body.paper, body.advice))
    yield Line(words.qr if body.qr else "")


def _sheet(body: Sheet, words: SpeechTexts) -> Iterator[Line]:
    yield Line(body.title)
    yield from (Line(f"{pair.label}: {pair.value}") for pair in body.pairs)
    yield from map(Line, body.notes)
    if body.qr:
        yield Line(body.qr_caption or words.qr)
    yield from (_button(button, words.button) for button in body.buttons)


def _writing(body: Writing, words: SpeechTexts) -> Iterator[Line]:
    yield Line(body.prompt)
    yield _field(body.text, body.hint, words)
    yield from (_button(button, words.button) for button in body.suggestions)
    yield from _rows(body.found, words)
    yield Line(words.keyboard)
    for cap in (cap for row in body.keys for cap in row):
        yield _cap(cap, words)


def _field(text: str, hint: str, words: SpeechTexts) -> Line:
    return Line(words.typed.format(text=text) if text else words.nothing_typed.format(text=hint))


def _tiles(tiles: tuple[Tile, ...], words: SpeechTexts) -> Iterator[Line]:
    for at, tile in enumerate(tiles, 1):
        state = words.chosen if tile.chosen else "" if tile.action else words.closed
        text = ". ".join(filter(None, (tile.title, tile.note, state)))
        said = words.tile.format(at=at, count=len(tiles), text=text)
        yield Line(said, tile.action, tile.icon)


def _rows(rows: tuple[Row, ...], words: SpeechTexts) -> Iterator[Line]:
    for at, row in enumerate(rows, 1):
        text = ". ".join(filter(None, (row.title, row.note, row.badge)))
        said = words.row.format(at=at, count=len(rows), text=text)
        yield Line(said, row.action, row.icon)


def _button(button: Button, place: str) -> Line:
    text = button.spoken or button.text
    return Line(place.format(text=text) if text else "", button.action, button.icon)


def _cap(cap: Cap, words: SpeechTexts) -> Line:
    sign = cap.action.sign.value if isinstance(cap.action, TypeSign) else cap.icon
    text = words.keys.get(sign) or cap.text or sign
    return Line(words.key.format(text=text), cap.action, cap.icon, quiet=True)
