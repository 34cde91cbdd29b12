"""A conference under way, for the rules' tests: sites inside, everybody checked in."""

from datetime import datetime, timedelta

from tests.vc.example import STARTS_AT, example_plan
from vc.acts import (
    Actor,
    AnyAct,
    CheckIn,
    CloseRollCall,
    OpenLobby,
    OpenRollCall,
    RequestSpeech,
    Role,
    StartMeeting,
)
from vc.server.conference import rules
from vc.server.conference.facts import AnyFact
from vc.server.conference.rules import Outcome
from vc.state import ConferencePlan, ConferenceState, Policy

CHAIR = Actor(name="Chủ tọa", role=Role.CHAIR)
OPERATOR = Actor(name="Kỹ thuật viên", role=Role.OPERATOR)
VIEWER = Actor(name="Người xem", role=Role.VIEWER)


def site(member: str) -> Actor:
    return Actor(name=f"Phòng họp {member}", role=Role.SITE, member=member)


def guest(member: str) -> Actor:
    return Actor(name=f"Khách {member}", role=Role.GUEST, member=member)


class Meeting:
    """The state, the time, and what happened so far."""

    def __init__(self, state: ConferenceState, now: datetime = STARTS_AT) -> None:
        self.state = state
        self.now = now
        self.facts: list[AnyFact] = []
        self.last = Outcome(state)

    def does(self, actor: Actor, *doings: AnyAct) -> ConferenceState:
        for act in doings:
            self.take(rules.carry_out(self.state, act, actor, self.now))
        return self.state

    def take(self, outcome: Outcome) -> ConferenceState:
        self.last = outcome
        self.state = outcome.state
        self.facts += outcome.facts
        return self.state

    def later(self, seconds: float) -> ConferenceState:
        self.now += timedelta(seconds=seconds)
        return self.take(rules.tick(self.state, self.now))

    def arrives(self, *members: str) -> ConferenceState:
        for member in members:
            self.take(rules.arrived(self.state, member, self.now))
        return self.state

    def departs(self, member: str) -> ConferenceState:
        return self.take(rules.departed(self.state, member, self.now))

    def asks(self, delegate: str, request: str) -> ConferenceState:
        home = delegate.rpartition("-")[0]
        return self.does(site(home), RequestSpeech(request=request, delegate=delegate))


def lobby(plan: ConferencePlan | None = None) -> Meeting:
    meeting = Meeting(rules.begin(plan or example_plan()))
    meeting.does(OPERATOR, OpenLobby())
    meeting.arrives(*(one.id for one in meeting.state.plan.sites))
    return meeting


def live(policy: Policy = Policy(), sites: int = 10) -> Meeting:  # noqa: B008 - frozen
    """Return a live meeting whose first delegates are present; the second ones are not."""
    meeting = lobby(example_plan(policy, sites))
    meeting.does(OPERATOR, OpenRollCall())
    for one in meeting.state.plan.sites:
        meeting.does(site(one.id), CheckIn(delegate=one.delegates[0].id))
    meeting.does(OPERATOR, CloseRollCall(), StartMeeting())
    return meeting
