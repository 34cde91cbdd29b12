"""The officers' console's HTTP bodies.

`current` is the ticket the console believes its counter serves ("" for none).
"""

from datetime import date, datetime
from typing import Annotated

import msgspec

from kiosk.api import Answer, CounterInfo, Id, Names, PriorityClass, Request, Service
from kiosk.domain.fairness import Reason

TicketId = Annotated[str, msgspec.Meta(max_length=64)]


class SignIn(Request, frozen=True, kw_only=True):
    """An officer sits down at a counter."""

    counter: Id
    pin: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


class AtCounter(Request, frozen=True, kw_only=True):
    """Something about the ticket the counter serves. Refused when it serves another one by now."""

    current: TicketId


class CallTicket(Request, frozen=True, kw_only=True):
    """Call this one out of its order."""

    current: TicketId
    ticket: TicketId


class OfTicket(Request, frozen=True, kw_only=True):
    """Something about one ticket."""

    ticket: TicketId


class Transfer(Request, frozen=True, kw_only=True):
    """Hand the ticket to another service's queue."""

    ticket: TicketId
    service: Id


class Reclassify(Request, frozen=True, kw_only=True):
    """Change the ticket's priority class."""

    ticket: TicketId
    priority_class: Id


class Nothing(Request, frozen=True, kw_only=True):
    """No more than the request itself."""


class QueuedTicket(Answer, frozen=True, kw_only=True):
    """A ticket as an officer sees it. `issued_at` and `since` (called, held, missed) are times."""

    id: str
    number: str
    service: str
    service_names: Names
    priority_class: str
    class_names: Names
    priority: bool
    issued_at: datetime
    since: datetime


class WaitingTicket(Answer, frozen=True, kw_only=True):
    """A place in the order of calls, and why.

    `older_ahead` go first because they came first, `younger_ahead` by their priority.
    """

    ticket: QueuedTicket
    reason: Reason
    older_ahead: int
    younger_ahead: int


class OfficerState(Answer, frozen=True, kw_only=True):
    """Everything the console shows. `ratings` counts by value, 1 is worst."""

    now: datetime
    day: date
    site_names: Names
    counter: CounterInfo
    current: QueuedTicket | None
    waiting: tuple[WaitingTicket, ...]
    held: tuple[QueuedTicket, ...]
    missed: tuple[QueuedTicket, ...]
    served_today: int
    missed_today: int
    ratings: dict[str, int]
    rating_scale: int
    services: tuple[Service, ...]
    priority_classes: tuple[PriorityClass, ...]
    priority_rule: Names
    open: bool
    sample_data: bool


class Tick(Answer, frozen=True, kw_only=True):
    """The server lives, and this is its time."""

    at: datetime
