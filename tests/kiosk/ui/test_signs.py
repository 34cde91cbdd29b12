"""A box out of service: what stands on its glass, and what can still be done there."""

import pytest
from msgspec.structs import replace

from devices.contract.notice import BoxNotice
from devices.messages import ScanKind, Scanned
from kiosk.ui.events import BoxSeen, Leave, NameWanted
from kiosk.ui.flows.number.pages import ChooseService, Confirm, NumberTaken, TakeNumber, Taking
from kiosk.ui.flows.visit.pages import Find, FindCode, OpenFind
from kiosk.ui.screen import Claim, Message, Number, Tiles
from kiosk.ui.state import Home, Rest
from kiosk.ui.texts import ENGLISH, VIETNAMESE
from kiosk.ui.view import view
from tests.kiosk.ui.darkroom import NOTICES
from tests.kiosk.ui.play import Play
from tests.kiosk.ui.site import ROOM, SITE, open_state, ticket

NEW, RETIRED = NOTICES["claim"], NOTICES["retired"]
SERVING = BoxNotice(code="in_service", box="gio-linh-3", serves=True)


def told(*notices: BoxNotice) -> Play:
    """Return an ordinary morning, after the agent has said these."""
    return Play(open_state()).hear(*(BoxSeen(notice=notice) for notice in notices))


def test_a_box_that_was_not_let_in_shows_its_claim_in_both_languages() -> None:
    screen = view(told(NEW).state, ROOM)
    assert isinstance(screen.body, Claim)
    assert screen.body.words == ("lusab", "babad", "gutih", "tugad")
    assert screen.body.qr == NEW.claim
    assert (screen.body.title, screen.body.english) == (NEW.headline, NEW.english)
    assert screen.body.advice == NEW.advice
    assert NEW.serial in screen.title
    assert (screen.language, screen.left, screen.right, screen.banner) == (None,) * 4


def test_a_retired_box_says_where_to_go_instead_and_keeps_its_words_for_a_technician() -> None:
    screen = view(told(RETIRED).state, ROOM)
    assert isinstance(screen.body, Message)
    assert screen.body.title == VIETNAMESE.retired
    assert screen.body.lines[0] == VIETNAMESE.retired_help
    assert ENGLISH.retired_help in screen.body.lines[1]
    assert "lusab babad gutih tugad" in screen.status
    assert screen.title == SITE.names["vi"]
    assert view(told(NOTICES["retired-unknown"]).state, ROOM).status == ""


def test_what_else_is_the_matter_is_told_in_the_agents_words() -> None:
    notice = NOTICES["foreign-gate"]
    body = view(told(notice).state, ROOM).body
    assert isinstance(body, Message)
    assert body.title == notice.headline
    assert body.lines == (notice.advice, notice.detail, notice.english)


def test_a_newer_agents_endless_words_are_cut() -> None:
    long = replace(NOTICES["foreign-gate"], headline="x" * 9000, detail="y" * 9000)
    body = view(told(long).state, ROOM).body
    assert isinstance(body, Message)
    assert max(len(text) for text in (body.title, *body.lines)) < 120


@pytest.mark.parametrize("notice", [SERVING, replace(NEW, serves=None)])
def test_the_services_are_shown_once_it_serves_and_while_nobody_says_that_it_does_not(
    notice: BoxNotice,
) -> None:
    assert isinstance(view(told(NEW, notice).state, ROOM).body, Tiles)
    assert isinstance(view(open_state(), ROOM).body, Tiles)


def test_nothing_can_be_begun_at_a_box_out_of_service() -> None:
    play = told(RETIRED).touch(ChooseService(service="ho-tich"), OpenFind())
    play.hear(Scanned(kind=ScanKind.UNKNOWN, text="http://x/t/7F3K9QXT"))
    assert play.state.page == Home()
    assert (play.wanted(FindCode), play.state.note) == ([], None)
    control = told(RETIRED, SERVING).touch(ChooseService(service="ho-tich"))
    assert isinstance(control.state.page, Confirm)
    control = told(SERVING).hear(Scanned(kind=ScanKind.UNKNOWN, text="http://x/t/7F3K9QXT"))
    assert isinstance(control.state.page, Find)


def test_whoever_is_in_a_session_when_the_box_is_retired_still_gets_the_number() -> None:
    play = told(SERVING).touch(ChooseService(service="ho-tich"))
    play.hear(BoxSeen(notice=RETIRED)).touch(TakeNumber())
    assert isinstance(play.state.page, Taking)
    play.hear(NumberTaken(ask=1, ticket=ticket()))
    body = view(play.state, ROOM).body
    assert isinstance(body, Number)
    assert body.number == "A012"
    play.touch(Leave())
    body = view(play.state, ROOM).body
    assert isinstance(body, Message)
    assert body.title == VIETNAMESE.retired


@pytest.mark.parametrize("page", [Home(), Rest()])
def test_the_sign_stands_at_rest_too_and_a_technician_still_finds_the_box(
    page: Home | Rest,
) -> None:
    play = told(RETIRED)
    state = replace(play.state, page=page)
    screen = view(state, ROOM)
    assert isinstance(screen.body, Message)
    assert (screen.body.title, screen.resting) == (VIETNAMESE.retired, False)
    named = Play(state).hear(NameWanted(name="Ki-ốt số 3", until=5000.0)).state
    body = view(named, ROOM).body
    assert isinstance(body, Message)
    assert body.title == "Ki-ốt số 3"
