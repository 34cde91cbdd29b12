"""Business events of a one-stop site, kept in its journal until the province has them.

None holds a name, a card number or anything else of a person (domain QUE-9, PRI-2). `ticket` is the
ticket's id; `number` is what is printed and called (domain QUE-4).
"""

from datetime import date, datetime

from devices.contract.message import Event


class TicketEvent(Event, frozen=True, kw_only=True):
    """Something that happened to one ticket."""

    ticket: str
    number: str
    day: date
    service: str


class TicketIssued(TicketEvent, frozen=True, kw_only=True, tag="ticket.issued"):
    """A citizen took a number. `kiosk` is the box it was taken at."""

    kiosk: str
    priority_class: str
    language: str


class TicketPrinted(TicketEvent, frozen=True, kw_only=True, tag="ticket.printed"):
    """The number is on paper."""


class TicketCalled(TicketEvent, frozen=True, kw_only=True, tag="ticket.called"):
    """A counter called the number; `waited_s` is since it was issued or came back to the queue."""

    counter: str
    waited_s: float


class TicketRecalled(TicketEvent, frozen=True, kw_only=True, tag="ticket.recalled"):
    """A counter called the number again."""

    counter: str


class TicketServed(TicketEvent, frozen=True, kw_only=True, tag="ticket.served"):
    """The counter finished with the citizen; `served_s` is since the call."""

    counter: str
    served_s: float


class TicketMissed(TicketEvent, frozen=True, kw_only=True, tag="ticket.missed"):
    """Nobody came to the call (no-show)."""

    counter: str


class TicketHeld(TicketEvent, frozen=True, kw_only=True, tag="ticket.held"):
    """The citizen was asked to wait aside, e.g. for a paper; the number may be resumed."""

    counter: str


class TicketResumed(TicketEvent, frozen=True, kw_only=True, tag="ticket.resumed"):
    """A held or missed number is in the queue again, at the place it had."""

    counter: str


class TicketTransferred(TicketEvent, frozen=True, kw_only=True, tag="ticket.transferred"):
    """The number was handed to another service's queue, keeping its time of issue."""

    counter: str
    to_service: str


class TicketReclassified(TicketEvent, frozen=True, kw_only=True, tag="ticket.reclassified"):
    """An officer changed the self-declared priority class (domain QUE-2)."""

    counter: str
    priority_class: str


class TicketExpired(TicketEvent, frozen=True, kw_only=True, tag="ticket.expired"):
    """The day ended before the number was called or finished."""


class TicketRated(TicketEvent, frozen=True, kw_only=True, tag="ticket.rated"):
    """The citizen rated a finished visit.

    The raw scale is kept (domain QUE-10): 1 is worst, `scale` is best.
    """

    value: int
    scale: int


class CounterPaused(Event, frozen=True, kw_only=True, tag="counter.paused"):
    """A counter stopped taking numbers."""

    counter: str
    at: datetime


class CounterResumed(Event, frozen=True, kw_only=True, tag="counter.resumed"):
    """A counter takes numbers again."""

    counter: str
    at: datetime


class FeedbackReceived(Event, frozen=True, kw_only=True, tag="feedback.received"):
    """A citizen's feedback (phản ánh, kiến nghị) was taken, to be answered by `due`."""

    feedback: str
    due: date


class FeedbackAnswered(Event, frozen=True, kw_only=True, tag="feedback.answered"):
    """It was answered `on` a day; `due` is repeated, so that one event says whether in time."""

    feedback: str
    due: date
    on: date


class HandedOff(Event, frozen=True, kw_only=True, tag="portal.handed_off"):
    """A citizen went on with a service online: at the portal `to`, by a QR code or at the kiosk."""

    service: str
    to: str


AnyKioskEvent = (
    TicketIssued
    | TicketPrinted
    | TicketCalled
    | TicketRecalled
    | TicketServed
    | TicketMissed
    | TicketHeld
    | TicketResumed
    | TicketTransferred
    | TicketReclassified
    | TicketExpired
    | TicketRated
    | FeedbackReceived
    | FeedbackAnswered
    | HandedOff
    | CounterPaused
    | CounterResumed
)
