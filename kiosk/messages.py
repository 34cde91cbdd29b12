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
    """The citizen was asked to wait aside; the number may be resumed.

    `reason` is one of the site's own list (its id), "" for none told.
    """

    counter: str
    reason: str = ""


class TicketResumed(TicketEvent, frozen=True, kw_only=True, tag="ticket.resumed"):
    """A held or missed number is in the queue again, at the place it had.

    `by` is "head" when the supervisor did it; then no counter did.
    """

    counter: str
    by: str = ""


class TicketTransferred(TicketEvent, frozen=True, kw_only=True, tag="ticket.transferred"):
    """The number was handed to a service's queue or a counter, keeping its time of issue.

    `to_counter` is "" for any counter of the service; `note` is one of the site's own list (its
    id). `by` is "head" when the supervisor did it; then no counter did.
    """

    counter: str
    to_service: str
    to_counter: str = ""
    note: str = ""
    by: str = ""


class TicketReclassified(TicketEvent, frozen=True, kw_only=True, tag="ticket.reclassified"):
    """An officer changed the self-declared priority class (domain QUE-2).

    `by` is "head" when the supervisor did it; then no counter did.
    """

    counter: str
    priority_class: str
    by: str = ""


class TicketExpired(TicketEvent, frozen=True, kw_only=True, tag="ticket.expired"):
    """The day ended before the number was called or finished."""


class TicketRated(TicketEvent, frozen=True, kw_only=True, tag="ticket.rated"):
    """The citizen rated a finished visit.

    The raw scale is kept (domain QUE-10): 1 is worst, `scale` is best.
    """

    value: int
    scale: int


class CounterPaused(Event, frozen=True, kw_only=True, tag="counter.paused"):
    """A counter stopped taking numbers.

    `reason` is one of the site's own list (its id); `back_at` is when it means to go on. `by` is
    "head" when the supervisor did it.
    """

    counter: str
    at: datetime
    reason: str = ""
    back_at: datetime | None = None
    by: str = ""


class CounterResumed(Event, frozen=True, kw_only=True, tag="counter.resumed"):
    """A counter takes numbers again. `by` is "head" when the supervisor did it."""

    counter: str
    at: datetime
    by: str = ""


class FeedbackReceived(Event, frozen=True, kw_only=True, tag="feedback.received"):
    """A citizen's feedback (phản ánh, kiến nghị) was taken, to be answered by `due`."""

    feedback: str
    due: date


class FeedbackAnswered(Event, frozen=True, kw_only=True, tag="feedback.answered"):
    """It was answered `on` a day; `due` is repeated, so that one event says whether in time."""

    feedback: str
    due: date
    on: date


class FeedbackRated(Event, frozen=True, kw_only=True, tag="feedback.rated"):
    """Its citizen rated the answer, once: `value` of 1 to `scale`, as given (QUE-10)."""

    feedback: str
    value: int
    scale: int


class DraftEvent(Event, frozen=True, kw_only=True):
    """Something that happened to one prepared dossier; `draft` is the kiosk's own number of it."""

    draft: str
    service: str
    procedure: str


class DraftReceived(DraftEvent, frozen=True, kw_only=True, tag="draft.received"):
    """A citizen prepared a dossier at a kiosk; it waits, sealed, for an officer."""

    kiosk: str
    ticket: str
    papers: int


class DraftOpened(DraftEvent, frozen=True, kw_only=True, tag="draft.opened"):
    """An officer looked into it, at this counter; what is seen within a minute is one look."""

    counter: str


class DraftAccepted(DraftEvent, frozen=True, kw_only=True, tag="draft.accepted"):
    """An officer took it; `sent_on` is whether it goes to the one-stop system by itself."""

    counter: str
    sent_on: bool


class DraftDropped(DraftEvent, frozen=True, kw_only=True, tag="draft.dropped"):
    """It was destroyed, and why; without a counter not by an officer."""

    counter: str
    reason: str


class DraftExpired(DraftEvent, frozen=True, kw_only=True, tag="draft.expired"):
    """Nobody took it in its time; it was destroyed."""


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
    | FeedbackRated
    | HandedOff
    | DraftReceived
    | DraftOpened
    | DraftAccepted
    | DraftDropped
    | DraftExpired
    | CounterPaused
    | CounterResumed
)
