"""What a kiosk is told of feedback. Pure."""

from datetime import datetime, timedelta

from devices.contract.clock import local_day
from kiosk.api.site_feedback import FeedbackLookup, FeedbackTaken
from kiosk.counter.feedback.config import FeedbackConfig
from kiosk.counter.feedback.rows import FeedbackRow, Held
from kiosk.domain.feedback import Case, answered_in_time, is_overdue


def taken(row: FeedbackRow, config: FeedbackConfig) -> FeedbackTaken:
    """Return what a citizen takes home."""
    return FeedbackTaken(
        code=row.code,
        category_names=config.names_of(row.category),
        sent_at=row.sent_at,
        due=row.due,
        connected=row.held is not Held.HERE,
    )


def told(
    row: FeedbackRow, config: FeedbackConfig, now: datetime, *, live: bool = True
) -> FeedbackLookup:
    """Return how it stands now."""
    case = case_of(row)
    return FeedbackLookup(
        code=row.code,
        category_names=config.names_of(row.category),
        sent_at=row.sent_at,
        due=row.due,
        state=row.state,
        waits=row.held is Held.LEAVING,
        overdue=is_overdue(case, local_day(now)),
        expected=row.expected if row.expected != row.due else None,
        answer=row.answer,
        answered=local_day(row.answered_at) if row.answered_at else None,
        in_time=answered_in_time(case),
        told_at=row.told_at,
        at=now,
        live=live,
        given_up=_given_up(row, config, now),
        rating=row.rating,
        rating_scale=row.rating_scale or config.rating_scale,
    )


def _given_up(row: FeedbackRow, config: FeedbackConfig, now: datetime) -> bool:
    waits_there = row.held is Held.THERE and not row.state.closed
    return waits_there and row.sent_at <= now - timedelta(days=config.asks_for_days)


def case_of(row: FeedbackRow) -> Case:
    """Return what is counted of it (QUE-13)."""
    return Case(state=row.state, due=row.due, answered_at=row.answered_at)
