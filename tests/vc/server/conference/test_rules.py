"""The running order, who may, the roll-call, the speakers' list and the floor (VC-4 to VC-7)."""

from datetime import timedelta
from typing import get_args

import msgspec
import pytest

from tests.vc.example import example_plan
from tests.vc.server.conference.meeting import (
    CHAIR,
    OPERATOR,
    VIEWER,
    Meeting,
    guest,
    live,
    lobby,
    site,
)
from vc import acts
from vc.acts import AnyAct
from vc.messages import ConferenceEnded, ConferenceStarted, FloorEnded, FloorGiven
from vc.server.conference import errors, facts, floor, rules
from vc.server.conference.who_may import WHO_MAY
from vc.state import (
    MAX_REQUESTS,
    MAX_REQUESTS_UNSPOKEN,
    ConferencePlan,
    Phase,
    Policy,
    RequestStatus,
    Site,
)


def statuses(meeting: Meeting) -> dict[str, str]:
    return {one.id: one.status for one in meeting.state.requests}


def test_every_act_has_a_rule_and_somebody_who_may() -> None:
    assert set(rules.RULES) == set(get_args(AnyAct)) == set(WHO_MAY)


def test_a_meeting_goes_from_plan_to_lobby_to_live_to_its_end() -> None:
    """VC-4."""
    meeting = Meeting(rules.begin(example_plan()))
    with pytest.raises(errors.NotNowError):
        meeting.does(CHAIR, acts.StartMeeting())
    assert meeting.does(OPERATOR, acts.OpenLobby()).phase is Phase.LOBBY
    assert meeting.does(CHAIR, acts.StartMeeting()).live_since == meeting.now
    assert list(meeting.last.events) == [
        ConferenceStarted(conference=meeting.state.plan.id, sites=0)
    ]
    meeting.later(60)
    assert meeting.does(CHAIR, acts.EndMeeting()).phase is Phase.ENDED
    assert list(meeting.last.events) == [
        ConferenceEnded(conference=meeting.state.plan.id, lasted_s=60.0)
    ]
    assert meeting.does(CHAIR, acts.EndMeeting()) is meeting.state
    with pytest.raises(errors.EndedError):
        meeting.does(CHAIR, acts.OpenLobby())


def test_everybody_leaves_when_the_meeting_ends() -> None:
    meeting = live()
    meeting.does(
        CHAIR, acts.GiveFloor(member="gio-linh"), acts.OpenBallot(ballot="b", question="?")
    )
    state = meeting.does(CHAIR, acts.EndMeeting())
    assert not any(one.connected for one in state.members)
    assert state.floor is None
    assert state.open_ballot is None
    assert floor.audible(state) == frozenset()
    with pytest.raises(errors.EndedError):
        meeting.arrives("gio-linh")
    assert meeting.departs("gio-linh") is state


@pytest.mark.parametrize(
    "plan",
    [
        msgspec.structs.replace(example_plan(), centre="con-co"),
        msgspec.structs.replace(
            example_plan(), sites=(*example_plan().sites, Site(id="gio-linh", name="Gio Linh"))
        ),
    ],
)
def test_a_plan_that_contradicts_itself_is_refused(plan: ConferencePlan) -> None:
    with pytest.raises(errors.BadPlanError):
        rules.begin(plan)


def test_a_viewer_may_nothing_and_a_site_nothing_of_the_chairs() -> None:
    meeting = live()
    for actor in (VIEWER, site("gio-linh")):
        with pytest.raises(errors.MayNotError):
            meeting.does(actor, acts.EndMeeting())
        with pytest.raises(errors.MayNotError):
            meeting.does(actor, acts.GiveFloor(member="gio-linh"))


def test_the_operator_runs_all_but_the_floor_and_the_votes() -> None:
    """VC-5: operator and admin never vote."""
    meeting = live()
    meeting.does(OPERATOR, acts.MuteAll(), acts.SetLocked(locked=True))
    meeting.asks("gio-linh-1", "r1")
    for act in (
        acts.GiveFloor(member="gio-linh"),
        acts.TakeFloor(),
        acts.ApproveSpeech(request="r1"),
        acts.OpenBallot(ballot="b", question="?"),
        acts.CastVote(ballot="b", delegate="gio-linh-1", option=0),
    ):
        with pytest.raises(errors.MayNotError):
            meeting.does(OPERATOR, act)


