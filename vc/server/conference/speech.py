"""The speakers' list: xin phát biểu, duyệt, từ chối (VC-4, VC-6, VC-7).

A request goes pending -> approved -> speaking -> spoken; it may be refused or withdrawn until it is
spoken, and is never taken off the list. Waiting ones stand in speaking order behind the others.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from msgspec.structs import replace

from vc.acts import Actor, ApproveSpeech, MoveSpeech, RefuseSpeech, RequestSpeech, WithdrawSpeech
from vc.server.conference.errors import (
    AlreadyAskedError,
    ChairNeedsNoneError,
    IdTakenError,
    ListFullError,
    MayNotError,
    NoSuchThingError,
    NotCheckedInError,
    NotListedError,
    RequestDecidedError,
)
from vc.server.conference.roster import home_of, is_live, not_ended, present
from vc.state import (
    MAX_REQUESTS,
    MAX_REQUESTS_UNSPOKEN,
    ConferenceState,
    RequestStatus,
    SpeechRequest,
)

WAITING: Final = frozenset({RequestStatus.PENDING, RequestStatus.APPROVED})


def request_of(state: ConferenceState, request_id: str) -> SpeechRequest:
    """Return the request; raises NoSuchThingError."""
    if found := next((one for one in state.requests if one.id == request_id), None):
        return found
    raise NoSuchThingError(f"no request {request_id!r}")


def with_request(state: ConferenceState, request: SpeechRequest) -> ConferenceState:
    """Return the state with this request in the place of the one of its id."""
    return replace(
        state, requests=tuple(request if one.id == request.id else one for one in state.requests)
    )


def ask(state: ConferenceState, act: RequestSpeech, actor: Actor, now: datetime) -> ConferenceState:
    """Take a request of a listed delegate of the acting site, one at a time (VC-6)."""
    not_ended(state)
    _check_asker(state, act, actor)
    mine = [one for one in state.requests if one.id == act.request]
    if mine:
        if (mine[0].delegate, mine[0].site) != (act.delegate, actor.member):
            raise IdTakenError
        return state
    _check_policy(state, act.delegate)
    if any(one.delegate == act.delegate and one.status in WAITING for one in state.requests):
        raise AlreadyAskedError
    unspoken = sum(
        one.delegate == act.delegate and one.status is not RequestStatus.SPOKEN
        for one in state.requests
    )
    if len(state.requests) >= MAX_REQUESTS or unspoken >= MAX_REQUESTS_UNSPOKEN:
        raise ListFullError
    request = SpeechRequest(
        id=act.request,
        delegate=act.delegate,
        site=actor.member,
        item=act.item or state.item,
        content=act.content,
        at=now,
    )
    return replace(state, requests=(*state.requests, request))


def withdraw(
    state: ConferenceState, act: WithdrawSpeech, actor: Actor, now: datetime
) -> ConferenceState:
    """Take one's own request back."""
    not_ended(state)
    request = request_of(state, act.request)
    if request.site != actor.member:
        raise MayNotError("the request is another site's")
    if request.status is RequestStatus.WITHDRAWN:
        return state
    return _decide(state, request, RequestStatus.WITHDRAWN, actor, now)


def approve(
    state: ConferenceState, act: ApproveSpeech, actor: Actor, now: datetime
) -> ConferenceState:
    """Put a request on the list, behind those approved before it."""
    not_ended(state)
    request = request_of(state, act.request)
    if request.status is RequestStatus.APPROVED:
        return with_request(state, replace(request, limit_s=act.limit_s))
    waiting = [one for one in state.requests if one.status in WAITING]
    approved = [n for n, one in enumerate(waiting) if one.status is RequestStatus.APPROVED]
    after_approved = approved[-1] + 1 if approved else 0
    decided = _decide(
        state, replace(request, limit_s=act.limit_s), RequestStatus.APPROVED, actor, now
    )
    return _placed(decided, act.request, min(waiting.index(request), after_approved))


def refuse(
    state: ConferenceState, act: RefuseSpeech, actor: Actor, now: datetime
) -> ConferenceState:
    """Refuse a request that was not spoken yet; the asker is told why (VC-7)."""
    not_ended(state)
    request = request_of(state, act.request)
    if request.status is RequestStatus.REFUSED and request.rejected_reason == act.reason:
        return state
    with_reason = replace(request, rejected_reason=act.reason)
    return _decide(state, with_reason, RequestStatus.REFUSED, actor, now)


def move(state: ConferenceState, act: MoveSpeech, _actor: Actor, _now: datetime) -> ConferenceState:
    """Put a waiting request at a place among those who wait."""
    not_ended(state)
    if request_of(state, act.request).status not in WAITING:
        raise RequestDecidedError
    return _placed(state, act.request, act.place)


def _check_asker(state: ConferenceState, act: RequestSpeech, actor: Actor) -> None:
    if act.delegate == state.plan.chair:
        raise ChairNeedsNoneError
    guest = state.plan.policy.guests_may_ask and act.delegate == actor.member
    site = home_of(state.plan, act.delegate)
    if site != actor.member and not (guest and not site):
        raise NotListedError
    if act.item and all(item.id != act.item for item in state.plan.agenda):
        raise NoSuchThingError(f"no agenda item {act.item!r}")


def _check_policy(state: ConferenceState, delegate: str) -> None:
    policy = state.plan.policy
    if policy.speech_requires_live:
        is_live(state)
    listed = bool(home_of(state.plan, delegate))
    if policy.speech_requires_checkin and listed and not present(state, delegate):
        raise NotCheckedInError


def _decide(
    state: ConferenceState,
    request: SpeechRequest,
    status: RequestStatus,
    actor: Actor,
    now: datetime,
) -> ConferenceState:
    if request.status not in WAITING:
        raise RequestDecidedError(f"the request is {request.status} already")
    decided = replace(request, status=status, decided_by=actor.name, decided_at=now)
    return with_request(state, decided)


def _placed(state: ConferenceState, request_id: str, place: int) -> ConferenceState:
    done = [one for one in state.requests if one.status not in WAITING]
    waiting = [one for one in state.requests if one.status in WAITING]
    moved = next(one for one in waiting if one.id == request_id)
    return replace(state, requests=(*done, *_inserted(waiting, moved, place)))


def _inserted(
    waiting: Sequence[SpeechRequest], moved: SpeechRequest, place: int
) -> list[SpeechRequest]:
    others = [one for one in waiting if one.id != moved.id]
    return [*others[:place], moved, *others[place:]]
