"""Coming by appointment, as the session sees it."""

from msgspec.structs import replace

from devices.messages import Scanned
from kiosk.ui.events import AnyAction, Event, Leave
from kiosk.ui.flows.appointment import bodies, steps
from kiosk.ui.flows.appointment.pages import (
    AppointmentTold,
    AppointmentUntold,
    AskAppointment,
    NoNumberYet,
    OpenAppointment,
)
from kiosk.ui.flows.appointment.texts import APPOINTMENT
from kiosk.ui.flows.flow import Flow
from kiosk.ui.moves import Step, stay
from kiosk.ui.room import Room
from kiosk.ui.screen import AnyBody, Button, Tile, Tone
from kiosk.ui.state import Note, State
from kiosk.ui.texts import GENERAL


class AppointmentFlow(Flow):
    """A code, and the number that is called at its time."""

    pages = (AskAppointment, NoNumberYet)

    def entry(self, state: State) -> Tile | None:
        """Offer it where the site has a booking system."""
        if not steps.is_offered(state):
            return None
        words = APPOINTMENT.of(state)
        return Tile(
            action=OpenAppointment(),
            icon="calendar",
            title=words.open_appointment,
            note=words.open_appointment_note,
        )

    def enter(self, state: State, action: AnyAction, now: float) -> Step | None:
        """Ask for the code."""
        del now
        if not isinstance(action, OpenAppointment):
            return None
        return steps.begin(state) if steps.is_offered(state) else stay(state)

    def act(self, state: State, action: AnyAction, now: float) -> Step:
        """Act on a touch."""
        match state.page:
            case AskAppointment() as page:
                return steps.ask(state, page, action, now)
            case NoNumberYet() as page:
                return steps.no_number(state, page, action, now)
            case _:
                return stay(state)

    def hear(self, state: State, event: Event, now: float) -> Step | None:
        """Act on what the counter server says."""
        match event:
            case AppointmentTold():
                return steps.told(state, event, now)
            case AppointmentUntold():
                return steps.untold(state, event, now)
            case _:
                return None

    def scanned(self, state: State, event: Scanned, now: float) -> Step | None:
        """Take the code that was shown."""
        return steps.scanned(replace(state, touched_at=now, warned=None), event)

    def body(self, state: State, room: Room) -> AnyBody:
        """Return the middle."""
        match state.page:
            case AskAppointment() as page:
                return bodies.ask(state, page, room)
            case NoNumberYet() as page:
                return bodies.no_number(state, page)
            case _:
                raise AssertionError(state.page)

    def left(self, state: State) -> Button | None:
        """Lead back, but not away from a number that is on its way."""
        page = state.page
        return super().left(state) if isinstance(page, AskAppointment) and not page.asked else None

    def right(self, state: State) -> Button | None:
        """Let who has read it go."""
        if not isinstance(state.page, NoNumberYet):
            return None
        return Button(action=Leave(), text=GENERAL.of(state).done, tone=Tone.MAIN, icon="check")

    def sentence(self, state: State, note: Note) -> tuple[str, bool] | None:
        """Return a note's sentence."""
        return APPOINTMENT.sentence(state, note)
