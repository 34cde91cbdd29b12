"""Feedback (phản ánh, kiến nghị) as a site's kiosks take it in and follow it (domain §6, FB-1).

`GET /api/feedback`, `POST /api/feedback`, `POST /api/feedback/look`, `POST /api/feedback/rating`,
all with the site's key. A code is a secret of its citizen, and so stands in no address.
"""

from datetime import date, datetime
from typing import Annotated

import msgspec

from kiosk.api.words import Answer, Id, Names, Request
from kiosk.domain.feedback import FeedbackState

LONGEST_TEXT = 1500
LONGEST_PLACE = 200
LONGEST_NAME = 80
MOST_PHOTO_BYTES = 4 * 2**20
Code = Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
Latitude = Annotated[float, msgspec.Meta(ge=-90, le=90)]
Longitude = Annotated[float, msgspec.Meta(ge=-180, le=180)]


class FeedbackCategory(Answer, frozen=True, kw_only=True):
    """What feedback may be about; sent now, it is answered by `due`."""

    id: str
    names: Names
    icon: str
    due: date


class FeedbackOffer(Answer, frozen=True, kw_only=True):
    """What a kiosk must know to take feedback.

    `connected`: it goes on to the province's system, where it is answered; else the office itself
    answers. What was written is destroyed `contents_days` after the answer.
    """

    categories: tuple[FeedbackCategory, ...]
    places: tuple[str, ...]
    connected: bool
    contents_days: int
    rating_scale: int


class SendFeedback(Request, frozen=True, kw_only=True):
    """A citizen's feedback. The same `request` of the same kiosk is taken once.

    `photo` is a JPEG, PNG or WebP; only its picture is kept. Nobody must give name or phone.
    """

    request: Id
    kiosk: Id
    category: Id
    text: Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_TEXT)]
    place: Annotated[str, msgspec.Meta(max_length=LONGEST_PLACE)] = ""
    lat: Latitude | None = None
    long: Longitude | None = None
    photo: Annotated[bytes, msgspec.Meta(max_length=MOST_PHOTO_BYTES)] = b""
    name: Annotated[str, msgspec.Meta(max_length=LONGEST_NAME)] = ""
    phone: Annotated[str, msgspec.Meta(pattern=r"^(?:\+?[0-9]{8,15})?(?!\n)$")] = ""
    may_be_public: bool = False
    language: Annotated[str, msgspec.Meta(pattern=r"^[a-z]{2,3}(?!\n)$")] = "vi"

    def __repr__(self) -> str:
        """Say nothing of what a citizen wrote."""
        return "SendFeedback(...)"


class FeedbackTaken(Answer, frozen=True, kw_only=True):
    """It is stored, to be answered by `due`; `code` is how its citizen follows it."""

    code: str
    category_names: Names
    sent_at: datetime
    due: date
    connected: bool


class AskFeedback(Request, frozen=True, kw_only=True):
    """Ask how far the feedback of this code is."""

    code: Code


class FeedbackLookup(Answer, frozen=True, kw_only=True):
    """How far feedback is, and its answer; nothing of what was written is in it.

    `waits`: it has not reached the province's system yet. `expected` is that system's own date,
    where it differs from `due`. `live` is false when the system does not answer now and this is
    what was known at `told_at`. `given_up`: it was not answered in so long that its answer is
    looked for only when its citizen asks. `rating` is the citizen's, on a scale of `rating_scale`.
    """

    code: str
    category_names: Names
    sent_at: datetime
    due: date
    state: FeedbackState
    waits: bool = False
    overdue: bool = False
    expected: date | None = None
    answer: str = ""
    answered: date | None = None
    in_time: bool | None = None
    told_at: datetime
    at: datetime
    live: bool = True
    given_up: bool = False
    rating: int | None = None
    rating_scale: int


class RateAnswer(Request, frozen=True, kw_only=True):
    """What the citizen thinks of the answer: 1 is worst, `scale` is best (domain QUE-10)."""

    code: Code
    value: Annotated[int, msgspec.Meta(ge=1, le=10)]
    scale: Annotated[int, msgspec.Meta(ge=2, le=10)]
