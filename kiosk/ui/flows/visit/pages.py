"""Looking a number up and rating a visit: pages, touches, answers, wishes."""

from enum import StrEnum

from kiosk.api.queue import Ticket
from kiosk.ui.facts import Action, Effect, Fact, Page


class AboutVisit(StrEnum):
    """What a passing note of this flow is about."""

    NOT_FOUND = "not_found"
    ALREADY_RATED = "already_rated"
    WAITING = "waiting"
    CALLED = "called"
    HELD = "held"
    MISSED = "missed"
    EXPIRED = "expired"
    NO_ANSWER = "no_answer"


class Find(Page, frozen=True, kw_only=True):
    """Which ticket? Its QR is scanned or its number typed.

    `asked` is the code or number that the server looks for, while it does.
    """

    typed: str = ""
    asked: str = ""


class Rate(Page, frozen=True, kw_only=True):
    """How was it? `sent` while the server stores the answer."""

    ticket: Ticket
    sent: bool = False


class Thanks(Page, frozen=True, kw_only=True):
    """The rating is stored; until `until` on the monotonic clock."""

    until: float


AnyPage = Find | Rate | Thanks


class OpenFind(Action, frozen=True, kw_only=True):
    """I want to rate a visit or look my number up."""


class Look(Action, frozen=True, kw_only=True):
    """That is the whole number."""


class GiveRating(Action, frozen=True, kw_only=True):
    """My answer; 1 is worst, `scale` is best."""

    value: int
    scale: int


AnyAction = OpenFind | Look | GiveRating


class Found(Fact, frozen=True, kw_only=True):
    """The ticket of the code or number that was asked for."""

    asked: str
    ticket: Ticket


class NotFoundReason(StrEnum):
    """Why a ticket was not found."""

    UNKNOWN = "unknown"
    NO_ANSWER = "no_answer"


class NotFound(Fact, frozen=True, kw_only=True):
    """The ticket that was asked for is not there, or nobody could say."""

    asked: str
    reason: NotFoundReason


class RatingStored(Fact, frozen=True, kw_only=True):
    """The rating is stored."""

    ticket: str


class RatingRefused(Fact, frozen=True, kw_only=True):
    """The rating was not stored; `already` when the ticket had one before (domain QUE-12)."""

    ticket: str
    already: bool


AnyEvent = Found | NotFound | RatingStored | RatingRefused


class FindTicket(Effect, frozen=True, kw_only=True):
    """Look a ticket up by its printed number."""

    number: str


class FindCode(Effect, frozen=True, kw_only=True):
    """Look a ticket up by the code in its QR."""

    code: str


class SendRating(Effect, frozen=True, kw_only=True):
    """Store a rating."""

    ticket: str
    value: int
    scale: int


AnyEffect = FindTicket | FindCode | SendRating
