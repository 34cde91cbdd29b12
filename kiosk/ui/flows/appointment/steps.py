"""Coming by appointment: the field, the scanner, what came of it."""

import re

from msgspec.structs import replace

from devices.contract.clock import LOCAL
from devices.messages import Scanned
from kiosk.api.check_in import CheckedIn, CheckInOutcome
from kiosk.domain.steps import TicketState
from kiosk.papers.appointment import appointment_slip
from kiosk.ui.events import AnyAction, Back, Leave
from kiosk.ui.flows import slips, typing
from kiosk.ui.flows.appointment.pages import (
    BOOKING,
    AboutAppointment,
    AppointmentTold,
    AppointmentUntold,
    AskAppointment,
    CheckInHere,
    NoNumberYet,
    PrintAppointment,
)
from kiosk.ui.flows.number.steps import issue
from kiosk.ui.keyboard.keys import Kind
from kiosk.ui.keyboard.typing import Typing, field
from kiosk.ui.moves import Step, leave, stay, tell, turn
from kiosk.ui.state import Home, State

LONGEST = 20
_CODE = re.compile(r"[0-9A-Z-]{4,20}")
PRINTED = (CheckInOutcome.EARLY, CheckInOutcome.OTHER_DAY)
"""Where somebody has to come again, and may want that on paper."""


def is_offered(state: State) -> bool:
    """Return whether somebody can be asked."""
    site = state.world.site
    return bool(state.world.reachable and site and BOOKING in site.connected)


def begin(state: State) -> Step:
    """Ask for the code."""
    return turn(state, AskAppointment(typing=_field("")))


def scanned(state: State, event: Scanned) -> Step | None:
    """Take the code that was shown on the page that asks for one."""
    page = state.page
    code = event.text.strip().upper()
    if not isinstance(page, AskAppointment) or not _CODE.fullmatch(code):
        return None
    return stay(state) if page.asked else _check_in(state, code)


def ask(state: State, page: AskAppointment, action: AnyAction, now: float) -> Step:
    """Act on the keyboard; while the server was asked there is nothing to touch."""
    if page.asked:
        return stay(state)
    match action:
        case Back() | Leave():
            return turn(state, Home())
        case _ if typing.is_done(action):
            return _done(state, page.typing.text, now)
        case _:
            typed = typing.typed(page.typing, action)
            return turn(state, replace(page, typing=typed)) if typed else stay(state)


def no_number(state: State, page: NoNumberYet, action: AnyAction, now: float) -> Step:
    """Act on the reason."""
    match action:
        case Back() | Leave():
            return leave(state)
        case PrintAppointment() if page.told.outcome in PRINTED:
            receipt = appointment_slip(page.told.appointment, slips.head(state))
            return slips.print_slip(state, now, receipt)
        case _:
            return stay(state)


def told(state: State, event: AppointmentTold, now: float) -> Step:
    """Give the number as any other, say when it is called; or say why there is none."""
    page = state.page
    if not isinstance(page, AskAppointment) or page.ask != event.ask:
        return stay(state)
    ticket = event.told.ticket
    if ticket is None:
        return turn(state, NoNumberYet(told=event.told))
    if ticket.state is not TicketState.WAITING:
        state = replace(state, page=replace(page, asked="", ask=0))
        return stay(tell(state, now, AboutAppointment.ALREADY, number=ticket.number))
    state, effects = issue(state, ticket, now)
    late = event.told.outcome is CheckInOutcome.LATE
    about = AboutAppointment.IN_TURN if late else AboutAppointment.AT_ITS_TIME
    return tell(state, now, about, time=begins(event.told)), effects


def untold(state: State, event: AppointmentUntold, now: float) -> Step:
    """Say why, and keep what was typed."""
    page = state.page
    if not isinstance(page, AskAppointment) or page.ask != event.ask:
        return stay(state)
    state = replace(state, page=replace(page, asked="", ask=0))
    return stay(tell(state, now, event.about))


def begins(told: CheckedIn) -> str:
    """Return the hour at which it begins."""
    return f"{told.appointment.begins_at.astimezone(LOCAL):%H:%M}"


def _done(state: State, text: str, now: float) -> Step:
    if not text:
        return stay(state)
    if not _CODE.fullmatch(text):
        return stay(tell(state, now, AboutAppointment.UNKNOWN))
    return _check_in(state, text)


def _check_in(state: State, code: str) -> Step:
    ask = state.asks + 1
    page = AskAppointment(typing=_field(code), asked=code, ask=ask)
    wish = CheckInHere(ask=ask, code=code, language=state.language)
    return turn(replace(state, asks=ask), page, wish)


def _field(text: str) -> Typing:
    return field(Kind.CODE, max_length=LONGEST).filled(text)
