"""How an answer is told, and how long texts are divided as the panel has room."""

from collections.abc import Iterable, Iterator

from devices.contract.clock import LOCAL
from kiosk.api.site_feedback import FeedbackLookup
from kiosk.domain.feedback import STATE_NAMES, FeedbackState
from kiosk.ui.bodies import named
from kiosk.ui.flows.feedback import answer_pages, pages
from kiosk.ui.flows.feedback.answer_pages import AnswerSheet, AskAnswer, RateFeedback
from kiosk.ui.flows.feedback.following import can_rate
from kiosk.ui.flows.feedback.texts import FEEDBACK
from kiosk.ui.flows.typing import keyboard
from kiosk.ui.flows.visit.bodies import levels
from kiosk.ui.paging import lines_of, parts
from kiosk.ui.room import Room
from kiosk.ui.screen import Button, Faces, Message, Pair, Sheet, Tile, Tone, Writing
from kiosk.ui.state import State
from kiosk.ui.world import ScannerState

_LABEL_SHARE = 0.36
_SIDE_SHARE = 0.36
_SURE = 0.92  # of the letters that are thought to stand in a line


def ask(state: State, page: AskAnswer, room: Room) -> Writing | Message:
    """Ask for the code, or say that somebody is asked."""
    words = FEEDBACK.of(state)
    if page.asked:
        line = words.looking_note.format(code=page.asked)
        return Message(icon="search", tone=Tone.PLAIN, title=words.looking, lines=(line,))
    scans = state.world.scanner is ScannerState.READY
    prompt = words.code_prompt if scans else words.code_prompt_typed
    return keyboard(page.typing, room, prompt=prompt, hint=words.code_hint)


def sheet(state: State, page: AnswerSheet, room: Room) -> Sheet:
    """Show how it stands, and the answer."""
    words, told = FEEDBACK.of(state), page.told
    word = named(dict(STATE_NAMES[told.state]), state)
    shown = divided([*_facts(state, page), *pieces(told.answer, room)], room, titled=True)
    at = min(page.part, len(shown) - 1)
    last = at + 1 == len(shown)
    rate = Button(action=answer_pages.OpenFeedbackRating(), text=words.rate, icon="star")
    more = Button(action=pages.ShowFeedbackPart(part=at + 1), text=words.more, icon="more")
    return Sheet(
        icon="speech",
        title=word[:1].upper() + word[1:],
        tone=_tone(told),
        pairs=tuple(one for one in shown[at] if isinstance(one, Pair)),
        notes=tuple(one for one in shown[at] if isinstance(one, str)),
        buttons=(rate,) if can_rate(page) else (),
        foot=None if last else more,
    )


def rate(state: State, page: RateFeedback) -> Faces:
    """Ask for a level, best first; the scale is the site's (domain QUE-10)."""
    words, scale = FEEDBACK.of(state), page.told.rating_scale
    return Faces(
        question=words.rate_question,
        faces=tuple(
            Tile(
                action=None
                if page.sent
                else answer_pages.GiveFeedbackRating(value=level.value, scale=scale),
                icon=level.icon,
                title=level.word,
            )
            for level in levels(state, scale)
        ),
        note=words.rate_note.format(code=page.told.code),
    )


def pieces(text: str, room: Room) -> Iterator[str]:
    """Yield a text in pieces that fit a sheet without its facts; words stay whole where they can.

    A word longer than a line is cut.
    """
    most = _letters(room) * max(1, _lines(room, titled=True) - 1)
    width = _letters(room)
    piece = ""
    for word in _cut(text.split(), width):
        if piece and len(piece) + 1 + len(word) > int(most * 0.8):
            yield piece
            piece = ""
        piece = f"{piece} {word}" if piece else word
    if piece:
        yield piece


def divided(items: Iterable[Pair | str], room: Room, *, titled: bool) -> list[list[Pair | str]]:
    """Return facts and sentences in parts of as many lines as fit beside a button."""
    return parts(((one, _height(one, room)) for one in items), _lines(room, titled=titled))


def _tone(told: FeedbackLookup) -> Tone:
    if told.overdue:
        return Tone.BAD
    if told.state is FeedbackState.REFUSED:
        return Tone.WARN
    return Tone.GOOD if told.state.closed else Tone.PLAIN


def _facts(state: State, page: AnswerSheet) -> Iterator[Pair | str]:
    words, told = FEEDBACK.of(state), page.told
    yield Pair(label=words.category, value=named(told.category_names, state))
    yield Pair(label=words.due, value=f"{told.due:%d/%m/%Y}")
    if told.expected:
        yield Pair(label=words.expected, value=f"{told.expected:%d/%m/%Y}")
    if told.answered:
        line = words.late if told.in_time is False else words.in_time
        yield Pair(label=words.answered, value=line.format(day=f"{told.answered:%d/%m/%Y}"))
    if told.overdue:
        yield words.given_up if told.given_up else words.overdue
    if not told.live:
        yield words.old.format(time=f"{told.told_at.astimezone(LOCAL):%H:%M %d/%m}")
    if told.waits:
        yield words.waits
    if not told.answer:
        yield words.no_answer_yet


def _lines(room: Room, *, titled: bool) -> int:
    """Return the lines for facts: on a standing panel the button below takes some."""
    lines = room.lines if titled else room.lines + 1
    return max(3, lines - 3) if room.upright else lines


def _letters(room: Room) -> int:
    width = room.letters if room.upright else int(room.letters * (1 - _SIDE_SHARE))
    return int(width * _SURE)


def _height(item: Pair | str, room: Room) -> int:
    letters = _letters(room)
    if isinstance(item, str):
        return lines_of(item, letters)
    label = lines_of(item.label, int(letters * _LABEL_SHARE))
    return max(label, lines_of(item.value, int(letters * (1 - _LABEL_SHARE)) - 2))


def _cut(words: Iterable[str], width: int) -> Iterator[str]:
    for word in words:
        for at in range(0, len(word), width):
            yield word[at : at + width]
