"""Small moves that every part of the session makes."""

import msgspec

from kiosk.ui.events import AnyEffect, EndSession
from kiosk.ui.state import (
    PLAIN_CLASS,
    About,
    AnyPage,
    Confirm,
    Home,
    Note,
    Rest,
    State,
    Thanks,
)

Step = tuple[State, tuple[AnyEffect, ...]]


def stay(state: State) -> Step:
    """Nothing changes."""
    return state, ()


def turn(state: State, page: AnyPage, *effects: AnyEffect) -> Step:
    """Go to a page; a passing note stays behind."""
    return msgspec.structs.replace(state, page=page, note=None), effects


def tell(state: State, now: float, about: About, **values: str) -> State:
    """Say something for a while."""
    note = Note(about=about, until=now + state.rules.note_shown_s, values=values)
    return msgspec.structs.replace(state, note=note)


def leave(state: State, *effects: AnyEffect) -> Step:
    """End the session: all of the citizen goes, the language too; what is owed on paper stays."""
    fresh = msgspec.structs.replace(
        state, page=Home(), note=None, warned=None, language=state.home_language
    )
    return fresh, (*effects, EndSession())


def in_session(state: State) -> bool:
    """Return whether somebody has begun something."""
    return not isinstance(state.page, Home | Rest)


def private(state: State) -> bool:
    """Return whether the glass shows anything of a citizen: a card, a class, a number."""
    if state.note and state.note.values:
        return True
    match state.page:
        case Home() | Rest() | Thanks():
            return False
        case Confirm(errand=errand):
            return errand.card is not None or errand.priority_class != PLAIN_CLASS
        case _:
            return True
