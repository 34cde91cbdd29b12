"""Fees of a dossier, as the session sees them."""

from msgspec.structs import replace

from devices.messages import Scanned
from kiosk.ui.events import AnyAction, Event, Leave
from kiosk.ui.flows.fees import bodies, steps
from kiosk.ui.flows.fees.pages import (
    AskFeeCode,
    FeeHeard,
    FeesOf,
    FeesTold,
    FeesUntold,
    OneFee,
    OpenFeeCode,
    OpenFees,
)
from kiosk.ui.flows.fees.texts import FEES
from kiosk.ui.flows.flow import Flow
from kiosk.ui.moves import Step, stay
from kiosk.ui.room import Room
from kiosk.ui.screen import AnyBody, Button, Tile, Tone
from kiosk.ui.state import Note, State
from kiosk.ui.texts import GENERAL


class FeesFlow(Flow):
    """A dossier's code, what is asked for it, and how it is paid."""

    pages = (AskFeeCode, FeesOf, OneFee)

    def entry(self, state: State) -> Tile | None:
        """Offer it where the site has a payment system."""
        if not steps.is_offered(state):
            return None
        words = FEES.of(state)
        return Tile(
            action=OpenFeeCode(), icon="money", title=words.open_fees, note=words.open_fees_note
        )

    def enter(self, state: State, action: AnyAction, now: float) -> Step | None:
        """Ask for the code, or take the one that is known."""
        del now
        match action:
            case OpenFeeCode():
                return steps.begin(state) if steps.is_offered(state) else stay(state)
            case OpenFees(dossier=dossier):
                return steps.open_fees(state, dossier)
            case _:
                return None

    def act(self, state: State, action: AnyAction, now: float) -> Step:
        """Act on a touch."""
        match state.page:
            case AskFeeCode() as page:
                return steps.ask(state, page, action)
            case FeesOf() as page:
                return steps.fees_of(state, page, action)
            case OneFee() as page:
                return steps.one_fee(state, page, action, now)
            case _:
                return stay(state)

    def hear(self, state: State, event: Event, now: float) -> Step | None:
        """Act on what the counter server says."""
        match event:
            case FeesTold():
                return steps.told(state, event, now)
            case FeesUntold():
                return steps.untold(state, event, now)
            case FeeHeard():
                return steps.heard(state, event, now)
            case _:
                return None

    def scanned(self, state: State, event: Scanned, now: float) -> Step | None:
        """Take the code that was shown."""
        return steps.scanned(replace(state, touched_at=now, warned=None), event)

    def body(self, state: State, room: Room) -> AnyBody:
        """Return the middle."""
        match state.page:
            case FeesOf() as page:
                return bodies.fees_of(state, page, room)
            case OneFee() as page:
                return bodies.one_fee(state, page, room)
            case AskFeeCode() as page:
                return bodies.ask(state, page, room)
            case _:
                raise AssertionError(state.page)

    def right(self, state: State) -> Button | None:
        """Let who has seen it go."""
        if isinstance(state.page, AskFeeCode):
            return None
        return Button(action=Leave(), text=GENERAL.of(state).done, tone=Tone.MAIN, icon="check")

    def sentence(self, state: State, note: Note) -> tuple[str, bool] | None:
        """Return a note's sentence."""
        return FEES.sentence(state, note)
