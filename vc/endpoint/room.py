"""The call of a room: which state it is in, and what to do about what happens. Pure.

A room joins when it is ordered to, asks for the order when the notice says it is time, and comes
back by itself: an order whose offer nobody took is tried again while it is valid; a token that was
taken is never tried twice, a fresh one is asked for.
"""

from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from vc.endpoint.happenings import (
    AnyEffect,
    AnyHappening,
    AskForKeyframe,
    AskForOrder,
    Began,
    Closed,
    CloseSession,
    Failure,
    Moment,
    NotExpected,
    Noticed,
    NotOpened,
    Opened,
    OpenSession,
    Ordered,
    Seen,
    Ticked,
    ToldToLeave,
)
from vc.messages import JoinConference, RoomNotice
from vc.state import Phase

LEAST_S, MOST_S = 0.5, 5.0
"""Waits between tries: ten rooms must be back within 10 s of the server's return."""
REFUSED_S = 30.0
FROZEN_S = 1.0
"""A picture older than this is said to be old."""
REJOIN_S = 5.0
"""A picture older than this ends the session."""
LEAST_GOOD_S = 5.0
_LONG_S = 86_400.0
_LEAST_SHARE = 0.1
_REMEMBERED = 32


class CallState(StrEnum):
    """Where the call is."""

    IDLE = "idle"
    EXPECTED = "expected"
    JOINING = "joining"
    IN = "in"
    LOST = "lost"
    REJOINING = "rejoining"
    REFUSED = "refused"
    LEFT = "left"


TRYING = frozenset({CallState.JOINING, CallState.LOST, CallState.REJOINING, CallState.REFUSED})


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """All that is true of the call. `step` is the only one that makes new ones.

    `order` has a token that was not offered yet, `using` the one offered last; `session` counts
    offers, and `is_open` says that the last one is under way or in; `act_at` is when the next
    try is due (monotonic).
    """

    state: CallState = CallState.IDLE
    notice: RoomNotice = RoomNotice()
    order: JoinConference | None = None
    using: JoinConference | None = None
    taken: tuple[str, ...] = ()
    """Tokens offered lately, the last one last."""
    good_until: float = 0.0
    """How long the newest order may be tried (monotonic); at least LEAST_GOOD_S from its coming,
    whatever the box's clock says."""
    conference: str = ""
    """The conference that is tried or in."""
    left: str = ""
    """The conference it was told to leave."""
    session: int = 0
    is_open: bool = False
    tries: int = 0
    act_at: float = 0.0
    seen_at: float = 0.0
    has_picture: bool = False
    """A picture came in this session; `seen_at` says when the last one did."""
    poked_at: float = 0.0
    text: str = ""

    def picture_age_s(self, moment: Moment) -> float:
        """Return how long ago the newest picture of the conference came; 0 when in none."""
        return moment.monotonic - self.seen_at if self.state is CallState.IN else 0.0

    def is_frozen(self, moment: Moment) -> bool:
        """Return whether the picture on the screen must not pass for live any more."""
        return self.picture_age_s(moment) > FROZEN_S


Stepped = tuple[Call, tuple[AnyEffect, ...]]


def expected_at(notice: RoomNotice) -> datetime | None:
    """Return when the room shall join by itself; None when it is expected nowhere."""
    if not notice.conference or notice.phase is Phase.ENDED or notice.starts_at is None:
        return None
    return notice.starts_at - timedelta(seconds=notice.join_before_s)


def wait_s(tries: int, chance: float) -> float:
    """Return how long to wait after so many tries, so that ten rooms do not come in step."""
    whole = min(MOST_S, LEAST_S * 2.0 ** min(max(tries, 1) - 1, 16))
    return float(whole * (_LEAST_SHARE + (1 - _LEAST_SHARE) * chance))


def step(call: Call, happening: AnyHappening, at: Moment) -> Stepped:  # noqa: PLR0911 - one a word
    """Return the call after what happened, and what is to be done."""
    match happening:
        case Began():
            return call, (AskForOrder(),)
        case Ordered():
            return _ordered(call, happening.order, at)
        case ToldToLeave():
            return _leave(call, happening.conference, happening.reason)
        case Noticed():
            return _noticed(call, happening.notice, at)
        case NotExpected():
            return _not_expected(call, happening, at)
        case Ticked():
            return _ticked(call, at)
        case _ if happening.session != call.session or not call.is_open:
            return call, ()
        case _:
            return _of_session(call, happening, at)


def _of_session(call: Call, happening: Opened | NotOpened | Closed | Seen, at: Moment) -> Stepped:
    match happening:
        case Opened():
            into = {"state": CallState.IN, "tries": 0, "text": "", "has_picture": False}
            times = {"seen_at": at.monotonic, "poked_at": at.monotonic}
            return msgspec.structs.replace(call, **into, **times), ()
        case Seen():
            return msgspec.structs.replace(call, seen_at=at.monotonic, has_picture=True), ()
        case Closed():
            return _lost(call, happening.text, at)
        case NotOpened():
            return _not_opened(call, happening, at)


