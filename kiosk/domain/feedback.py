"""Feedback of citizens (phản ánh kiến nghị): states, time, counts (domain FB-2, FB-6, QUE-13)."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType

import msgspec

from devices.contract.clock import local_day


class FeedbackState(StrEnum):
    """How far a piece of feedback is (FB-2)."""

    RECEIVED = "received"
    FORWARDED = "forwarded"
    IN_WORK = "in_work"
    MORE_NEEDED = "more_needed"
    DONE = "done"
    PUBLISHED = "published"
    REFUSED = "refused"

    @property
    def closed(self) -> bool:
        """Whether nothing more is to be expected (FB-6)."""
        return self in (FeedbackState.DONE, FeedbackState.PUBLISHED, FeedbackState.REFUSED)


class Open311Status(StrEnum):
    """The two states that Open311 GeoReport v2 has (FB-4)."""

    OPEN = "open"
    CLOSED = "closed"


STATE_NAMES: Mapping[FeedbackState, Mapping[str, str]] = MappingProxyType(
    {
        FeedbackState.RECEIVED: {"vi": "mới tiếp nhận", "en": "received"},
        FeedbackState.FORWARDED: {"vi": "chuyển xử lý", "en": "forwarded"},
        FeedbackState.IN_WORK: {"vi": "đang xử lý", "en": "in progress"},
        FeedbackState.MORE_NEEDED: {"vi": "yêu cầu bổ sung", "en": "more is needed"},
        FeedbackState.DONE: {"vi": "đã xử lý", "en": "done"},
        FeedbackState.PUBLISHED: {"vi": "công khai", "en": "published"},
        FeedbackState.REFUSED: {"vi": "từ chối", "en": "refused"},
    }
)

_S = FeedbackState
_NEXT: Mapping[FeedbackState, frozenset[FeedbackState]] = MappingProxyType(
    {
        _S.RECEIVED: frozenset({_S.FORWARDED, _S.REFUSED, _S.MORE_NEEDED}),
        _S.FORWARDED: frozenset({_S.IN_WORK, _S.REFUSED, _S.MORE_NEEDED}),
        _S.IN_WORK: frozenset({_S.DONE, _S.FORWARDED, _S.REFUSED, _S.MORE_NEEDED}),
        _S.MORE_NEEDED: frozenset({_S.FORWARDED, _S.IN_WORK, _S.REFUSED}),
        _S.DONE: frozenset({_S.PUBLISHED}),
        _S.PUBLISHED: frozenset(),
        _S.REFUSED: frozenset(),
    }
)


def next_states(state: FeedbackState) -> frozenset[FeedbackState]:
    """Return the states that may follow (FB-2)."""
    return _NEXT[state]


def open311_status(state: FeedbackState) -> Open311Status:
    """Return what Open311 knows of the state (FB-6)."""
    return Open311Status.CLOSED if state.closed else Open311Status.OPEN


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """What is counted of one piece of feedback. `answered_at`: when it was first closed."""

    state: FeedbackState
    due: date | None
    answered_at: datetime | None = None
    unsatisfied: bool = False


def is_overdue(case: Case, today: date) -> bool:
    """Return whether it is open and its due date is over; the due date itself is in time."""
    return not case.state.closed and case.due is not None and today > case.due


def answered_in_time(case: Case) -> bool | None:
    """Return whether it was answered by its due date; None while open, or without a due date."""
    if not case.state.closed or case.answered_at is None or case.due is None:
        return None
    return local_day(case.answered_at) <= case.due


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """The raw counts that QĐ 766 asks for; no score is made of them here (QUE-13)."""

    all: int
    on_time: int
    late: int
    open: int
    overdue: int
    unsatisfied: int
    unknown: int
    """Closed, but without a due date or a day of the answer."""


def counted(cases: Iterable[Case], today: date) -> Counts:
    """Return the counts on a local day."""
    listed = list(cases)
    answers = [answered_in_time(case) for case in listed]
    still_open = sum(not case.state.closed for case in listed)
    return Counts(
        all=len(listed),
        on_time=answers.count(True),
        late=answers.count(False),
        open=still_open,
        overdue=sum(is_overdue(case, today) for case in listed),
        unsatisfied=sum(case.unsatisfied for case in listed),
        unknown=answers.count(None) - still_open,
    )
