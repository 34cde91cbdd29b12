"""How the pages of looking a number up and rating a visit look."""

from typing import NamedTuple

from kiosk.ui.bodies import key, priority_classes
from kiosk.ui.events import Erase
from kiosk.ui.flows.visit.pages import Find, GiveRating, Look, Rate
from kiosk.ui.flows.visit.texts import VISIT
from kiosk.ui.screen import Button, Faces, Message, Pad, Tile, Tone
from kiosk.ui.state import State
from kiosk.ui.world import ScannerState

RATING_SCALE, SIPAS_SCALE = 3, 5  # domain QUE-10


class Level(NamedTuple):
    """One of the answers; 1 is worst."""

    value: int
    icon: str
    word: str


def find(state: State, page: Find) -> Pad:
    """Show the keys of every number that this site gives (domain QUE-4)."""
    texts = VISIT.of(state)
    site = state.world.site
    prefixes = sorted({service.prefix for service in site.services}) if site else []
    letters = [each for each in prefixes if each.isalpha()]
    priority = ["U"] if any(each.priority for each in priority_classes(state)) else []
    scans = state.world.scanner is ScannerState.READY
    prompt = texts.find_prompt if scans else texts.find_prompt_typed
    return Pad(
        prompt=texts.looking if page.asked else prompt,
        typed=page.typed,
        hint=texts.find_hint,
        letters=tuple(key(each) for each in priority + letters),
        digits=tuple(key(each) for each in "1234567890"),
        erase=Button(action=Erase(), text=texts.erase, icon="erase"),
        go=Button(action=Look(), text=texts.find_go, tone=Tone.MAIN, icon="check")
        if page.typed and not page.asked
        else None,
    )


def faces(state: State, page: Rate) -> Faces:
    """Show three levels with faces and words (domain QUE-10); another scale as its numbers."""
    texts = VISIT.of(state)
    scale = state.world.site.rating_scale if state.world.site else RATING_SCALE
    return Faces(
        question=texts.rate_question,
        faces=tuple(
            Tile(
                action=None if page.sent else GiveRating(value=level.value, scale=scale),
                icon=level.icon,
                title=level.word,
            )
            for level in levels(state, scale)
        ),
        note=texts.rate_anonymous.format(number=page.ticket.number),
    )


def levels(state: State, scale: int) -> tuple[Level, ...]:
    """Return the answers of a scale, best first: in words for 3 levels and for SIPAS's 5.

    Of another scale the best and the worst are named, the numbers between them stand alone.
    """
    texts = VISIT.of(state)
    words: tuple[str, ...]
    if scale == RATING_SCALE:
        words = (texts.rate_3, texts.rate_2, texts.rate_1)
    elif scale == SIPAS_SCALE:
        words = (texts.five_5, texts.five_4, texts.five_3, texts.five_2, texts.five_1)
    else:
        middle = (str(value) for value in range(scale - 1, 1, -1))
        words = (f"{scale}: {texts.rate_3}", *middle, f"1: {texts.rate_1}")
    return tuple(
        Level(value, f"face{value}" if scale == RATING_SCALE else "star", word)
        for value, word in zip(range(scale, 0, -1), words, strict=True)
    )


def thanks(state: State) -> Message:
    """Say that the answer is stored."""
    words = VISIT.of(state)
    return Message(icon="face3", tone=Tone.GOOD, title=words.thanks, lines=(words.thanks_note,))
