"""Điểm danh: which listed delegates are there (VC-4, VC-5)."""

from datetime import datetime

from msgspec.structs import replace

from vc.acts import Actor, CheckIn, CloseRollCall, OpenRollCall
from vc.server.conference import ballots
from vc.server.conference.errors import NotListedError, RollCallClosedError
from vc.server.conference.roster import home_of, in_session
from vc.server.conference.who_may import at_desk
from vc.state import Attendance, ConferenceState


def begin(
    state: ConferenceState, _act: OpenRollCall, _actor: Actor, _now: datetime
) -> ConferenceState:
    """Open the roll-call: sites may say who is there."""
    in_session(state)
    return replace(state, roll_call_open=True)


def end(
    state: ConferenceState, _act: CloseRollCall, _actor: Actor, _now: datetime
) -> ConferenceState:
    """Close it; the chair's side can still mark who comes late."""
    in_session(state)
    return replace(state, roll_call_open=False)


def check_in(state: ConferenceState, act: CheckIn, actor: Actor, now: datetime) -> ConferenceState:
    """Mark a delegate; an open vote follows (VC-5)."""
    in_session(state)
    site = home_of(state.plan, act.delegate)
    if not site or not (at_desk(actor) or site == actor.member):
        raise NotListedError
    old = next((one for one in state.attendance if one.delegate == act.delegate), None)
    if old is not None and old.present == act.present:
        return state
    if not (at_desk(actor) or state.roll_call_open):
        raise RollCallClosedError
    entry = Attendance(delegate=act.delegate, site=site, present=act.present, at=now, by=actor.name)
    others = tuple(one for one in state.attendance if one.delegate != act.delegate)
    return ballots.follow(replace(state, attendance=(*others, entry)), act.delegate)
