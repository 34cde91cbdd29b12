"""What the session hears (events, and the actions of a touch) and what it wants done (effects)."""

from enum import StrEnum

import msgspec

from devices.contract.notice import BoxNotice
from devices.messages import Scanned
from kiosk.api import Site, Ticket
from kiosk.ui.state import Fact, PrinterState, ScannerState


class Action(Fact, frozen=True, kw_only=True, tag=True):
    """What a button means."""


class ChooseService(Action, frozen=True, kw_only=True):
    """This is what I came for."""

    service: str


class ShowServices(Action, frozen=True, kw_only=True):
    """Show the services from this one on."""

    first: int


class TakeNumber(Action, frozen=True, kw_only=True):
    """Give me my number."""


class OpenClasses(Action, frozen=True, kw_only=True):
    """I may have priority."""


class SetClass(Action, frozen=True, kw_only=True):
    """I declare this class."""

    priority_class: str


class OpenScan(Action, frozen=True, kw_only=True):
    """I want to scan my card."""


class OpenFind(Action, frozen=True, kw_only=True):
    """I want to rate a visit or look my number up."""


class TypeKey(Action, frozen=True, kw_only=True):
    """One letter or digit of a ticket's number."""

    key: str


class Erase(Action, frozen=True, kw_only=True):
    """Take back the last key."""


class Look(Action, frozen=True, kw_only=True):
    """That is the whole number."""


class GiveRating(Action, frozen=True, kw_only=True):
    """My answer; 1 is worst, `scale` is best."""

    value: int
    scale: int


class Speak(Action, frozen=True, kw_only=True):
    """Go on in this language."""

    language: str


class Back(Action, frozen=True, kw_only=True):
    """One step back."""


class Leave(Action, frozen=True, kw_only=True):
    """I have finished."""


class Stay(Action, frozen=True, kw_only=True):
    """I am still here."""


AnyAction = (
    ChooseService
    | ShowServices
    | TakeNumber
    | OpenClasses
    | SetClass
    | OpenScan
    | OpenFind
    | TypeKey
    | Erase
    | Look
    | GiveRating
    | Speak
    | Back
    | Leave
    | Stay
)


class Touched(Fact, frozen=True, kw_only=True):
    """The glass was touched; on a button when there is an action."""

    action: AnyAction | None = None


class TimePassed(Fact, frozen=True, kw_only=True):
    """The moment of `session.next_time` has come."""


class SiteSeen(Fact, frozen=True, kw_only=True):
    """The counter server told how the site is."""

    site: Site


class CounterLost(Fact, frozen=True, kw_only=True):
    """The counter server does not answer."""


class BoxSeen(Fact, frozen=True, kw_only=True):
    """The box's agent told something else than before."""

    notice: BoxNotice


class DevicesSeen(Fact, frozen=True, kw_only=True):
    """How the devices are."""

    printer: PrinterState
    scanner: ScannerState


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


class Found(Fact, frozen=True, kw_only=True):
    """The ticket that was looked for."""

    ticket: Ticket


class NotFoundReason(StrEnum):
    """Why a ticket was not found."""

    UNKNOWN = "unknown"
    NO_ANSWER = "no_answer"


class NotFound(Fact, frozen=True, kw_only=True):
    """The ticket that was looked for is not there, or nobody could say."""

    reason: NotFoundReason


class RatingStored(Fact, frozen=True, kw_only=True):
    """The rating is stored."""

    ticket: str


class RatingRefused(Fact, frozen=True, kw_only=True):
    """The rating was not stored; `already` when the ticket had one before (domain QUE-12)."""

    ticket: str
    already: bool


class NameWanted(Fact, frozen=True, kw_only=True):
    """A technician looks for this box; its name is shown until then, on the monotonic clock."""

    name: str
    until: float


Event = (
    Touched
    | TimePassed
    | SiteSeen
    | CounterLost
    | BoxSeen
    | DevicesSeen
    | Scanned
    | NumberTaken
    | NumberRefused
    | Printed
    | NotPrinted
    | Found
    | NotFound
    | RatingStored
    | RatingRefused
    | NameWanted
)


class Effect(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Something to do outside; its outcome comes back as an event."""


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


class BeginSession(Effect, frozen=True, kw_only=True):
    """Somebody began."""


class EndSession(Effect, frozen=True, kw_only=True):
    """Nobody is here any more: wipe whatever is kept outside the state."""


AnyEffect = (
    AskNumber
    | ForgetNumber
    | PrintTicket
    | FindTicket
    | FindCode
    | SendRating
    | BeginSession
    | EndSession
)
