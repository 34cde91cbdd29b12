"""Domain FB-2, FB-6, QUE-13."""

from datetime import UTC, date, datetime
from itertools import pairwise

import pytest

from kiosk.domain.feedback import (
    STATE_NAMES,
    Case,
    Counts,
    FeedbackState,
    Open311Status,
    answered_in_time,
    counted,
    is_overdue,
    next_states,
    open311_status,
)

S = FeedbackState
DUE = date(2026, 11, 25)
IN_TIME = datetime(2026, 11, 25, 16, 59, tzinfo=UTC)  # 23:59 in Viet Nam
LATE = datetime(2026, 11, 25, 17, 0, tzinfo=UTC)  # midnight


def test_every_state_has_its_words() -> None:
    """FB-2."""
    assert [STATE_NAMES[state]["vi"] for state in S] == [
        "mới tiếp nhận",
        "chuyển xử lý",
        "đang xử lý",
        "yêu cầu bổ sung",
        "đã xử lý",
        "công khai",
        "từ chối",
    ]
    assert all(STATE_NAMES[state]["en"] for state in S)


def test_only_three_states_are_closed_to_open311() -> None:
    """FB-6."""
    closed = {state for state in S if open311_status(state) is Open311Status.CLOSED}
    assert closed == {S.DONE, S.PUBLISHED, S.REFUSED}


def test_feedback_goes_the_way_to_an_answer_and_ends() -> None:
    """FB-2."""
    way = (S.RECEIVED, S.FORWARDED, S.IN_WORK, S.DONE, S.PUBLISHED)
    assert all(after in next_states(before) for before, after in pairwise(way))
    assert S.DONE not in next_states(S.RECEIVED)
    assert not next_states(S.PUBLISHED)
    assert not next_states(S.REFUSED)
    assert all(S.REFUSED in next_states(state) for state in S if not state.closed)


@pytest.mark.parametrize(
    ("state", "answered_at", "due", "in_time"),
    [
        (S.DONE, IN_TIME, DUE, True),
        (S.DONE, LATE, DUE, False),
        (S.REFUSED, IN_TIME, DUE, True),
        (S.IN_WORK, IN_TIME, DUE, None),
        (S.DONE, None, DUE, None),
        (S.DONE, IN_TIME, None, None),
    ],
)
def test_an_answer_is_in_time_on_its_due_date_in_viet_nam(
    state: FeedbackState, answered_at: datetime | None, due: date | None, *, in_time: bool | None
) -> None:
    """QUE-13, G-3."""
    assert answered_in_time(Case(state=state, due=due, answered_at=answered_at)) is in_time


def test_only_what_is_open_is_overdue() -> None:
    days = (date(2026, 11, 25), date(2026, 11, 26))
    assert [is_overdue(Case(state=S.IN_WORK, due=DUE), day) for day in days] == [False, True]
    assert not is_overdue(Case(state=S.DONE, due=DUE, answered_at=LATE), days[1])
    assert not is_overdue(Case(state=S.IN_WORK, due=None), days[1])


def test_raw_counts_add_up_and_make_no_score() -> None:
    """QUE-13: on time / all, (all - unsatisfied or late) / all are for who reads them."""
    cases = [
        Case(state=S.PUBLISHED, due=DUE, answered_at=IN_TIME, unsatisfied=True),
        Case(state=S.DONE, due=DUE, answered_at=IN_TIME),
        Case(state=S.DONE, due=DUE, answered_at=LATE),
        Case(state=S.REFUSED, due=None, answered_at=IN_TIME),
        Case(state=S.IN_WORK, due=DUE),
        Case(state=S.RECEIVED, due=date(2026, 12, 1)),
    ]
    counts = counted(cases, date(2026, 11, 26))
    assert counts == Counts(all=6, on_time=2, late=1, open=2, overdue=1, unsatisfied=1, unknown=1)
    assert counts.on_time + counts.late + counts.open + counts.unknown == counts.all
