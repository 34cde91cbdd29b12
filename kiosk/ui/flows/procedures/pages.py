"""Looking a procedure up: pages, touches, wishes. A page names procedures by their codes."""

from enum import StrEnum

from kiosk.domain.fees import Order
from kiosk.ui.facts import Action, Effect, Fact, Page
from kiosk.ui.keyboard.typing import Typing


class AboutProcedures(StrEnum):
    """What a passing note of this flow is about."""

    GONE = "gone"
    NO_NUMBER = "no_number"
    COUNT_NEEDED = "count_needed"


class Sectors(Page, frozen=True, kw_only=True):
    """The sectors, from the `first` on, and the way to search."""

    first: int = 0


class SearchProcedures(Page, frozen=True, kw_only=True):
    """The field for what it is called."""

    typing: Typing


class Procedures(Page, frozen=True, kw_only=True):
    """The procedures of a sector or a counter service, or those found for `query`.

    They are shown from the `first` on.
    """

    sector: str = ""
    service: str = ""
    query: str = ""
    first: int = 0


class Chosen(Fact, frozen=True, kw_only=True):
    """The procedure, its case ("" is all of them), and the list it was chosen from.

    `part` is the part of its facts at which they were left.
    """

    code: str
    case: str = ""
    came: Procedures
    part: int = 0


class ProcedureCases(Page, frozen=True, kw_only=True):
    """Which case is it? From the `first` on."""

    chosen: Chosen
    first: int = 0


class ProcedureFacts(Page, frozen=True, kw_only=True):
    """Time, fee, place; and what can be done. `part` is counted from 0, as the panel divides it."""

    chosen: Chosen
    part: int = 0


class Subject(StrEnum):
    """What is told of a procedure at length."""

    PAPERS = "papers"
    STEPS = "steps"


class ProcedureList(Page, frozen=True, kw_only=True):
    """The papers to bring, or the steps."""

    chosen: Chosen
    subject: Subject
    part: int = 0


class Unit(StrEnum):
    """What a fee is counted by, in the order in which it is asked."""

    PAGES = "pages"
    COPIES = "copies"
    PERSONS = "persons"


class CountFee(Page, frozen=True, kw_only=True):
    """How many? `order` holds what was answered before."""

    chosen: Chosen
    unit: Unit
    order: Order
    typing: Typing


class FeeAmount(Page, frozen=True, kw_only=True):
    """What it comes to."""

    chosen: Chosen
    order: Order


class GoOnline(Page, frozen=True, kw_only=True):
    """The procedure's page as a QR symbol, and how to go on with one's own phone."""

    chosen: Chosen
    part: int = 0


AnyPage = (
    Sectors
    | SearchProcedures
    | Procedures
    | ProcedureCases
    | ProcedureFacts
    | ProcedureList
    | CountFee
    | FeeAmount
    | GoOnline
)


class OpenSectors(Action, frozen=True, kw_only=True):
    """I want to look a procedure up."""


class OpenSearch(Action, frozen=True, kw_only=True):
    """I know what it is called."""


class ShowProcedures(Action, frozen=True, kw_only=True):
    """Show the list from this one on."""

    first: int


class ShowProcedurePart(Action, frozen=True, kw_only=True):
    """Show this part of what is told."""

    part: int


class OpenSector(Action, frozen=True, kw_only=True):
    """It is one of these."""

    sector: str


class OpenProceduresOf(Action, frozen=True, kw_only=True):
    """I want to know what is needed for this counter service."""

    service: str


class OpenProcedure(Action, frozen=True, kw_only=True):
    """This one."""

    code: str


class SetCase(Action, frozen=True, kw_only=True):
    """This is my case; "" is any of them."""

    case: str


class TellOfProcedure(Action, frozen=True, kw_only=True):
    """TellOfProcedure me of this."""

    subject: Subject


class OpenFeeCount(Action, frozen=True, kw_only=True):
    """I want to know what it will cost me."""


class OpenOnline(Action, frozen=True, kw_only=True):
    """I want to do it online."""


class PrintList(Action, frozen=True, kw_only=True):
    """I want it on paper."""


AnyAction = (
    OpenSectors
    | OpenSearch
    | ShowProcedures
    | ShowProcedurePart
    | OpenSector
    | OpenProcedure
    | OpenProceduresOf
    | SetCase
    | TellOfProcedure
    | OpenFeeCount
    | OpenOnline
    | PrintList
)


class TellHandedOff(Effect, frozen=True, kw_only=True):
    """Count that a citizen was shown the way to the portal at this host, once."""

    service: str
    host: str


AnyEffect = TellHandedOff
