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

    `asked` is the code or number that the server looks for, while it does; `ask` numbers that
    question, 0 while there is none.
    """

    typed: str = ""
    asked: str = ""
    ask: int = 0


class Rate(Page, frozen=True, kw_only=True):
    """How was it? `sent` while the server stores the answer.

    `ask` numbers the sending, 0 while there is none.
    """

    ticket: Ticket
    ask: int = 0

    @property
    def sent(self) -> bool:
        """Whether what comes of it is waited for."""
        return self.ask != 0


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

    ask: int
    ticket: Ticket


class NotFoundReason(StrEnum):
    """Why a ticket was not found."""

    UNKNOWN = "unknown"
    NO_ANSWER = "no_answer"


class NotFound(Fact, frozen=True, kw_only=True):
    """The ticket that was asked for is not there, or nobody could say."""

    ask: int
    reason: NotFoundReason


class RatingStored(Fact, frozen=True, kw_only=True):
    """The rating is stored."""

    ask: int


class RatingRefused(Fact, frozen=True, kw_only=True):
    """The rating was not stored; `already` when the ticket had one before (domain QUE-12)."""

    ask: int
    already: bool


AnyEvent = Found | NotFound | RatingStored | RatingRefused


class FindTicket(Effect, frozen=True, kw_only=True):
    """Look a ticket up by its printed number."""

    ask: int
    number: str


class FindCode(Effect, frozen=True, kw_only=True):
    """Look a ticket up by the code in its QR."""

    ask: int
    code: str


class SendRating(Effect, frozen=True, kw_only=True):
    """Store a rating."""

    ask: int
    ticket: str
    value: int
    scale: int


AnyEffect = FindTicket | FindCode | SendRating
