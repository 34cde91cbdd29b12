"""Looking a number up and rating a visit."""

import pytest
from msgspec.structs import replace

from devices.messages import ScanKind, Scanned
from kiosk.domain.steps import TicketState
from kiosk.ui.events import Back, Erase, Leave, TypeKey
from kiosk.ui.flows.number.pages import AboutNumber, ChooseService, OpenScan
from kiosk.ui.flows.visit.pages import (
    AboutVisit,
    Find,
    FindCode,
    FindTicket,
    Found,
    GiveRating,
    Look,
    NotFound,
    NotFoundReason,
    OpenFind,
    Rate,
    RatingRefused,
    RatingStored,
    SendRating,
    Thanks,
)
from kiosk.ui.state import About, Home
from tests.kiosk.ui.play import Play
from tests.kiosk.ui.site import open_state, ticket

BEST = GiveRating(value=3, scale=3)
SERVED = ticket(state=TicketState.SERVED)


def typed(number: str) -> Play:
    return Play(open_state()).touch(OpenFind(), *(TypeKey(key=key) for key in number))


def test_a_typed_number_is_looked_up_and_rated_once() -> None:
    """QUE-10, QUE-12: three levels, the scale kept with the answer."""
    play = typed("A012").touch(Look()).hear(Found(ask=1, ticket=SERVED))
    assert FindTicket(ask=1, number="A012") in play.effects
    play.touch(BEST, BEST)
    assert play.wanted(SendRating) == [SendRating(ask=2, ticket=SERVED.id, value=3, scale=3)]
    assert isinstance(play.hear(RatingStored(ask=2)).state.page, Thanks)


def test_a_wrong_key_is_taken_back_and_a_number_has_an_end() -> None:
    page = typed("UA0123456").touch(Erase()).state.page
    assert page == Find(typed="UA012")


@pytest.mark.parametrize("kind", [ScanKind.URL, ScanKind.UNKNOWN])
def test_the_qr_of_a_ticket_is_looked_up_from_the_first_screen(kind: ScanKind) -> None:
    play = Play(open_state()).hear(Scanned(kind=kind, text=ticket().url))
    assert FindCode(ask=1, code="7F3K9QXT") in play.effects
    assert isinstance(play.hear(Found(ask=1, ticket=SERVED)).state.page, Rate)


def test_another_address_is_named_and_never_opened() -> None:
    """ID-1."""
    play = Play(open_state()).hear(Scanned(kind=ScanKind.URL, text="https://example.vn/x"))
    assert play.effects == []
    assert play.state.note is not None
    assert play.state.note.about is About.LINK


def test_a_vneid_code_is_answered_kindly() -> None:
    """ID-9: where a card is asked for, what to do instead is said as well."""
    vneid = Scanned(kind=ScanKind.UNKNOWN, text="opaque")
    note = Play(open_state()).hear(vneid).state.note
    assert note is not None
    assert note.about is About.UNKNOWN_CODE
    asked = Play(open_state()).touch(ChooseService(service="ho-tich"), OpenScan())
    note = asked.hear(vneid).state.note
    assert note is not None
    assert note.about is AboutNumber.NOT_A_CARD


@pytest.mark.parametrize(
    ("state", "about"),
    [
        (TicketState.WAITING, AboutVisit.WAITING),
        (TicketState.CALLED, AboutVisit.CALLED),
        (TicketState.HELD, AboutVisit.HELD),
        (TicketState.MISSED, AboutVisit.MISSED),
        (TicketState.EXPIRED, AboutVisit.EXPIRED),
    ],
)
def test_an_open_number_is_told_how_far_it_is(state: TicketState, about: AboutVisit) -> None:
    play = typed("A012").touch(Look()).hear(Found(ask=1, ticket=ticket(state=state)))
    assert isinstance(play.state.page, Find)
    assert play.state.note is not None
    assert play.state.note.about is about


def test_a_rated_visit_is_not_rated_again() -> None:
    """QUE-12."""
    play = typed("A012").touch(Look()).hear(Found(ask=1, ticket=replace(SERVED, rated=True)))
    assert play.state.note is not None
    assert play.state.note.about is AboutVisit.ALREADY_RATED
    race = typed("A012").touch(Look()).hear(Found(ask=1, ticket=SERVED)).touch(BEST)
    race.hear(RatingRefused(ask=2, already=True))
    assert isinstance(race.state.page, Find)


def test_a_number_nobody_knows_stays_typed() -> None:
    play = typed("A012").touch(Look()).hear(NotFound(ask=1, reason=NotFoundReason.UNKNOWN))
    assert play.state.page == Find(typed="A012")


@pytest.mark.parametrize(
    "late",
    [
        Found(ask=1, ticket=SERVED),
        NotFound(ask=1, reason=NotFoundReason.UNKNOWN),
    ],
)
def test_an_answer_to_who_asked_before_is_not_taken_for_ones_own(late: Found | NotFound) -> None:
    """The first went back while the server was slow; the next one must not rate that visit."""
    play = typed("A012").touch(Look(), Back(), OpenFind())
    play.touch(*(TypeKey(key=key) for key in "B003"), Look())
    waiting = play.state
    assert play.hear(late).state == waiting
    own = Found(ask=2, ticket=replace(SERVED, number="B003"))
    assert isinstance(play.hear(own).state.page, Rate)


def test_a_rating_that_was_not_stored_may_be_given_again() -> None:
    play = typed("A012").touch(Look()).hear(Found(ask=1, ticket=SERVED)).touch(BEST)
    play.hear(RatingRefused(ask=2, already=False)).touch(BEST)
    assert len(play.wanted(SendRating)) == 2


def test_nobody_must_rate() -> None:
    """QUE-12."""
    play = typed("A012").touch(Look()).hear(Found(ask=1, ticket=SERVED)).touch(Leave())
    assert play.state.page == Home()
