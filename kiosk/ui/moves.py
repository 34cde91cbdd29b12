"""Small moves that every part of the session makes."""

from enum import StrEnum

import msgspec

from kiosk.ui.events import AnyEffect, EndSession
from kiosk.ui.flows.chip.pages import ChipTries
from kiosk.ui.state import Access, AnyPage, Home, Note, Rest, State
from kiosk.ui.world import Headphones

Step = tuple[State, tuple[AnyEffect, ...]]


def stay(state: State) -> Step:
    """Nothing changes."""
    return state, ()


def turn(state: State, page: AnyPage, *effects: AnyEffect) -> Step:
    """Go to a page; a passing note stays behind."""
    return msgspec.structs.replace(state, page=page, note=None), effects


def tell(state: State, now: float, about: StrEnum, **values: str) -> State:
    """Say something for a while."""
    note = Note(about=about, until=now + state.rules.note_shown_s, values=values)
    return msgspec.structs.replace(state, note=note)


def leave(state: State, *effects: AnyEffect) -> Step:
    """End the session: all of the citizen goes, language and reading too; owed paper stays."""
    return msgspec.structs.replace(as_new(state), note=None, warned=None), (*effects, EndSession())


def as_new(state: State) -> State:
    """Return the state with the page, the language and the reading of nobody."""
    plugged = state.world.headphones is Headphones.PLUGGED
    return msgspec.structs.replace(
        state,
        page=Home(),
        help=None,
        language=state.home_language,
        access=Access(spoken=plugged),
        pointed=None,
        chip_tries=ChipTries(),
    )


def is_as_new(state: State) -> bool:
    """Return whether nothing of an earlier citizen's choices stands."""
    return state == as_new(state)


def in_session(state: State) -> bool:
    """Return whether somebody has begun something; who is in a call has."""
    return state.help is not None or not isinstance(state.page, Home | Rest)
