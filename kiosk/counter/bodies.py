"""The officers' console's HTTP bodies.

`current` is the ticket the console believes its counter serves ("" for none).
"""

from datetime import date, datetime, timedelta
from typing import Annotated

import msgspec

from kiosk.api.queue import CounterInfo, PriorityClass, Service
from kiosk.api.words import Answer, Id, Names, Request
from kiosk.counter.reasons import Why
from kiosk.counter.rows import CameBack
from kiosk.domain.fairness import Reason

MOST_BACK_MIN = 1440
ChoiceId = Annotated[str, msgspec.Meta(max_length=64)]
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


class Hold(Request, frozen=True, kw_only=True):
    """Let the citizen of the counter's ticket wait aside, for a reason of the site's list."""

    current: TicketId
    reason: ChoiceId = ""


class Transfer(Request, frozen=True, kw_only=True):
    """Hand the ticket to a service's queue, or to one counter of it, with a note of the list."""

    ticket: TicketId
    service: Id
    counter: ChoiceId = ""
    note: ChoiceId = ""


class Pause(Request, frozen=True, kw_only=True):
    """Stop calling, for a reason of the site's list, until about `back_min` minutes from now."""

    reason: ChoiceId = ""
    back_min: Annotated[int, msgspec.Meta(ge=1, le=MOST_BACK_MIN)] | None = None


def back_at_of(pause: Pause, now: datetime) -> datetime | None:
    """Return when the counter means to go on, to the minute."""
    if pause.back_min is None:
        return None
    return (now + timedelta(minutes=pause.back_min)).replace(second=0, microsecond=0)


class Reclassify(Request, frozen=True, kw_only=True):
    """Change the ticket's priority class."""

    ticket: TicketId
    priority_class: Id


class Nothing(Request, frozen=True, kw_only=True):
    """No more than the request itself."""


class QueuedTicket(Answer, frozen=True, kw_only=True):
    """A ticket as an officer sees it. `issued_at` and `since` (called, held, missed) are times.

    `came_back` is why it is in the queue again, `from_counter` which counter sent it back or on,
    `for_counter` the one it was handed to. `held_reason` is what was asked of the citizen before.
    """

    id: str
    number: str
    service: str
    service_names: Names
    priority_class: str
    class_names: Names
    priority: bool
    issued_at: datetime
    since: datetime
    came_back: CameBack = CameBack.NEVER
    from_counter: str = ""
    for_counter: str = ""
    held_reason: Names = msgspec.field(default_factory=dict)
    note: Names = msgspec.field(default_factory=dict)
    appointment_at: datetime | None = None
    counter: str = ""


class WaitingTicket(Answer, frozen=True, kw_only=True):
    """A place in the order of calls, and why.

    `older_ahead` go first because they came first, `younger_ahead` by their priority.
    """

    ticket: QueuedTicket
    reason: Reason
    why: Why
    older_ahead: int
    younger_ahead: int


class Choice(Answer, frozen=True, kw_only=True):
    """One entry of a list that officers choose from."""

    id: str
    names: Names


class Choosable(Answer, frozen=True, kw_only=True):
    """The site's lists."""

    held: tuple[Choice, ...]
    notes: tuple[Choice, ...]
    breaks: tuple[Choice, ...]
    words: tuple[Choice, ...]


class OfficerState(Answer, frozen=True, kw_only=True):
    """Everything the console shows. `ratings` counts by value, 1 is worst.

    `next_opening` is when the site opens next, None when not soon.
    """

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
    counters: tuple[CounterInfo, ...]
    choices: Choosable
    next_opening: datetime | None
    normal_per_priority: int


class Tick(Answer, frozen=True, kw_only=True):
    """The server lives, and this is its time."""

    at: datetime
