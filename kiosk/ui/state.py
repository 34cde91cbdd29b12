"""What the touchscreen knows: the world, the citizen's page, and nothing of anybody who left."""

from enum import StrEnum
from typing import Annotated

import msgspec

from devices.contract.config import Config
from devices.contract.notice import BoxNotice
from kiosk.api import Site, Ticket

PLAIN_CLASS = "thuong"  # domain QUE-2
SENIOR_CLASS = "nguoi_cao_tuoi"
LANGUAGES = ("vi", "en")


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """Base of everything the session is made of."""


class Rules(Config, frozen=True, kw_only=True):
    """How patient the screen is. Warning and wipe together stay within 60 s (domain PRI-2)."""

    warn_after_s: Annotated[float, msgspec.Meta(ge=5, le=45)] = 40.0
    wipe_after_s: Annotated[float, msgspec.Meta(ge=5, le=20)] = 20.0
    rest_after_s: Annotated[float, msgspec.Meta(ge=30)] = 180.0
    settle_s: Annotated[float, msgspec.Meta(ge=0, le=2)] = 0.3
    ticket_shown_s: Annotated[float, msgspec.Meta(ge=3, le=60)] = 12.0
    unprinted_shown_s: Annotated[float, msgspec.Meta(ge=10, le=60)] = 60.0
    reprint_within_s: Annotated[float, msgspec.Meta(ge=0, le=600)] = 120.0
    note_shown_s: Annotated[float, msgspec.Meta(ge=3, le=60)] = 10.0


class PrinterState(StrEnum):
    """What the citizen must know of the printer; NONE where the box has none."""

    READY = "ready"
    NO_PAPER = "no_paper"
    FAULT = "fault"
    NONE = "none"


class ScannerState(StrEnum):
    """What the citizen must know of the scanner; NONE where the box has none."""

    READY = "ready"
    FAULT = "fault"
    NONE = "none"


class World(Fact, frozen=True, kw_only=True):
    """What lies outside the glass; outlives sessions. `site`, `reachable`: None until heard of.

    `box` is the last that its agent said; None where there is none.
    """

    site: Site | None = None
    reachable: bool | None = None
    printer: PrinterState = PrinterState.FAULT
    scanner: ScannerState = ScannerState.FAULT
    box: BoxNotice | None = None

    @property
    def in_service(self) -> bool:
        """Whether new citizens are served, as far as anybody says that they are not."""
        return self.box is None or self.box.serves is not False


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


class Page(Fact, frozen=True, kw_only=True, tag=True):
    """Where the citizen is."""


class Home(Page, frozen=True, kw_only=True):
    """The services. `first` is the first one shown when they do not all fit."""

    first: int = 0


class Rest(Page, frozen=True, kw_only=True):
    """Nobody has been here for a while; the first touch only wakes the screen."""


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


class Find(Page, frozen=True, kw_only=True):
    """Which ticket? Its QR is scanned or its number typed. `asked` while the server looks."""

    typed: str = ""
    asked: bool = False


class Rate(Page, frozen=True, kw_only=True):
    """How was it? `sent` while the server stores the answer."""

    ticket: Ticket
    sent: bool = False


class Thanks(Page, frozen=True, kw_only=True):
    """The rating is stored; until `until` on the monotonic clock."""

    until: float


AnyPage = (
    Home
    | Rest
    | Confirm
    | ChooseClass
    | ScanCard
    | Taking
    | NoAnswer
    | Issued
    | Find
    | Rate
    | Thanks
)


class About(StrEnum):
    """What a passing note is about; each has its sentence in every language."""

    CARD_READ = "card_read"
    CARD_UNASKED = "card_unasked"
    HEALTH_INSURANCE = "health_insurance"
    DOSSIER = "dossier"
    PAYMENT = "payment"
    LINK = "link"
    UNKNOWN_CODE = "unknown_code"
    NOT_A_CARD = "not_a_card"
    SENIOR_SUGGESTED = "senior_suggested"
    NOT_FOUND = "not_found"
    ALREADY_RATED = "already_rated"
    WAITING = "waiting"
    CALLED = "called"
    HELD = "held"
    MISSED = "missed"
    EXPIRED = "expired"
    NO_ANSWER = "no_answer"


class Note(Fact, frozen=True, kw_only=True):
    """A sentence that passes; `values` fill its places."""

    about: About
    until: float
    values: dict[str, str] = {}


class ShownName(Fact, frozen=True, kw_only=True):
    """The box's name, for a technician who looks for the box; until `until`, monotonic."""

    name: str
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


class State(Fact, frozen=True, kw_only=True):
    """Everything. `warned` is the seconds left of an idle warning; times are monotonic."""

    rules: Rules = Rules()
    home_language: str = LANGUAGES[0]
    language: str = LANGUAGES[0]
    world: World = World()
    page: AnyPage = Home()
    note: Note | None = None
    shown_name: ShownName | None = None
    owed: tuple[Owed, ...] = ()
    warned: int | None = None
    touched_at: float = 0.0
    turned_at: float = 0.0
    asks: int = 0
