"""What is stored of feedback. Times are in UTC."""

from datetime import date, datetime

import msgspec

from kiosk.domain.feedback import Case, FeedbackState
from kiosk.register.schema import Tables

TABLES: Tables = {
    "feedback": (
        """
        CREATE TABLE feedback (
            code TEXT PRIMARY KEY,
            token TEXT NOT NULL UNIQUE,
            client TEXT NOT NULL,
            request TEXT NOT NULL,
            asked TEXT NOT NULL,
            category TEXT NOT NULL,
            state TEXT NOT NULL,
            public INTEGER NOT NULL,
            may_be_public INTEGER NOT NULL,
            told BLOB NOT NULL,
            sender BLOB NOT NULL,
            requested_at TEXT NOT NULL,
            updated_at TEXT NOT NULL,
            due_day TEXT NOT NULL,
            answered_at TEXT,
            answer TEXT NOT NULL,
            revision INTEGER NOT NULL,
            UNIQUE (client, request)
        );
        CREATE INDEX feedback_by_time ON feedback (requested_at);
        CREATE INDEX feedback_by_state ON feedback (state, due_day);
        CREATE TABLE feedback_photos (
            id TEXT PRIMARY KEY,
            feedback TEXT NOT NULL REFERENCES feedback (code),
            place INTEGER NOT NULL,
            picture BLOB NOT NULL
        );
        CREATE INDEX feedback_photos_by_feedback ON feedback_photos (feedback, place);
        CREATE TABLE feedback_steps (
            feedback TEXT NOT NULL REFERENCES feedback (code),
            at TEXT NOT NULL,
            officer TEXT NOT NULL,
            state TEXT NOT NULL,
            text TEXT NOT NULL
        );
        CREATE INDEX feedback_steps_by_feedback ON feedback_steps (feedback, at)
        """,
    )
}


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What a citizen told; `answers` are those to the category's questions."""

    description: str
    address: str
    address_id: str
    lat: float | None
    long: float | None
    answers: dict[str, list[str]]
    media_url: str


class Sender(msgspec.Struct, frozen=True, kw_only=True):
    """Who told it; all of it may be empty."""

    name: str = ""
    phone: str = ""
    email: str = ""


class FeedbackRow(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of feedback. `told` and `sender` are sealed on the disk, and so are photos.

    `request` is the client's idempotency key, `asked` the hash of what it held; `answered_at` is
    when it was first closed; `revision` counts officers' steps.
    """

    code: str
    token: str
    client: str
    request: str
    asked: str
    category: str
    state: FeedbackState
    public: bool
    may_be_public: bool
    told: Told
    sender: Sender
    requested_at: datetime
    updated_at: datetime
    due_day: date
    answered_at: datetime | None = None
    answer: str = ""
    revision: int = 0

    @property
    def case(self) -> Case:
        """What is counted of it."""
        return Case(state=self.state, due=self.due_day, answered_at=self.answered_at)


class StepRow(msgspec.Struct, frozen=True, kw_only=True):
    """What an officer did."""

    feedback: str
    at: datetime
    officer: str
    state: FeedbackState
    text: str


class PhotoRow(msgspec.Struct, frozen=True, kw_only=True):
    """A photo's name; its picture is asked for by itself."""

    id: str
    feedback: str
    place: int


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """How feedback stands: `in_time` and `late` of what is closed, `overdue` of what is open."""

    open: int
    overdue: int
    in_time: int
    late: int
