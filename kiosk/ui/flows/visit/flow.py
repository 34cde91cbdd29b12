"""Looking a number up and rating a visit, as the session sees them."""

from msgspec.structs import replace

from devices.messages import Scanned
from kiosk.ui.events import AnyAction, Event, Leave
from kiosk.ui.flows.flow import Flow
from kiosk.ui.flows.visit import bodies, steps
from kiosk.ui.flows.visit.pages import (
    Find,
    Found,
    NotFound,
    OpenFind,
    Rate,
    RatingRefused,
    RatingStored,
    Thanks,
)
from kiosk.ui.flows.visit.texts import VISIT
from kiosk.ui.moves import Step, leave, stay, turn
from kiosk.ui.room import Room
from kiosk.ui.screen import AnyBody, Button, Tile, Tone
from kiosk.ui.state import Home, Note, Rest, State
from kiosk.ui.texts import GENERAL


class VisitFlow(Flow):
    """A number, how far it is, and how it was."""

    pages = (Find, Rate, Thanks)

    def entry(self, state: State) -> Tile | None:
        """Offer it while the counter server answers."""
        action = OpenFind() if state.world.reachable else None
        words = VISIT.of(state)
        return Tile(action=action, icon="star", title=words.open_find, note=words.open_find_note)

    def enter(self, state: State, action: AnyAction, now: float) -> Step | None:
        """Ask for the number."""
        del now
        if not isinstance(action, OpenFind):
            return None
        return turn(state, Find()) if state.world.reachable else stay(state)

    def act(self, state: State, action: AnyAction, now: float) -> Step:
        """Act on a touch."""
        del now
        match state.page:
            case Find() as page:
                return steps.find(state, page, action)
            case Rate() as page:
                return steps.rate(state, page, action)
            case Thanks() if isinstance(action, Leave):
                return leave(state)
            case _:
                return stay(state)

    def hear(self, state: State, event: Event, now: float) -> Step | None:
        """Act on what the counter server says."""
        match event:
            case Found():
                return steps.found(state, event, now)
            case NotFound():
                return steps.not_found(state, event, now)
            case RatingStored():
                return steps.stored(state, event, now)
            case RatingRefused():
                return steps.not_stored(state, event, now)
            case _:
                return None

    def scanned(self, state: State, event: Scanned, now: float) -> Step | None:
        """Look the ticket up whose QR was shown."""
        code = steps.code_in(event.text)
        if not code or not state.world.reachable or not isinstance(state.page, Home | Rest | Find):
            return None
        return steps.look_for_code(replace(state, touched_at=now, warned=None), code)

    def stays_until(self, state: State) -> float | None:
        """Thank for a moment."""
        return state.page.until if isinstance(state.page, Thanks) else None

    def private(self, state: State) -> bool:
        """Return whether a number is shown."""
        return not isinstance(state.page, Thanks)

    def body(self, state: State, room: Room) -> AnyBody:
        """Return the middle."""
        del room
        match state.page:
            case Find() as page:
                return bodies.find(state, page)
            case Rate() as page:
                return bodies.faces(state, page)
            case _:
                return bodies.thanks(state)

    def left(self, state: State) -> Button | None:
        """Lead back, or past the rating."""
        match state.page:
            case Thanks():
                return None
            case Rate():
                return Button(action=Leave(), text=VISIT.of(state).skip_rating, icon="back")
            case _:
                return super().left(state)

    def right(self, state: State) -> Button | None:
        """Let who was thanked go."""
        if not isinstance(state.page, Thanks):
            return None
        return Button(action=Leave(), text=GENERAL.of(state).done, tone=Tone.MAIN, icon="check")

    def sentence(self, state: State, note: Note) -> tuple[str, bool] | None:
        """Return a note's sentence."""
        return VISIT.sentence(state, note)
