"""The floor: one member has it, never two; and whose sound is open (VC-4).

A holder whose line drops keeps the floor for `policy.floor_grace_s`, so that a short drop does not
cost the word.
"""

from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from vc.acts import Actor, ExtendFloor, GiveFloor, MuteAll, SetMuted, SetVideoOff, TakeFloor
from vc.server.conference.errors import (
    MayNotError,
    NoSuchThingError,
    NotNowError,
    RequestDecidedError,
)
from vc.server.conference.roster import in_session, inside, is_live, known, with_member
from vc.server.conference.speech import WAITING, request_of, with_request
from vc.server.conference.who_may import at_desk, owns_or_desk
from vc.state import ConferenceState, Floor, Member, Phase, RequestStatus, SpeechRequest

_MAX_LIMIT = timedelta(days=1)


def audible(state: ConferenceState) -> frozenset[str]:
    """Return whose sound goes into the mix: everybody inside whose sound is open.

    The floor's holder is among them unless it was muted since, and so is the centre.
    """
    if state.phase not in (Phase.LOBBY, Phase.LIVE):
        return frozenset()
    return frozenset(one.id for one in state.members if one.connected and not one.muted)


def give(state: ConferenceState, act: GiveFloor, actor: Actor, now: datetime) -> ConferenceState:
    """Give the floor; who had it loses it."""
    is_live(state)
    member = inside(state, act.member)
    if (
        state.floor is not None
        and state.floor.holder == member.id
        and act.request in ("", state.floor.request)
    ):
        return state
    request = _to_be_spoken(state, act)
    chairs = request is None and member.id == state.plan.centre
    limit_s = act.limit_s or (request.limit_s if request else 0)
    if not limit_s and not chairs:
        limit_s = state.plan.policy.speech_limit_s
    floor = Floor(
        holder=member.id,
        delegate=request.delegate if request else state.plan.chair if chairs else "",
        request=act.request,
        since=now,
        until=now + timedelta(seconds=limit_s) if limit_s else None,
    )
    free = ended(state)
    if request is not None:
        free = with_request(free, _spoken_now(request, actor, now))
    return replace(with_member(free, replace(member, muted=False)), floor=floor)


def take(state: ConferenceState, _act: TakeFloor, actor: Actor, _now: datetime) -> ConferenceState:
    """End the present speech; when there is none, nothing happens."""
    is_live(state)
    if state.floor is None:
        return state
    owns_or_desk(actor, state.floor.holder, "the floor")
    return ended(state)


def extend(
    state: ConferenceState, act: ExtendFloor, _actor: Actor, now: datetime
) -> ConferenceState:
    """Set when the speech shall end; who was muted by the clock is heard again."""
    is_live(state)
    if state.floor is None:
        raise NotNowError("nobody has the floor")
    try:
        until = datetime.fromtimestamp(act.until_ms / 1000, UTC)
    except (OverflowError, ValueError, OSError):
        raise NoSuchThingError("no such moment") from None
    if not state.floor.since <= until <= now + _MAX_LIMIT:
        raise NotNowError("the moment lies before the speech, or more than a day ahead")
    holder = known(state, state.floor.holder)
    if until > now and _time_is_over(state, now):
        holder = replace(holder, muted=False)
    return replace(with_member(state, holder), floor=replace(state.floor, until=until))


def ended(state: ConferenceState) -> ConferenceState:
    """Return the state with a free floor: its request is spoken, its sound closes."""
    if state.floor is None:
        return state
    holder = known(state, state.floor.holder)
    if holder.id != state.plan.centre:
        state = with_member(state, replace(holder, muted=True))
    if state.floor is not None and state.floor.request:
        request = request_of(state, state.floor.request)
        state = with_request(state, replace(request, status=RequestStatus.SPOKEN))
    return replace(state, floor=None)


def passed(state: ConferenceState, now: datetime) -> ConferenceState:
    """Return the state after time went by: over-long speeches mute, lost holders lose the floor."""
    if state.floor is None:
        return state
    holder = known(state, state.floor.holder)
    if _is_lost(state, holder, now):
        return ended(state)
    if _time_is_over(state, now):
        return with_member(state, replace(holder, muted=True))
    return state


def set_muted(
    state: ConferenceState, act: SetMuted, actor: Actor, now: datetime
) -> ConferenceState:
    """Close or open a sound: the chair's side anybody's; a member its own, open only on the floor.

    Who spoke beyond the time does not open it again by itself; opened by the chair's side, his
    limit is lifted, or the clock would close it again at once.
    """
    in_session(state)
    member = known(state, act.member)
    owns_or_desk(actor, act.member, "the sound")
    holds = state.floor is not None and state.floor.holder == member.id
    opens_itself = not act.muted and not at_desk(actor) and member.id != state.plan.centre
    if opens_itself and member.muted and (not holds or _time_is_over(state, now)):
        raise MayNotError("the sound is opened by the chair's side")
    if holds and not act.muted and state.floor is not None and _time_is_over(state, now):
        state = replace(state, floor=replace(state.floor, until=None))
    return with_member(state, replace(member, muted=act.muted))


def mute_all(
    state: ConferenceState, _act: MuteAll, _actor: Actor, _now: datetime
) -> ConferenceState:
    """Close every sound but the centre's and the floor's."""
    in_session(state)
    spared = {state.plan.centre, state.floor.holder if state.floor else ""}
    return replace(
        state,
        members=tuple(
            one if one.id in spared else replace(one, muted=True) for one in state.members
        ),
    )


def set_video_off(
    state: ConferenceState, act: SetVideoOff, _actor: Actor, _now: datetime
) -> ConferenceState:
    """Take a picture off the wall, or let it back."""
    in_session(state)
    return with_member(state, replace(known(state, act.member), video_off=act.off))


def _to_be_spoken(state: ConferenceState, act: GiveFloor) -> SpeechRequest | None:
    if not act.request:
        return None
    request = request_of(state, act.request)
    if request.site != act.member:
        raise NoSuchThingError(f"the request is not {act.member}'s")
    if request.status not in WAITING:
        raise RequestDecidedError(f"the request is {request.status} already")
    return request


def _spoken_now(request: SpeechRequest, actor: Actor, now: datetime) -> SpeechRequest:
    if request.status is RequestStatus.PENDING:
        request = replace(request, decided_by=actor.name, decided_at=now)
    return replace(request, status=RequestStatus.SPEAKING)


def _time_is_over(state: ConferenceState, now: datetime) -> bool:
    until = state.floor.until if state.floor else None
    return state.plan.policy.over_time_mutes and until is not None and until <= now


def _is_lost(state: ConferenceState, holder: Member, now: datetime) -> bool:
    if holder.connected:
        return False
    grace = timedelta(seconds=state.plan.policy.floor_grace_s)
    return holder.since is None or now - holder.since >= grace
