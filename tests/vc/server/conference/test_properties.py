"""What holds whatever anybody does in whatever order (VC-5, VC-6)."""

import contextlib
import random
from collections.abc import Callable
from datetime import datetime, timedelta

import hypothesis.strategies as st
import msgspec
import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.vc.example import example_plan
from tests.vc.server.conference.meeting import CHAIR, OPERATOR, VIEWER, Meeting, guest, site
from vc import acts
from vc.acts import Actor, AnyAct
from vc.server.conference import facts, rules
from vc.server.conference.errors import RuleError
from vc.state import ConferenceState, Layout, Line, Phase, Policy, RequestStatus

Change = Callable[[ConferenceState, str, datetime], rules.Outcome]
Noticed = Callable[[], rules.Outcome]

SITES = [one.id for one in example_plan(sites=4).sites]
MEMBERS = [*SITES, "khach-1", "khach-2", "con-co"]
DELEGATES = [f"{one}-{n}" for one in SITES for n in (1, 2)] + ["khach-1", "nobody"]
REQUESTS = [f"r{n}" for n in range(6)]
BALLOTS = ["b0", "b1", "b2"]
ACTORS = [CHAIR, OPERATOR, VIEWER, *map(site, SITES), guest("khach-1"), guest("khach-2"), site("")]
LEGAL = {
    RequestStatus.PENDING: {
        RequestStatus.APPROVED,
        RequestStatus.REFUSED,
        RequestStatus.WITHDRAWN,
        RequestStatus.SPEAKING,
    },
    RequestStatus.APPROVED: {
        RequestStatus.REFUSED,
        RequestStatus.WITHDRAWN,
        RequestStatus.SPEAKING,
    },
    RequestStatus.SPEAKING: {RequestStatus.SPOKEN},
}

member, delegate = st.sampled_from(MEMBERS), st.sampled_from(DELEGATES)
request, ballot = st.sampled_from(REQUESTS), st.sampled_from(BALLOTS)
item = st.sampled_from(["", "bao-cao", "thao-luan", "khong-co"])
DOINGS: st.SearchStrategy[AnyAct] = st.one_of(
    st.builds(acts.OpenLobby),
    st.builds(acts.StartMeeting),
    st.builds(acts.OpenRollCall),
    st.builds(acts.CloseRollCall),
    st.builds(acts.CheckIn, delegate=delegate, present=st.booleans()),
    st.builds(acts.RequestSpeech, request=request, delegate=delegate, item=item),
    st.builds(acts.WithdrawSpeech, request=request),
    st.builds(acts.ApproveSpeech, request=request, limit_s=st.integers(0, 300)),
    st.builds(acts.RefuseSpeech, request=request, reason=st.just("Hết giờ")),
    st.builds(acts.MoveSpeech, request=request, place=st.integers(0, 8)),
    st.builds(
        acts.GiveFloor,
        member=member,
        request=st.one_of(st.just(""), request),
        limit_s=st.integers(0, 60),
    ),
    st.builds(acts.ExtendFloor, until_ms=st.integers(0, 2**60)),
    st.builds(acts.TakeFloor),
    st.builds(acts.SetMuted, member=member, muted=st.booleans()),
    st.builds(acts.MuteAll),
    st.builds(acts.SetVideoOff, member=member, off=st.booleans()),
    st.builds(acts.SetLayout, layout=st.sampled_from(Layout)),
    st.builds(acts.Pin, member=st.one_of(st.just(""), member)),
    st.builds(acts.StartContent, member=member),
    st.builds(acts.StopContent),
    st.builds(acts.ShowPaper, paper=st.just("bao-cao"), page=st.integers(1, 4)),
    st.builds(acts.ClosePaper),
    st.builds(acts.SetItem, item=item),
    st.builds(acts.OpenBallot, ballot=ballot, question=st.just("Thông qua?")),
    st.builds(acts.CastVote, ballot=ballot, delegate=delegate, option=st.integers(0, 4)),
    st.builds(acts.CloseBallot, ballot=ballot),
    st.builds(acts.SetLocked, locked=st.booleans()),
    st.builds(acts.Expel, member=member),
    st.builds(acts.LetIn, member=member),
    st.builds(acts.TurnAway, member=member),
    st.builds(acts.SetRecording, on=st.booleans()),
)
POLICIES = st.builds(
    Policy,
    speech_requires_checkin=st.booleans(),
    vote_requires_checkin=st.booleans(),
    vote_may_change=st.booleans(),
    secret_ballot=st.booleans(),
    over_time_mutes=st.booleans(),
    guests_wait=st.booleans(),
    guests_may_ask=st.booleans(),
    speech_limit_s=st.sampled_from([0, 30]),
)


