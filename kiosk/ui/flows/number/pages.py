"""Taking a number: its pages, what is touched and heard on them, what it wants done."""

from enum import StrEnum

from kiosk.api.queue import Ticket
from kiosk.ui.facts import Action, Effect, Fact, Page
from kiosk.ui.world import PrinterState

PLAIN_CLASS = "thuong"  # domain QUE-2
SENIOR_CLASS = "nguoi_cao_tuoi"


class AboutNumber(StrEnum):
    """What a passing note of this flow is about."""

    CARD_READ = "card_read"
    NOT_A_CARD = "not_a_card"
    SENIOR_SUGGESTED = "senior_suggested"


class Card(Fact, frozen=True, kw_only=True):
    """All that is kept of a scanned card, and only until the page is left (domain PRI-1, PRI-2)."""

    masked: str
    given_name: str
    female: bool
    senior: bool


class Errand(Fact, frozen=True, kw_only=True):
    """What the citizen came for."""

    service: str
    priority_class: str = PLAIN_CLASS
    card: Card | None = None


class Paper(StrEnum):
    """How far the paper of a ticket is; NONE where there is no printer."""

    PRINTING = "printing"
    PRINTED = "printed"
    NO_PAPER = "no_paper"
    FAULT = "fault"
    NONE = "none"


class Confirm(Page, frozen=True, kw_only=True):
    """One service, and the button that takes the number."""

    errand: Errand


class ChooseClass(Page, frozen=True, kw_only=True):
    """The priority classes a citizen may declare."""

    errand: Errand


class ScanCard(Page, frozen=True, kw_only=True):
    """The privacy notice, and the scanner waiting; the only page where a card is read."""

    errand: Errand


class Taking(Page, frozen=True, kw_only=True):
    """The counter server was asked; `ask` names the asking, the same when it is repeated."""

    errand: Errand
    ask: int


class NoAnswer(Page, frozen=True, kw_only=True):
    """The counter server gave no number. `retry` is whether asking again can help."""

    errand: Errand
    ask: int
    retry: bool


class Issued(Page, frozen=True, kw_only=True):
    """The number, until `until` on the monotonic clock."""

    ticket: Ticket
    paper: Paper
    until: float


class Owed(Fact, frozen=True, kw_only=True):
    """A number that has no paper yet.

    One that `failed` is printed once more between `again_at` and `until`, when the printer is
    ready; times are monotonic.
    """

    ticket: Ticket
    until: float
    tries: int = 1
    again_at: float | None = None

    @property
    def failed(self) -> bool:
        """Whether it is not being printed."""
        return self.again_at is not None


AnyPage = Confirm | ChooseClass | ScanCard | Taking | NoAnswer | Issued


class ChooseService(Action, frozen=True, kw_only=True):
    """This is what I came for."""

    service: str


class TakeNumber(Action, frozen=True, kw_only=True):
    """Give me my number."""


class OpenClasses(Action, frozen=True, kw_only=True):
    """I may have priority."""


class SetClass(Action, frozen=True, kw_only=True):
    """I declare this class."""

    priority_class: str


class OpenScan(Action, frozen=True, kw_only=True):
    """I want to scan my card."""


AnyAction = ChooseService | TakeNumber | OpenClasses | SetClass | OpenScan


class NumberTaken(Fact, frozen=True, kw_only=True):
    """The counter server gave a number."""

    ask: int
    ticket: Ticket


class NumberRefused(Fact, frozen=True, kw_only=True):
    """The counter server gave no number."""

    ask: int
    retry: bool


class Printed(Fact, frozen=True, kw_only=True):
    """The ticket is on paper."""

    ticket: str


class NotPrinted(Fact, frozen=True, kw_only=True):
    """The ticket is not on paper."""

    ticket: str
    printer: PrinterState


AnyEvent = NumberTaken | NumberRefused | Printed | NotPrinted


class AskNumber(Effect, frozen=True, kw_only=True):
    """Ask the counter server for a number; the same `ask` is the same request, however often."""

    ask: int
    service: str
    priority_class: str
    language: str


class ForgetNumber(Effect, frozen=True, kw_only=True):
    """Nobody waits for this asking any more."""

    ask: int


class PrintTicket(Effect, frozen=True, kw_only=True):
    """Put the ticket on paper, once."""

    ticket: Ticket


AnyEffect = AskNumber | ForgetNumber | PrintTicket
