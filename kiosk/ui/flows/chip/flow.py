"""Reading a card's chip, as the session sees it."""

from devices.chip.messages import ChipProgress
from devices.messages import Scanned
from kiosk.ui.events import AnyAction, AnyEffect, Event
from kiosk.ui.flows.chip import bodies, steps
from kiosk.ui.flows.chip.pages import (
    ChipConsent,
    ChipLay,
    ChipLine,
    ChipReview,
    ChipSeen,
    ChipStopped,
    ChipTold,
    ChipUntold,
    StopChip,
)
from kiosk.ui.flows.chip.texts import CHIP
from kiosk.ui.flows.flow import Flow
from kiosk.ui.moves import Step, stay
from kiosk.ui.room import Room
from kiosk.ui.screen import AnyBody
from kiosk.ui.state import Note, State

_OF_NOBODY = (ChipConsent, ChipLay, ChipStopped)


class ChipFlow(Flow):
    """Consent, a key, a card on the reader, and what its chip says."""

    pages = (ChipConsent, ChipLine, ChipLay, ChipStopped, ChipReview)

    def act(self, state: State, action: AnyAction, now: float) -> Step:
        """Act on a touch."""
        match state.page:
            case ChipConsent() as page:
                return steps.consent(state, page, action)
            case ChipLine() as page:
                return steps.line(state, page, action, now)
            case ChipLay() as page:
                return steps.lay(state, page, action)
            case ChipStopped() as page:
                return steps.stopped(state, page, action)
            case ChipReview() as page:
                return steps.review(state, page, action, now)
            case _:
                return stay(state)

    def hear(self, state: State, event: Event, now: float) -> Step | None:
        """Act on what the reader says."""
        match event:
            case ChipProgress():
                return steps.progress(state, event, now)
            case ChipSeen():
                return steps.seen(state, event)
            case ChipTold():
                return steps.told(state, event, now)
            case ChipUntold():
                return steps.untold(state, event, now)
            case _:
                return None

    def scanned(self, state: State, event: Scanned, now: float) -> Step | None:
        """Take number and birth from the QR of the card whose chip is to be read."""
        page = state.page
        return steps.shown(state, page, event, now) if isinstance(page, ChipLine) else None

    def given_up(self, state: State) -> tuple[AnyEffect, ...]:
        """Let no card be read that nobody waits for."""
        return (StopChip(),) if isinstance(state.page, ChipLay) else ()

    def private(self, state: State) -> bool:
        """Return whether anything of a citizen is shown."""
        return not isinstance(state.page, _OF_NOBODY)

    def body(self, state: State, room: Room) -> AnyBody:
        """Return the middle."""
        match state.page:
            case ChipConsent() as page:
                return bodies.consent(state, page, room)
            case ChipLine() as page:
                return bodies.line(state, page, room)
            case ChipStopped() as page:
                return bodies.stopped(state, page)
            case ChipReview() as page:
                return bodies.review(state, page, room)
            case ChipLay() as page:
                return bodies.lay(state, page)
            case _:
                raise AssertionError(type(state.page))

    def sentence(self, state: State, note: Note) -> tuple[str, bool] | None:
        """Return a note's sentence."""
        return CHIP.sentence(state, note)
