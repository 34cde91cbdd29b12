"""The doors: waiting room, lock, expulsion; who may come in, who came and who went."""

from datetime import datetime

from msgspec.structs import replace

from vc.acts import Actor, Expel, LetIn, SetLocked, TurnAway
from vc.server.conference import floor, show
from vc.server.conference.errors import (
    CentreStaysError,
    ExpelledError,
    IdTakenError,
    ListFullError,
    LockedError,
)
from vc.server.conference.roster import home_of, in_session, known, not_ended, with_member
from vc.state import (
    MAX_GUESTS,
    ConferenceState,
    Line,
    Member,
    MemberKind,
    Title,
    Waiting,
)


def admits(state: ConferenceState, member_id: str) -> Member:
    """Return the member if it may come in now.

    Raises NotNowError, EndedError, NoSuchThingError, ExpelledError, LockedError.
    """
    in_session(state)
    member = known(state, member_id)
    if member.expelled:
        raise ExpelledError
    if state.locked and member.since is None:
        raise LockedError
    return member


def arrived(state: ConferenceState, member_id: str, now: datetime) -> ConferenceState:
    """Note that a member's session stands; it is as muted as it was."""
    member = admits(state, member_id)
    if member.connected:
        return state
    return with_member(state, replace(member, connected=True, since=now, line=Line.UNKNOWN))


def departed(state: ConferenceState, member_id: str, now: datetime) -> ConferenceState:
    """Note that a member's session is gone; the floor waits a little for its holder."""
    member = known(state, member_id)
    if not member.connected:
        return state
    return with_member(state, replace(member, connected=False, since=now, line=Line.LOST))


def line_is(state: ConferenceState, member_id: str, line: Line) -> ConferenceState:
    """Note how good a connected member's line is."""
    member = known(state, member_id)
    return with_member(state, replace(member, line=line)) if member.connected else state


def knocks(state: ConferenceState, guest: str, name: Title, now: datetime) -> ConferenceState:
    """Take a guest to the waiting room, or in when the policy has none."""
    in_session(state)
    if member := state.member(guest):
        if member.kind is not MemberKind.GUEST:
            raise IdTakenError
        if member.expelled:
            raise ExpelledError
        return state
    if home_of(state.plan, guest):
        raise IdTakenError
    if any(one.id == guest for one in state.waiting):
        return state
    if state.locked:
        raise LockedError
    guests = sum(one.kind is MemberKind.GUEST for one in state.members) + len(state.waiting)
    if guests >= MAX_GUESTS:
        raise ListFullError
    waiting = Waiting(id=guest, name=name, since=now)
    at_door = replace(state, waiting=(*state.waiting, waiting))
    return at_door if state.plan.policy.guests_wait else _in(at_door, waiting, now)


def gives_up(state: ConferenceState, guest: str) -> ConferenceState:
    """Take somebody out of the waiting room."""
    return replace(state, waiting=tuple(one for one in state.waiting if one.id != guest))


def let_in(state: ConferenceState, act: LetIn, _actor: Actor, now: datetime) -> ConferenceState:
    """Admit from the waiting room, or an expelled member again; also while locked."""
    in_session(state)
    if waiting := next((one for one in state.waiting if one.id == act.member), None):
        return _in(state, waiting, now)
    member = known(state, act.member)
    if not member.expelled:
        return state
    return with_member(state, replace(member, expelled=False, since=now))


def turn_away(
    state: ConferenceState, act: TurnAway, _actor: Actor, _now: datetime
) -> ConferenceState:
    """Refuse somebody in the waiting room."""
    not_ended(state)
    return gives_up(state, act.member)


def expel(state: ConferenceState, act: Expel, _actor: Actor, now: datetime) -> ConferenceState:
    """Put a member out: floor, sound, content and large picture with it."""
    in_session(state)
    member = known(state, act.member)
    if member.id == state.plan.centre:
        raise CentreStaysError
    if member.expelled:
        return state
    if state.floor is not None and state.floor.holder == member.id:
        state = floor.ended(state)
    out = replace(
        member,
        expelled=True,
        connected=False,
        muted=True,
        since=now if member.connected else member.since,
        line=Line.LOST if member.connected else member.line,
    )
    gone = show.shares(with_member(state, out), member.id, sharing=False)
    return replace(gone, pinned="" if gone.pinned == member.id else gone.pinned)


def set_locked(
    state: ConferenceState, act: SetLocked, _actor: Actor, _now: datetime
) -> ConferenceState:
    """Lock or unlock; who was in may come back."""
    not_ended(state)
    return replace(state, locked=act.locked)


def emptied(state: ConferenceState, now: datetime) -> ConferenceState:
    """Return the state with nobody inside and nobody waiting."""
    members = tuple(
        replace(one, connected=False, sharing=False, since=now if one.connected else one.since)
        for one in state.members
    )
    return replace(state, members=members, waiting=())


def _in(state: ConferenceState, waiting: Waiting, now: datetime) -> ConferenceState:
    guest = Member(id=waiting.id, name=waiting.name, kind=MemberKind.GUEST, since=now)
    left = gives_up(state, waiting.id)
    return replace(left, members=(*left.members, guest))
