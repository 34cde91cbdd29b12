"""The counter server's HTTP bodies, spoken by kiosks, consoles and TV boards on the site's LAN.

Requests refuse unknown keys; answers may grow.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

import msgspec

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._-]+(?!\n)$")]
Names = dict[str, str]
"""Texts by language code; `vi` is always there."""


class Request(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of request bodies."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """Base of answer bodies."""


class Problem(Answer, frozen=True, kw_only=True):
    """Every error's body: a code for machines, a sentence for people, and whether to try again."""

    code: str
    text: str
    retry: bool = False


class TicketState(StrEnum):
    """Where a ticket stands. `WAITING`, `CALLED` and `HELD` are open; the rest are ends."""

    WAITING = "waiting"
    CALLED = "called"
    HELD = "held"
    MISSED = "missed"
    SERVED = "served"
    EXPIRED = "expired"


class Service(Answer, frozen=True, kw_only=True):
    """Something a citizen comes for; `open` is whether numbers are given now."""

    id: str
    names: Names
    icon: str
    prefix: str
    open: bool
    waiting: int
    expected_wait_s: int
    counters: tuple[str, ...]


class PriorityClass(Answer, frozen=True, kw_only=True):
    """A class a citizen may declare (domain QUE-2)."""

    id: str
    names: Names
    priority: bool


class CounterInfo(Answer, frozen=True, kw_only=True):
    """A counter of the site; `ticket` is the number it serves now."""

    id: str
    names: Names
    spoken: str
    services: tuple[str, ...]
    staffed: bool
    paused: bool
    ticket: str = ""


class Site(Answer, frozen=True, kw_only=True):
    """What a kiosk must know to show its screens."""

    site: str
    names: Names
    day: date
    open: bool
    notice: Names
    opens_at: str
    closes_at: str
    services: tuple[Service, ...]
    priority_classes: tuple[PriorityClass, ...]
    counters: tuple[CounterInfo, ...]
    rating_scale: int
    sample_data: bool


class TakeTicket(Request, frozen=True, kw_only=True):
    """Take a number. The same `request` from the same kiosk always gets the same ticket."""

    request: Id
    kiosk: Id
    service: Id
    priority_class: Id = "thuong"
    language: Annotated[str, msgspec.Meta(pattern=r"^[a-z]{2,3}(?!\n)$")] = "vi"


class Ticket(Answer, frozen=True, kw_only=True):
    """A ticket.

    `code` is its unguessable name in the QR; `ahead` counts those to be called before it.
    """

    id: str
    number: str
    code: str
    day: date
    service: str
    service_names: Names
    priority_class: str
    language: str
    kiosk: str
    state: TicketState
    issued_at: datetime
    ahead: int
    expected_wait_s: int
    printed: bool
    counter: str = ""
    url: str
    rated: bool = False


class Rate(Request, frozen=True, kw_only=True):
    """Rate a finished visit: 1 is worst, `scale` is best."""

    value: Annotated[int, msgspec.Meta(ge=1, le=10)]
    scale: Annotated[int, msgspec.Meta(ge=2, le=10)]


class Call(Answer, frozen=True, kw_only=True):
    """A number called to a counter; `at` orders them, `serial` counts them through the day."""

    serial: int
    number: str
    counter: str
    counter_names: Names
    service_names: Names
    at: datetime
    again: bool


class Board(Answer, frozen=True, kw_only=True):
    """What a TV board shows: the number being announced now, the last ones, and who waits."""

    site_names: Names
    now: Call | None
    latest: tuple[Call, ...]
    services: tuple[Service, ...]
    counters: tuple[CounterInfo, ...]
    notice: Names
    priority_rule: Names