def test_a_site_checks_in_its_own_delegates_while_the_roll_call_is_open() -> None:
    """VC-4, VC-5: điểm danh."""
    meeting = lobby()
    present = acts.CheckIn(delegate="gio-linh-1")
    with pytest.raises(errors.RollCallClosedError):
        meeting.does(site("gio-linh"), present)
    meeting.does(OPERATOR, acts.OpenRollCall())
    with pytest.raises(errors.NotListedError):
        meeting.does(site("cam-lo"), present)
    state = meeting.does(site("gio-linh"), present)
    assert [(one.delegate, one.site, one.by) for one in state.attendance] == [
        ("gio-linh-1", "gio-linh", "Phòng họp gio-linh")
    ]
    meeting.does(OPERATOR, acts.CloseRollCall())
    assert meeting.does(site("gio-linh"), present) is meeting.state
    with pytest.raises(errors.RollCallClosedError):
        meeting.does(site("gio-linh"), acts.CheckIn(delegate="gio-linh-2"))
    meeting.does(CHAIR, acts.CheckIn(delegate="gio-linh-2"))
    assert [one.present for one in meeting.state.attendance] == [True, True]


def test_only_a_listed_delegate_of_the_acting_site_asks_to_speak() -> None:
    """VC-6."""
    meeting = live()
    with pytest.raises(errors.NotListedError):
        meeting.does(site("cam-lo"), acts.RequestSpeech(request="r", delegate="gio-linh-1"))
    with pytest.raises(errors.NotListedError):
        meeting.does(site("cam-lo"), acts.RequestSpeech(request="r", delegate="nobody"))
    with pytest.raises(errors.ChairNeedsNoneError):
        meeting.does(site("trung-tam"), acts.RequestSpeech(request="r", delegate="trung-tam-1"))
    meeting.asks("gio-linh-1", "r")
    assert statuses(meeting) == {"r": "pending"}


def test_one_request_a_person_is_open_and_asking_twice_is_asking_once() -> None:
    """VC-6."""
    meeting = live()
    state = meeting.asks("gio-linh-1", "r1")
    assert meeting.asks("gio-linh-1", "r1") is state
    with pytest.raises(errors.AlreadyAskedError):
        meeting.asks("gio-linh-1", "r2")
    with pytest.raises(errors.IdTakenError):
        meeting.asks("cam-lo-1", "r1")
    meeting.does(site("gio-linh"), acts.WithdrawSpeech(request="r1"))
    meeting.asks("gio-linh-1", "r2")
    assert statuses(meeting) == {"r1": "withdrawn", "r2": "pending"}


def test_whether_asking_needs_the_roll_call_and_a_live_meeting_is_policy() -> None:
    """VC-6: systems disagree."""
    strict = live()
    with pytest.raises(errors.NotCheckedInError):
        strict.asks("gio-linh-2", "r")
    early = lobby()
    with pytest.raises(errors.NotNowError):
        early.asks("gio-linh-1", "r")
    easy = lobby(example_plan(Policy(speech_requires_checkin=False, speech_requires_live=False)))
    easy.asks("gio-linh-2", "r")
    assert statuses(easy) == {"r": "pending"}


def test_a_guest_asks_only_where_the_policy_lets_him() -> None:
    for may, policy in ((False, Policy()), (True, Policy(guests_may_ask=True))):
        meeting = live(policy)
        meeting.take(rules.guest_knocks(meeting.state, "khach", "Khách", meeting.now))
        meeting.does(CHAIR, acts.LetIn(member="khach"))
        meeting.arrives("khach")
        ask = acts.RequestSpeech(request="r", delegate="khach")
        if may:
            meeting.does(guest("khach"), ask)
            assert statuses(meeting) == {"r": "pending"}
        else:
            with pytest.raises(errors.NotListedError):
                meeting.does(guest("khach"), ask)


def test_a_refusal_tells_why_and_who() -> None:
    """VC-7."""
    meeting = live()
    meeting.asks("gio-linh-1", "r")
    meeting.does(CHAIR, acts.RefuseSpeech(request="r", reason="Hết thời gian"))
    (request,) = meeting.state.requests
    assert (request.status, request.rejected_reason) == (RequestStatus.REFUSED, "Hết thời gian")
    assert (request.decided_by, request.decided_at) == ("Chủ tọa", meeting.now)
    with pytest.raises(errors.RequestDecidedError):
        meeting.does(CHAIR, acts.ApproveSpeech(request="r"))