def check_one_step(before: ConferenceState, outcome: rules.Outcome) -> None:
    after = outcome.state
    changed = msgspec.structs.replace(after, revision=before.revision) != before
    assert after.revision == before.revision + changed
    if not changed:
        assert (after, outcome.facts, outcome.events) == (before, (), ())
    if before.phase is Phase.ENDED:
        assert not changed
    now = {one.id: one for one in after.requests}
    for old in before.requests:
        status = now[old.id].status  # no request is ever lost
        assert status is old.status or status in LEGAL.get(old.status, ())
    closed = [one for one in before.ballots if one.closed_at]
    assert [one for one in after.ballots if one in closed] == closed
    spoke = [one for one in outcome.facts if isinstance(one, facts.Spoke)]
    gained = [one for one in outcome.facts if isinstance(one, facts.FloorTaken)]
    assert bool(before.floor) + len(gained) - len(spoke) == bool(after.floor)


def check_state(state: ConferenceState) -> None:
    holders = {one.id for one in state.members if state.floor and state.floor.holder == one.id}
    assert len(holders) == bool(state.floor)
    speaking = [one for one in state.requests if one.status is RequestStatus.SPEAKING]
    assert [one.id for one in speaking] == (
        [state.floor.request] if state.floor and state.floor.request else []
    )
    for name in {one.delegate for one in state.requests}:
        waiting = [one for one in state.requests if one.delegate == name]
        open_ones = (RequestStatus.PENDING, RequestStatus.APPROVED)
        assert sum(one.status in open_ones for one in waiting) <= 1
    here = {one.delegate for one in state.attendance if one.present}
    for one in state.ballots:
        assert len(set(one.voted)) == len(one.voted) == sum(one.counts)
        assert set(one.voted) <= set(one.eligible)
        if one.closed_at is None and state.plan.policy.vote_requires_checkin:
            assert set(one.eligible) == here
        if not one.secret:
            assert [list(one.votes.values()).count(n) for n in range(3)] == list(one.counts)
    assert sum(one.closed_at is None for one in state.ballots) <= 1
    assert not any(one.connected and one.expelled for one in state.members)
    assert len({one.id for one in state.members}) == len(state.members)
    assert msgspec.json.decode(msgspec.json.encode(state), type=ConferenceState) == state


