"""Coming by appointment at the glass: the same number however often, and told when it is called."""

import pytest
from msgspec.structs import replace

from devices.messages import ScanKind, Scanned
from kiosk.api.check_in import CheckInOutcome
from kiosk.domain.steps import TicketState
from kiosk.papers.appointment import appointment_slip
from kiosk.ui.events import Back, Leave, PressKey, PrintSlip, TypeKey
from kiosk.ui.flows.appointment.pages import (
    AboutAppointment,
    AppointmentTold,
    AppointmentUntold,
    AskAppointment,
    CheckInHere,
    NoNumberYet,
    OpenAppointment,
    PrintAppointment,
)
from kiosk.ui.flows.appointment.texts import APPOINTMENT as WORDS
from kiosk.ui.flows.menu.pages import OpenMenu
from kiosk.ui.flows.number.pages import Issued, Paper, PrintTicket
from kiosk.ui.flows.slips import head
from kiosk.ui.keyboard.keys import Act
from kiosk.ui.screen import Message, Tiles
from kiosk.ui.state import Home
from kiosk.ui.view import view
from tests.kiosk.ui.appointments import APPOINTMENT, BOOKED, TOLD, given_with
from tests.kiosk.ui.play import Play
from tests.kiosk.ui.site import ROOM, SITE, open_state, ticket

DONE = PressKey(act=Act.DONE)


def typed(text: str) -> Play:
    play = Play(open_state()).touch(OpenAppointment())
    return play.touch(*(TypeKey(key=key) for key in text), DONE)


def told(outcome: CheckInOutcome) -> Play:
    return typed(BOOKED).hear(AppointmentTold(ask=1, told=TOLD[outcome]))


def test_a_code_typed_or_shown_gets_its_number_on_paper_and_the_time_said() -> None:
    shown = Play(open_state()).touch(OpenAppointment())
    shown.hear(Scanned(kind=ScanKind.UNKNOWN, text=BOOKED))
    for play in (typed(BOOKED), shown):
        assert play.wanted(CheckInHere) == [CheckInHere(ask=1, code=BOOKED, language="vi")]
        play.hear(AppointmentTold(ask=1, told=given_with(ticket())))
        page = play.state.page
        assert isinstance(page, Issued)
        assert page.paper is Paper.PRINTING
        assert play.wanted(PrintTicket) == [PrintTicket(ticket=ticket())]
        banner = view(play.state, ROOM).banner
        assert banner is not None
        assert banner.text == "Có hẹn 09:00: số này được mời vào giờ hẹn."


def test_a_number_that_was_printed_is_shown_and_never_called_printed_again() -> None:
    """The device process prints a ticket once: a second paper would not come."""
    play = typed(BOOKED)
    play.hear(AppointmentTold(ask=1, told=given_with(replace(ticket(), printed=True))))
    assert isinstance(play.state.page, Issued)
    assert play.state.page.paper is Paper.NONE
    assert play.wanted(PrintTicket) == []


def test_who_comes_late_is_told_that_the_number_waits_its_turn() -> None:
    late = given_with(ticket(), CheckInOutcome.LATE)
    play = typed(BOOKED).hear(AppointmentTold(ask=1, told=late))
    banner = view(play.state, ROOM).banner
    assert banner is not None
    assert banner.text == "Đã quá giờ hẹn 09:00: số này chờ theo thứ tự."


def test_a_number_that_was_called_is_not_given_anew() -> None:
    served = given_with(ticket(state=TicketState.SERVED))
    play = typed(BOOKED).hear(AppointmentTold(ask=1, told=served))
    assert isinstance(play.state.page, AskAppointment)
    assert play.state.note is not None
    assert play.state.note.about is AboutAppointment.ALREADY


@pytest.mark.parametrize("outcome", [CheckInOutcome(name) for name in TOLD])
def test_without_a_number_the_reason_and_the_time_are_told(outcome: CheckInOutcome) -> None:
    body = view(told(outcome).state, ROOM).body
    assert isinstance(body, Message)
    assert "09:00 đến 09:30, ngày 23/11/2026" in body.lines
    prints = told(outcome).touch(PrintAppointment()).wanted(PrintSlip)
    again = outcome in (CheckInOutcome.EARLY, CheckInOutcome.OTHER_DAY)
    assert len(prints) == again == (body.main is not None)


def test_the_paper_names_the_tile_that_leads_here() -> None:
    for language, words in WORDS.built_in().items():
        slip = appointment_slip(APPOINTMENT, head(replace(open_state(), language=language)))
        assert words.open_appointment in repr(slip)


@pytest.mark.parametrize("about", AboutAppointment)
def test_why_nothing_came_of_it_is_said_and_the_code_stays(about: AboutAppointment) -> None:
    if about in (AboutAppointment.AT_ITS_TIME, AboutAppointment.IN_TURN, AboutAppointment.ALREADY):
        return
    play = typed(BOOKED).hear(AppointmentUntold(ask=1, about=about))
    page = play.state.page
    assert isinstance(page, AskAppointment)
    assert (page.typing.text, page.asked) == (BOOKED, "")
    assert view(play.state, ROOM).banner is not None


def test_while_the_number_is_on_its_way_there_is_no_way_back() -> None:
    """Else a number would wait in the queue that nobody knows."""
    play = typed(BOOKED).touch(Back(), Leave(), DONE)
    assert isinstance(play.state.page, AskAppointment)
    assert play.wanted(CheckInHere) == [CheckInHere(ask=1, code=BOOKED, language="vi")]
    assert view(play.state, ROOM).left is None


def test_what_no_code_can_be_is_not_sent() -> None:
    assert typed("A.1").wanted(CheckInHere) == []
    play = Play(open_state()).touch(OpenAppointment())
    play.hear(Scanned(kind=ScanKind.URL, text="https://example.vn/x"))
    assert play.wanted(CheckInHere) == []


def test_it_is_offered_where_there_is_a_booking_system() -> None:
    for connected in ((), ("booking",)):
        state = open_state()
        world = replace(state.world, site=replace(SITE, connected=connected))
        menu = view(Play(replace(state, world=world)).touch(OpenMenu()).state, ROOM).body
        assert isinstance(menu, Tiles)
        assert (OpenAppointment() in [one.action for one in menu.tiles]) == bool(connected)


def test_nothing_of_it_stays_when_the_citizen_leaves() -> None:
    play = told(CheckInOutcome.EARLY)
    assert isinstance(play.state.page, NoNumberYet)
    play.touch(Leave())
    assert isinstance(play.state.page, Home)
    assert BOOKED not in repr(play.state)