def test_approved_requests_stand_before_pending_ones_and_can_be_moved() -> None:
    meeting = live()
    for number, name in enumerate(("dong-ha", "gio-linh", "cam-lo", "dakrong")):
        meeting.asks(f"{name}-1", f"r{number}")
    meeting.does(CHAIR, acts.ApproveSpeech(request="r2"), acts.ApproveSpeech(request="r0"))
    assert list(statuses(meeting)) == ["r2", "r0", "r1", "r3"]
    meeting.does(CHAIR, acts.MoveSpeech(request="r3", place=0), acts.ApproveSpeech(request="r3"))
    assert list(statuses(meeting)) == ["r3", "r2", "r0", "r1"]
    state = meeting.state
    assert meeting.does(CHAIR, acts.MoveSpeech(request="r3", place=0)) is state
    meeting.does(CHAIR, acts.MoveSpeech(request="r3", place=1000))
    assert list(statuses(meeting)) == ["r2", "r0", "r1", "r3"]


def test_the_floor_goes_from_one_to_the_next_with_sound_and_request() -> None:
    meeting = live()
    meeting.asks("gio-linh-1", "r1")
    meeting.asks("cam-lo-1", "r2")
    meeting.does(CHAIR, acts.ApproveSpeech(request="r1", limit_s=120))
    state = meeting.does(CHAIR, acts.GiveFloor(member="gio-linh", request="r1"))
    assert state.floor is not None
    assert (state.floor.holder, state.floor.delegate) == ("gio-linh", "gio-linh-1")
    assert state.floor.until == meeting.now + timedelta(seconds=120)
    assert floor.audible(state) == {"trung-tam", "gio-linh"}
    meeting.later(30)
    assert meeting.does(CHAIR, acts.GiveFloor(member="gio-linh", request="r1")) is state
    state = meeting.does(CHAIR, acts.GiveFloor(member="cam-lo", request="r2"))
    assert floor.audible(state) == {"trung-tam", "cam-lo"}
    assert statuses(meeting) == {"r1": "spoken", "r2": "speaking"}
    conference = state.plan.id
    assert meeting.last.events == (
        FloorEnded(conference=conference, member="gio-linh", spoke_s=30.0),
        FloorGiven(conference=conference, member="cam-lo", delegate="cam-lo-1"),
    )
    with pytest.raises(errors.RequestDecidedError):
        meeting.does(CHAIR, acts.GiveFloor(member="gio-linh", request="r1"))
    with pytest.raises(errors.NoSuchThingError):
        meeting.does(CHAIR, acts.GiveFloor(member="dong-ha", request="r2"))


def test_the_chair_speaks_without_request_and_limit() -> None:
    """VC-6: the chair needs none."""
    meeting = live()
    state = meeting.does(CHAIR, acts.GiveFloor(member="trung-tam"))
    assert state.floor is not None
    assert (state.floor.delegate, state.floor.until) == ("trung-tam-1", None)
    meeting.does(CHAIR, acts.TakeFloor())
    assert floor.audible(meeting.state) == {"trung-tam"}


def test_who_has_the_floor_gives_it_back_and_nobody_elses() -> None:
    meeting = live()
    meeting.does(CHAIR, acts.GiveFloor(member="gio-linh"))
    with pytest.raises(errors.MayNotError):
        meeting.does(site("cam-lo"), acts.TakeFloor())
    state = meeting.does(site("gio-linh"), acts.TakeFloor())
    assert state.floor is None
    assert meeting.does(site("gio-linh"), acts.TakeFloor()) is state


def test_a_short_drop_of_the_line_does_not_cost_the_floor_and_a_long_one_does() -> None:
    meeting = live()
    meeting.does(CHAIR, acts.GiveFloor(member="gio-linh"))
    meeting.later(20)
    meeting.departs("gio-linh")
    meeting.later(9)
    state = meeting.arrives("gio-linh")
    assert state.floor is not None
    assert "gio-linh" in floor.audible(state)
    meeting.departs("gio-linh")
    assert meeting.later(9.9).floor is not None
    assert meeting.later(0.1).floor is None
    (spoke,) = [one for one in meeting.facts if isinstance(one, facts.Spoke)]
    assert spoke.lasted_s == 29.0, "the speech lasted until its line dropped"