class Conference(RuleBasedStateMachine):
    """Anybody does anything, and lines come and go."""

    @initialize(policy=POLICIES)
    def begin(self, policy: Policy) -> None:
        self.meeting = Meeting(rules.begin(example_plan(policy, sites=4)))
        self.meeting.does(OPERATOR, acts.OpenLobby())

    @rule(act=DOINGS, actor=st.sampled_from(ACTORS))
    def somebody_acts(self, act: AnyAct, actor: Actor) -> None:
        before = self.meeting.state
        try:
            outcome = rules.carry_out(before, act, actor, self.meeting.now)
        except RuleError:
            return
        check_one_step(before, outcome)
        again = rules.carry_out(outcome.state, act, actor, self.meeting.now)
        assert again.state is outcome.state
        self.meeting.take(outcome)

    @rule(
        who=st.sampled_from(MEMBERS),
        what=st.sampled_from([rules.arrived, rules.arrived, rules.departed]),
    )
    def a_line_comes_or_goes(self, who: str, what: Change) -> None:
        self._noticed(lambda: what(self.meeting.state, who, self.meeting.now))

    @rule(who=st.sampled_from(MEMBERS), line=st.sampled_from(Line), sharing=st.booleans())
    def a_line_is_measured_and_a_screen_shared(
        self, who: str, line: Line, *, sharing: bool
    ) -> None:
        self._noticed(lambda: rules.line_is(self.meeting.state, who, line, self.meeting.now))
        self._noticed(
            lambda: rules.shares(self.meeting.state, who, self.meeting.now, sharing=sharing)
        )

    @rule(who=st.sampled_from(["khach-1", "khach-2"]))
    def a_guest_knocks(self, who: str) -> None:
        self._noticed(
            lambda: rules.guest_knocks(self.meeting.state, who, "Khách", self.meeting.now)
        )

    @rule(seconds=st.integers(0, 40))
    def time_passes(self, seconds: int) -> None:
        self.meeting.now += timedelta(seconds=seconds)
        self._noticed(lambda: rules.tick(self.meeting.state, self.meeting.now))

    @rule(end=st.integers(0, 19))
    def it_ends_now_and_then(self, end: int) -> None:
        if end == 0:
            before = self.meeting.state
            outcome = rules.carry_out(before, acts.EndMeeting(), CHAIR, self.meeting.now)
            check_one_step(before, outcome)
            self.meeting.take(outcome)

    @invariant()
    def all_is_well(self) -> None:
        if hasattr(self, "meeting"):
            check_state(self.meeting.state)

    def _noticed(self, what: Noticed) -> None:
        before = self.meeting.state
        try:
            outcome = what()
        except RuleError:
            return
        check_one_step(before, outcome)
        self.meeting.take(outcome)


Conference.TestCase.settings = settings(
    max_examples=200, stateful_step_count=80, deadline=None, derandomize=True
)
TestConference = Conference.TestCase


def test_ten_thousand_random_acts_raise_nothing_but_refusals() -> None:
    chance = random.Random(4)
    kinds = [kind for kind in rules.RULES if kind is not acts.EndMeeting] * 5 + [acts.EndMeeting]
    values: dict[str, list[str]] = {
        "member": MEMBERS,
        "delegate": DELEGATES,
        "request": ["", *REQUESTS],
        "ballot": BALLOTS,
        "item": ["", "bao-cao", "khong-co"],
        "paper": ["bao-cao", "khong-co"],
        "layout": [*Layout],
        "question": ["Thông qua?"],
        "reason": ["Hết giờ"],
    }
    done = refused = 0
    meeting = Meeting(rules.begin(example_plan(sites=4)))
    while done + refused < 10_000:
        kind = chance.choice(kinds)
        fields = {
            field.name: chance.choice(values[field.name])
            if field.name in values
            else chance.random() < 0.5
            if field.type is bool
            else chance.randrange(5)
            for field in msgspec.structs.fields(kind)
            if field.name not in ("options", "content")
        }
        if meeting.state.phase is Phase.ENDED:
            meeting = Meeting(rules.begin(example_plan(sites=4)))
        meeting.later(chance.random())
        with contextlib.suppress(RuleError):
            meeting.arrives(chance.choice(MEMBERS))
        try:
            act = msgspec.convert({"type": kind.__struct_config__.tag} | fields, AnyAct)
        except msgspec.ValidationError:  # an empty id, a page 0: never reaches the rules
            continue
        try:
            meeting.does(chance.choice([CHAIR, *ACTORS]), act)
            done += 1
        except RuleError:
            refused += 1
        check_state(meeting.state)
    assert min(done, refused) > 1000, "both happened often"


def test_the_invariants_can_fail() -> None:
    """Negative control."""
    meeting = Meeting(rules.begin(example_plan(sites=4)))
    meeting.does(OPERATOR, acts.OpenLobby(), acts.StartMeeting())
    meeting.does(OPERATOR, acts.CheckIn(delegate="dong-ha-1"))
    state = meeting.does(CHAIR, acts.OpenBallot(ballot="b0", question="?"))
    spoiled = msgspec.structs.replace(
        state, ballots=(msgspec.structs.replace(state.ballots[0], counts=(1, 0, 0)),)
    )
    check_state(state)
    with pytest.raises(AssertionError):
        check_state(spoiled)
