"""The officers' HTTP bodies of feedback."""

from datetime import date, datetime
from typing import Annotated

import msgspec

from kiosk.api.words import Answer, Id, Names, Request
from kiosk.counter.feedback.rows import Held, Tally
from kiosk.domain.feedback import FeedbackState

LONGEST_ANSWER = 4000


class Line(Answer, frozen=True, kw_only=True):
    """One of the list. `stuck` is why the province's system has it not, empty when that is well."""

    id: str
    code: str
    category_names: Names
    sent_at: datetime
    due: date
    state: FeedbackState
    state_names: Names
    held: Held
    overdue: bool
    answered: date | None
    in_time: bool | None
    stuck: str = ""
    rating: int | None = None
    rating_scale: int | None = None


class Listed(Answer, frozen=True, kw_only=True):
    """The list, and how all feedback stands; `connected` where the province's system answers."""

    rows: tuple[Line, ...]
    tally: Tally
    connected: bool
    contents_days: int


class Step(Answer, frozen=True, kw_only=True):
    """A state that may follow."""

    state: FeedbackState
    names: Names


class Opened(Answer, frozen=True, kw_only=True):
    """One of them, whole. `here`: what was written is here; else it is gone, or elsewhere."""

    line: Line
    here: bool
    text: str = ""
    place: str = ""
    lat: float | None = None
    long: float | None = None
    name: str = ""
    phone: str = ""
    photo: bool = False
    may_be_public: bool = False
    answer: str = ""
    steps: tuple[Step, ...] = ()
    revision: int


class OfFeedback(Request, frozen=True, kw_only=True):
    """Something about one of them."""

    feedback: Id


class AnswerFeedback(Request, frozen=True, kw_only=True):
    """An officer's step; `seen` is the revision on the officer's screen."""

    feedback: Id
    seen: Annotated[int, msgspec.Meta(ge=0)]
    state: FeedbackState
    text: Annotated[str, msgspec.Meta(max_length=LONGEST_ANSWER)] = ""
