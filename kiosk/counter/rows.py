"""What the counter server stores, as values."""

from datetime import date, datetime
from typing import TypedDict

import msgspec

from kiosk.api import TicketState
from kiosk.domain.fairness import Waiting


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket as it is stored. `turn` is its place in the order of issue; times are in UTC."""

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


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """A counter's day so far: tickets finished, and ratings by their value."""

    served: int = 0
    missed: int = 0
    ratings: dict[int, int] = {}


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the screens show, at one moment.

    `recent` are each counter's latest kinds of calls (whether a priority ticket was called),
    `served_s` each service's latest service times.
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
    paused: frozenset[str]
    staffed: frozenset[str]
    issued: int
    mean_wait_s: float


class About(TypedDict):
    """The fields every ticket event has."""

    ticket: str
    number: str
    day: date
    service: str


def about(row: Row) -> About:
    """Return what an event says of its ticket."""
    return {"ticket": row.id, "number": row.number, "day": row.day, "service": row.service}


def as_waiting(row: Row) -> Waiting:
    """Return the ticket as the fairness rule sees it."""
    return Waiting(row.id, row.turn, row.issued_at, row.priority)
