"""Feedback as it is stored, opened."""

from datetime import date, datetime
from enum import StrEnum

import msgspec

from kiosk.domain.feedback import FeedbackState


class Held(StrEnum):
    """Who has it: this office, the outbox, or the province's system."""

    HERE = "here"
    LEAVING = "leaving"
    THERE = "there"


class FeedbackRow(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of feedback, except what was written. Times are in UTC, days are local.

    `answered_at` is when it was first closed; `told_at` when its state was last heard of.
    """

    id: str
    code: str
    category: str
    sent_at: datetime
    due: date
    may_be_public: bool
    held: Held
    item: str
    foreign_id: str
    token: str
    state: FeedbackState
    answer: str
    answered_at: datetime | None
    expected: date | None
    told_at: datetime
    rating: int | None
    rating_scale: int | None
    revision: int


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """The raw counts of all feedback that is still kept (domain QUE-13)."""

    open: int
    overdue: int
    in_time: int
    late: int
