"""What the counter server stores, as values."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import TypedDict

import msgspec

from kiosk.domain.fairness import Waiting
from kiosk.domain.steps import TicketState


class CameBack(StrEnum):
    """Why a waiting ticket is in the queue again, at the place it had."""

    NEVER = ""
    HELD = "held"
    MISSED = "missed"
    TRANSFERRED = "transferred"


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket as it is stored. `turn` is its place in the order of issue; times are in UTC.

    `for_counter` is the counter it was handed to, "" for any of its service. `from_counter` sent
    it back or on; `held_reason` and `note` are choices of the site's lists.
    """

    turn: int = 0
    id: str
    code: str
    day: date
    prefix: str
    serial: int
    number: str
    service: str
    priority_class: str
    priority: bool
    language: str
    kiosk: str
    request: str
    asked_service: str
    asked_class: str
    state: TicketState
    issued_at: datetime
    waiting_since: datetime
    called_at: datetime | None = None
    ended_at: datetime | None = None
    served_s: float | None = None
    counter: str = ""
    printed: bool = False
    rating: int | None = None
    rating_scale: int | None = None
    appointment_at: datetime | None = None
    for_counter: str = ""
    came_back: CameBack = CameBack.NEVER
    from_counter: str = ""
    held_reason: str = ""
    note: str = ""

    def goes_first(self, now: datetime) -> bool:
        """Return whether it takes priority turns: by its class, or as its appointment has come."""
        return self.priority or (self.appointment_at is not None and now >= self.appointment_at)


class CallRow(msgspec.Struct, frozen=True, kw_only=True):
    """A call as it is stored; `serial` counts the calls of the day."""

    day: date
    serial: int
    ticket: str
    number: str
    language: str
    counter: str
    service: str
    priority: bool
    at: datetime
    again: bool
    announced: bool = False


class Break(msgspec.Struct, frozen=True, kw_only=True):
    """A counter's break. `by` is "head" when the supervisor decided it."""

    counter: str
    since: datetime | None = None
    reason: str = ""
    back_at: datetime | None = None
    by: str = ""


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """A counter's day so far: tickets finished, and ratings by their value."""

    served: int = 0
    missed: int = 0
    ratings: dict[int, int] = {}


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the screens show, at one moment.

    `recent` are each counter's latest kinds of calls (whether a priority ticket was called),
    `served_s` each service's latest service times. `ended` were finished a moment ago.
    """

    now: datetime
    day: date
    waiting: tuple[Row, ...]
    called: tuple[Row, ...]
    held: tuple[Row, ...]
    missed: tuple[Row, ...]
    calls: tuple[CallRow, ...]
    recent: dict[str, list[bool]]
    served_s: dict[str, list[float]]
    tallies: dict[str, Tally]
    paused: dict[str, Break]
    staffed: frozenset[str]
    issued: int
    mean_wait_s: float
    ended: tuple[Row, ...] = ()


class About(TypedDict):
    """The fields every ticket event has."""

    ticket: str
    number: str
    day: date
    service: str


def about(row: Row) -> About:
    """Return what an event says of its ticket."""
    return {"ticket": row.id, "number": row.number, "day": row.day, "service": row.service}


def as_waiting(row: Row, now: datetime) -> Waiting:
    """Return the ticket as the fairness rule sees it now."""
    return Waiting(row.id, row.turn, row.issued_at, row.goes_first(now))


def in_line_at(
    counter: str, services: Collection[str], rows: Iterable[Row], working: Collection[str]
) -> list[Row]:
    """Return who of the waiting may be called at a counter that serves these services.

    A ticket that was handed to one counter waits for that one, as long as it is working: else any
    counter of its service calls it, or it might wait for ever.
    """
    return [
        row
        for row in rows
        if row.service in services
        and (row.for_counter in ("", counter) or row.for_counter not in working)
    ]
