"""What is pressed in a room, and the act it is (VC-5, VC-6)."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from tests.vc.endpoint.screen.darkroom import AT, BALLOT, FIRST, NOTICE, OWN, SECOND, request
from vc.acts import CastVote, CheckIn, RequestSpeech, TakeFloor, WithdrawSpeech
from vc.endpoint.presses import (
    Lamp,
    Panel,
    PressInStep,
    PressLanguage,
    PressMicrophone,
    PressPage,
    PressPanel,
    PressPresent,
    PressSpeak,
    PressVote,
    PressVoter,
    Table,
    lamp,
    noticed,
    pressed,
    voters,
)
from vc.messages import RoomNotice
from vc.state import RequestStatus

ALL_PRESENT = replace(NOTICE, present=(FIRST, SECOND))
MINE = replace(NOTICE, floor=OWN)


def test_the_button_asks_for_the_one_delegate_who_is_there() -> None:
    table, act = pressed(Table(), NOTICE, PressSpeak(), AT.now)
    assert isinstance(act, RequestSpeech)
    assert (act.delegate, table.panel) == (FIRST, Panel.NONE)


def test_with_several_delegates_the_glass_asks_who() -> None:
    table, act = pressed(Table(), ALL_PRESENT, PressSpeak(), AT.now)
    assert (table.panel, act) == (Panel.SPEAKERS, None)
    table, act = pressed(table, ALL_PRESENT, PressSpeak(delegate=SECOND), AT.now)
    assert isinstance(act, RequestSpeech)
    assert (act.delegate, table.panel) == (SECOND, Panel.NONE)


def test_the_button_on_the_table_asks_at_once() -> None:
    _, act = pressed(Table(), ALL_PRESENT, PressSpeak(by_hand=True), AT.now)
    assert isinstance(act, RequestSpeech)
    assert act.delegate == FIRST


def test_two_requests_of_one_room_have_two_names() -> None:
    _, first = pressed(Table(), NOTICE, PressSpeak(), AT.now)
    _, second = pressed(Table(), NOTICE, PressSpeak(), AT.now + timedelta(seconds=1))
    assert isinstance(first, RequestSpeech)
    assert isinstance(second, RequestSpeech)
    assert first.request != second.request


@pytest.mark.parametrize("status", [RequestStatus.PENDING, RequestStatus.APPROVED])
def test_the_same_button_withdraws_what_waits(status: RequestStatus) -> None:
    waiting = replace(NOTICE, requests=(request(status),))
    assert pressed(Table(), waiting, PressSpeak(), AT.now)[1] == WithdrawSpeech(request="r1")


@pytest.mark.parametrize(
    "status", [RequestStatus.REFUSED, RequestStatus.SPOKEN, RequestStatus.WITHDRAWN]
)
def test_after_what_is_over_it_asks_anew(status: RequestStatus) -> None:
    over = replace(NOTICE, requests=(request(status),))
    assert isinstance(pressed(Table(), over, PressSpeak(), AT.now)[1], RequestSpeech)


def test_on_air_the_same_button_ends_the_speech() -> None:
    assert pressed(Table(), MINE, PressSpeak(by_hand=True), AT.now)[1] == TakeFloor()


def test_a_room_without_delegates_asks_for_nobody() -> None:
    nobody = replace(NOTICE, delegates=(), present=())
    assert pressed(Table(), nobody, PressSpeak(), AT.now) == (Table(), None)


def test_the_lamp_is_steady_on_air_blinks_when_asked_and_is_dark_else() -> None:
    assert lamp(RoomNotice()) is Lamp.OFF
    assert lamp(NOTICE) is Lamp.OFF
    assert lamp(replace(NOTICE, requests=(request(RequestStatus.PENDING),))) is Lamp.ASKED
    assert lamp(replace(NOTICE, requests=(request(RequestStatus.REFUSED),))) is Lamp.OFF
    assert lamp(replace(MINE, requests=(request(RequestStatus.SPEAKING),))) is Lamp.ON_AIR
    assert lamp(replace(NOTICE, floor=replace(OWN, holder="cam-lo"))) is Lamp.OFF


def test_the_own_microphone_is_nobody_elses_business() -> None:
    table, act = pressed(Table(), NOTICE, PressMicrophone(), AT.now)
    assert (table.microphone_off, act) == (True, None)
    assert pressed(table, NOTICE, PressMicrophone(), AT.now)[0].microphone_off is False


def test_a_delegate_is_marked_present() -> None:
    press = PressPresent(delegate=SECOND, present=True)
    assert pressed(Table(), NOTICE, press, AT.now)[1] == CheckIn(delegate=SECOND, present=True)


def test_only_those_who_are_eligible_vote() -> None:
    ballot = replace(BALLOT, eligible=(SECOND,))
    assert [one.id for one in voters(replace(NOTICE, ballot=ballot))] == [SECOND]
    assert voters(NOTICE) == ()


def test_a_vote_is_cast_and_the_next_delegate_is_asked() -> None:
    voting = replace(NOTICE, ballot=replace(BALLOT, voted=(), votes={}))
    table, act = pressed(Table(), voting, PressVote(delegate=FIRST, option=1), AT.now)
    assert act == CastVote(ballot="b1", delegate=FIRST, option=1)
    assert table.voter == SECOND
    table, _ = pressed(table, voting, PressVoter(delegate=FIRST), AT.now)
    assert table.voter == FIRST


@pytest.mark.parametrize("option", [-1, 3, 9])
def test_an_option_that_is_not_there_is_no_vote(option: int) -> None:
    voting = replace(NOTICE, ballot=BALLOT)
    assert pressed(Table(), voting, PressVote(delegate=FIRST, option=option), AT.now)[1] is None


def test_a_ballot_opens_its_panel_and_takes_it_away() -> None:
    voting = replace(NOTICE, ballot=BALLOT)
    table = noticed(Table(), NOTICE, voting)
    assert table.panel is Panel.VOTE
    shut = replace(table, panel=Panel.NONE)
    assert noticed(shut, voting, replace(voting, revision=2)).panel is Panel.NONE
    assert noticed(table, voting, NOTICE).panel is Panel.NONE


def test_a_ballot_of_others_opens_nothing() -> None:
    others = replace(NOTICE, ballot=replace(BALLOT, eligible=("cam-lo-1",)))
    assert noticed(Table(), NOTICE, others).panel is Panel.NONE


def test_another_conference_finds_a_clean_table_but_the_microphone_as_it_was() -> None:
    busy = Table(microphone_off=True, panel=Panel.PAPERS, voter=FIRST, language="en", refused="x")
    other = replace(NOTICE, conference="hop-khac")
    assert noticed(busy, NOTICE, other) == Table(microphone_off=True, language="en")


def test_papers_are_leafed_by_oneself_and_then_in_step_again() -> None:
    table, _ = pressed(Table(), NOTICE, PressPage(paper="bao-cao", page=4), AT.now)
    assert table.page is not None
    assert (table.page.page, table.panel) == (4, Panel.PAPERS)
    assert pressed(table, NOTICE, PressInStep(), AT.now)[0].page is None


def test_a_panel_opens_and_closes_and_the_language_turns() -> None:
    table, _ = pressed(Table(refused="x"), NOTICE, PressPanel(panel=Panel.PAPERS), AT.now)
    assert (table.panel, table.refused) == (Panel.PAPERS, "")
    assert pressed(table, NOTICE, PressPanel(panel=Panel.PAPERS), AT.now)[0].panel is Panel.NONE
    english, _ = pressed(table, NOTICE, PressLanguage(), AT.now)
    assert english.language == "en"
    assert pressed(english, NOTICE, PressLanguage(), AT.now)[0].language == "vi"