def _ordered(call: Call, order: JoinConference, at: Moment) -> Stepped:
    if order.token in call.taken or (call.order and call.order.token == order.token):
        return call, ()
    good_s = max(LEAST_GOOD_S, (order.valid_until - at.now).total_seconds())
    fresh = msgspec.structs.replace(
        call, order=order, left="", good_until=at.monotonic + min(good_s, _LONG_S)
    )
    if not call.is_open:
        return _try(fresh, at)
    if order.conference != call.conference:
        closed = msgspec.structs.replace(fresh, is_open=False, tries=0, state=CallState.JOINING)
        opened, effects = _try(closed, at)
        return opened, (CloseSession(session=call.session), *effects)
    return fresh, ()  # a session is under way: the token is for the next one


def _leave(call: Call, conference: str, reason: str) -> Stepped:
    if conference not in ((call.conference,) if call.is_open else _known(call)):
        return call, ()
    effects = (CloseSession(session=call.session),) if call.is_open else ()
    gone = {"state": CallState.LEFT, "is_open": False, "order": None, "left": conference}
    return msgspec.structs.replace(call, **gone, tries=0, text=reason), effects


def _noticed(call: Call, notice: RoomNotice, at: Moment) -> Stepped:
    was = call.notice
    call = msgspec.structs.replace(call, notice=notice)
    if notice.phase is Phase.ENDED and notice.conference == call.conference and call.is_open:
        return _leave(call, notice.conference, "")
    if call.is_open:
        return call, ()
    if call.state is CallState.REFUSED and _called(was) != _called(notice):
        call = msgspec.structs.replace(call, act_at=at.monotonic)
    if call.state in TRYING and (call.order or expected_at(notice) is not None):
        return call, ()
    return _rest(call, at)


def _not_expected(call: Call, answer: NotExpected, at: Moment) -> Stepped:
    if answer.retry or call.is_open or call.state not in TRYING:
        return call, ()
    if expected_at(call.notice) is None:
        return _rest(call, at)
    return _refused(call, answer.text, at)


def _ticked(call: Call, at: Moment) -> Stepped:
    if call.state is CallState.IN:
        return _watch(call, at)
    if call.state is CallState.EXPECTED:
        return _rest(call, at)
    if call.state in TRYING and not call.is_open and at.monotonic >= call.act_at:
        return _try(call, at)
    return call, ()


def _watch(call: Call, at: Moment) -> Stepped:
    age_s = call.picture_age_s(at)
    if age_s > REJOIN_S or (age_s > FROZEN_S and call.order):
        lost, effects = _lost(call, "", at)
        return lost, (CloseSession(session=call.session), *effects)
    if age_s > FROZEN_S and at.monotonic - call.poked_at > FROZEN_S:
        poked = msgspec.structs.replace(call, poked_at=at.monotonic)
        return poked, (AskForKeyframe(session=call.session),)
    return call, ()


def _rest(call: Call, at: Moment) -> Stepped:
    """Without a session: wait for the time the notice says, or go about joining."""
    due = expected_at(call.notice)
    if call.left and call.left == call.notice.conference:
        return call, ()
    if due is None:
        return msgspec.structs.replace(call, state=CallState.IDLE, tries=0, text="", left=""), ()
    if at.now < due and call.notice.phase is Phase.PLANNED:
        return msgspec.structs.replace(call, state=CallState.EXPECTED, tries=0, left=""), ()
    return _try(msgspec.structs.replace(call, left=""), at)


def _try(call: Call, at: Moment) -> Stepped:
    state = CallState.REJOINING if call.state in _WAS_IN else CallState.JOINING
    tries = call.tries + 1
    tried = msgspec.structs.replace(
        call, state=state, tries=tries, act_at=at.monotonic + wait_s(tries, at.chance)
    )
    order = call.order
    if order is None or at.monotonic >= call.good_until:
        return msgspec.structs.replace(tried, order=None), (AskForOrder(),)
    session = call.session + 1
    taken = (*call.taken[-_REMEMBERED:], order.token)
    begun = {"session": session, "is_open": True, "order": None, "using": order, "taken": taken}
    effect = OpenSession(session=session, order=order)
    return msgspec.structs.replace(tried, **begun, conference=order.conference), (effect,)


_WAS_IN = frozenset({CallState.LOST, CallState.REJOINING})


def _not_opened(call: Call, failed: NotOpened, at: Moment) -> Stepped:
    if failed.failure is Failure.REFUSED:
        return _refused(call, failed.text, at)
    order = call.order
    if order is None and failed.failure is Failure.UNREACHABLE:
        order = call.using
    again = {"is_open": False, "act_at": at.monotonic + wait_s(call.tries, at.chance)}
    return msgspec.structs.replace(call, **again, order=order, text=failed.text), ()


def _refused(call: Call, text: str, at: Moment) -> Stepped:
    out = {"state": CallState.REFUSED, "is_open": False, "order": None}
    return msgspec.structs.replace(call, **out, text=text, act_at=at.monotonic + REFUSED_S), ()


def _lost(call: Call, text: str, at: Moment) -> Stepped:
    if call.state is not CallState.IN:  # it ended while it was being opened
        failed = NotOpened(session=call.session, failure=Failure.BROKEN, text=text)
        return _not_opened(call, failed, at)
    out = {"state": CallState.LOST, "is_open": False, "tries": 0, "text": text}
    return msgspec.structs.replace(call, **out, act_at=at.monotonic + wait_s(1, at.chance)), ()


def _known(call: Call) -> tuple[str, ...]:
    ordered = call.order.conference if call.order else ""
    return tuple(name for name in (call.conference, call.notice.conference, ordered) if name)


def _called(notice: RoomNotice) -> tuple[str, Phase]:
    return notice.conference, notice.phase