def test_time_over_closes_the_sound_only_where_the_policy_says_so() -> None:
    lenient, strict = live(), live(Policy(over_time_mutes=True))
    for meeting in (lenient, strict):
        meeting.does(CHAIR, acts.GiveFloor(member="gio-linh", limit_s=60))
        meeting.later(59)
        assert "gio-linh" in floor.audible(meeting.state)
        meeting.later(1)
    assert "gio-linh" in floor.audible(lenient.state)
    assert "gio-linh" not in floor.audible(strict.state)
    with pytest.raises(errors.MayNotError):
        strict.does(site("gio-linh"), acts.SetMuted(member="gio-linh", muted=False))
    until_ms = int((strict.now + timedelta(seconds=30)).timestamp() * 1000)
    state = strict.does(CHAIR, acts.ExtendFloor(until_ms=until_ms))
    assert "gio-linh" in floor.audible(state)
    assert strict.does(CHAIR, acts.ExtendFloor(until_ms=until_ms)) is state
    for moment in (0, 2**62):
        with pytest.raises(errors.RuleError):
            strict.does(CHAIR, acts.ExtendFloor(until_ms=moment))


def test_who_is_let_speak_on_after_his_time_stays_heard() -> None:
    meeting = live(Policy(over_time_mutes=True))
    meeting.does(CHAIR, acts.GiveFloor(member="gio-linh", limit_s=60))
    meeting.later(61)
    assert "gio-linh" not in floor.audible(meeting.state)
    meeting.does(CHAIR, acts.SetMuted(member="gio-linh", muted=False))
    meeting.later(1)
    assert "gio-linh" in floor.audible(meeting.state)


def test_who_asks_and_withdraws_all_day_takes_nobody_elses_place() -> None:
    meeting = live()
    with pytest.raises(errors.ListFullError):
        for number in range(MAX_REQUESTS):
            meeting.asks("cam-lo-1", f"r{number}")
            meeting.does(site("cam-lo"), acts.WithdrawSpeech(request=f"r{number}"))
    assert len(meeting.state.requests) == MAX_REQUESTS_UNSPOKEN
    assert len(meeting.asks("dong-ha-1", "one").requests) == MAX_REQUESTS_UNSPOKEN + 1


def test_who_spoke_often_may_ask_again() -> None:
    meeting = live()
    for number in range(MAX_REQUESTS_UNSPOKEN + 1):
        meeting.asks("cam-lo-1", f"r{number}")
        give = acts.GiveFloor(member="cam-lo", request=f"r{number}")
        meeting.does(CHAIR, give, acts.TakeFloor())
    assert len(meeting.state.requests) == MAX_REQUESTS_UNSPOKEN + 1


def test_the_floor_is_not_given_to_who_is_not_there() -> None:
    meeting = live()
    meeting.departs("gio-linh")
    with pytest.raises(errors.AwayError):
        meeting.does(CHAIR, acts.GiveFloor(member="gio-linh"))
    with pytest.raises(errors.NoSuchThingError):
        meeting.does(CHAIR, acts.GiveFloor(member="con-co"))


def test_mute_all_spares_the_centre_and_the_floor() -> None:
    meeting = live()
    meeting.does(OPERATOR, acts.SetMuted(member="cam-lo", muted=False))
    meeting.does(CHAIR, acts.GiveFloor(member="gio-linh"))
    assert floor.audible(meeting.state) == {"trung-tam", "cam-lo", "gio-linh"}
    state = meeting.does(OPERATOR, acts.MuteAll())
    assert floor.audible(state) == {"trung-tam", "gio-linh"}
    assert meeting.does(OPERATOR, acts.MuteAll()) is state


def test_a_site_closes_its_own_sound_and_opens_it_only_on_the_floor() -> None:
    """VC-3: muted unless invited."""
    meeting = live()
    own = site("gio-linh")
    with pytest.raises(errors.MayNotError):
        meeting.does(own, acts.SetMuted(member="gio-linh", muted=False))
    with pytest.raises(errors.MayNotError):
        meeting.does(own, acts.SetMuted(member="cam-lo", muted=True))
    meeting.does(CHAIR, acts.GiveFloor(member="gio-linh"))
    meeting.does(own, acts.SetMuted(member="gio-linh", muted=True))
    assert floor.audible(meeting.state) == {"trung-tam"}
    meeting.does(own, acts.SetMuted(member="gio-linh", muted=False))
    assert floor.audible(meeting.state) == {"trung-tam", "gio-linh"}
