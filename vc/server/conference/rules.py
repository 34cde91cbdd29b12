"""The rules of a conference as one pure state machine (VC-4 to VC-8).

Acts of people go through `carry_out`; what the technique notices through `arrived`, `departed`,
`guest_knocks`, `guest_gives_up`, `shares`, `line_is` and `tick`. Each returns an Outcome: the state
(the very same object, revision and all, when nothing changed), the facts for the minutes and the
events for the province's journal. A refusal is a RuleError, and nothing changed.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

import msgspec

from devices.contract.message import Event
from vc import acts
from vc.acts import Act, Actor, AnyAct
from vc.server.conference import (
    ballots,
    chronicle,
    doors,
    floor,
    life,
    roll_call,
    show,
    speech,
    who_may,
)
from vc.server.conference.facts import AnyFact
from vc.server.conference.roster import not_ended
from vc.state import ConferencePlan, ConferenceState, Line, Phase, Title

Rule = Callable[[ConferenceState, Any, Actor, datetime], ConferenceState]

RULES: Final[dict[type[Act], Rule]] = {
    acts.OpenLobby: life.open_lobby,
    acts.StartMeeting: life.start,
    acts.EndMeeting: life.end,
    acts.OpenRollCall: roll_call.begin,
    acts.CloseRollCall: roll_call.end,
    acts.CheckIn: roll_call.check_in,
    acts.RequestSpeech: speech.ask,
    acts.WithdrawSpeech: speech.withdraw,
    acts.ApproveSpeech: speech.approve,
    acts.RefuseSpeech: speech.refuse,
    acts.MoveSpeech: speech.move,
    acts.GiveFloor: floor.give,
    acts.ExtendFloor: floor.extend,
    acts.TakeFloor: floor.take,
    acts.SetMuted: floor.set_muted,
    acts.MuteAll: floor.mute_all,
    acts.SetVideoOff: floor.set_video_off,
    acts.SetLayout: show.set_layout,
    acts.Pin: show.pin,
    acts.StartContent: show.start_content,
    acts.StopContent: show.stop_content,
    acts.ShowPaper: show.show_paper,
    acts.ClosePaper: show.close_paper,
    acts.SetItem: show.set_item,
    acts.OpenBallot: ballots.begin,
    acts.CastVote: ballots.cast,
    acts.CloseBallot: ballots.end,
    acts.SetLocked: doors.set_locked,
    acts.Expel: doors.expel,
    acts.LetIn: doors.let_in,
    acts.TurnAway: doors.turn_away,
    acts.SetRecording: show.set_recording,
}


class Outcome(msgspec.Struct, frozen=True):
    """What is true now, and what happened on the way."""

    state: ConferenceState
    facts: tuple[AnyFact, ...] = ()
    events: tuple[Event, ...] = ()


def begin(plan: ConferencePlan) -> ConferenceState:
    """Return the state a plan begins with; raises BadPlanError."""
    return life.planned(plan)


def carry_out(state: ConferenceState, act: AnyAct, actor: Actor, now: datetime) -> Outcome:
    """Do what somebody asks, once: asked again it changes nothing. Raises RuleError."""
    who_may.check(state, act, actor)
    return _outcome(state, RULES[type(act)](state, act, actor, now), now)


def arrived(state: ConferenceState, member: str, now: datetime) -> Outcome:
    """Note that a member's session stands; raises RuleError when it may not come in."""
    return _outcome(state, doors.arrived(state, member, now), now)


def departed(state: ConferenceState, member: str, now: datetime) -> Outcome:
    """Note that a member's session is gone."""
    return _outcome(state, doors.departed(state, member, now), now)


def guest_knocks(state: ConferenceState, guest: str, name: Title, now: datetime) -> Outcome:
    """Take a guest to the waiting room, or in; raises RuleError when he is not wanted."""
    return _outcome(state, doors.knocks(state, guest, name, now), now)


def guest_gives_up(state: ConferenceState, guest: str, now: datetime) -> Outcome:
    """Note that a guest waits no more."""
    return _outcome(state, doors.gives_up(state, guest), now)


def shares(state: ConferenceState, member: str, now: datetime, *, sharing: bool) -> Outcome:
    """Note that a member's shared screen arrives, or does no more."""
    if sharing:
        not_ended(state)
    return _outcome(state, show.shares(state, member, sharing=sharing), now)


def line_is(state: ConferenceState, member: str, line: Line, now: datetime) -> Outcome:
    """Note how good a member's line is."""
    return _outcome(state, doors.line_is(state, member, line), now)


def tick(state: ConferenceState, now: datetime) -> Outcome:
    """Let time pass: at least once a second while live."""
    if state.phase is not Phase.LIVE:
        return Outcome(state)
    return _outcome(state, floor.passed(state, now), now)


def _outcome(before: ConferenceState, after: ConferenceState, now: datetime) -> Outcome:
    if after == before:
        return Outcome(before)
    grown = msgspec.structs.replace(after, revision=before.revision + 1)
    told = chronicle.happened(before, after, now)
    return Outcome(grown, told, chronicle.events(before, after, told))
