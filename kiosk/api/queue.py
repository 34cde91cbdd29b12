"""The counter server's HTTP bodies, spoken by kiosks, consoles and TV boards on the site's LAN.

Requests refuse unknown keys; answers may grow.
"""

from datetime import date, datetime
from typing import Annotated

import msgspec

from kiosk.api.words import Answer, Id, Names, Request
from kiosk.domain.steps import TicketState


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
    """A counter of the site; `ticket` is the number it serves now.

    `since` is when it called that, or when it paused; `pause_names` why, `back_at` until when.
    """

    id: str
    names: Names
    spoken: str
    services: tuple[str, ...]
    staffed: bool
    paused: bool
    ticket: str = ""
    since: datetime | None = None
    pause_names: Names = msgspec.field(default_factory=dict)
    back_at: datetime | None = None


class Site(Answer, frozen=True, kw_only=True):
    """What a kiosk must know to show its screens.

    `connected` are the province's systems that this site has: `one_stop`, `open311`, `payment`,
    `booking`; whether they answer now is told by asking.
    `feedback`: citizens may hand in feedback here. `chip_reading`: its kiosks may read the chip of
    an identity card, of whoever agrees.
    """

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
    connected: tuple[str, ...] = ()
    feedback: bool = False
    chip_reading: bool = False


class TakeTicket(Request, frozen=True, kw_only=True):
    """Take a number. The same `request` from the same kiosk always gets the same ticket."""

    request: Id
    kiosk: Id
    service: Id
    priority_class: Id = "thuong"
    language: Annotated[str, msgspec.Meta(pattern=r"^[a-z]{2,3}(?!\n)$")] = "vi"


class Ticket(Answer, frozen=True, kw_only=True):
    """A ticket.

    `code` is its unguessable name in the QR; `ahead` counts those to be called before it. From
    `appointment_at` on it takes priority turns.
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
    appointment_at: datetime | None = None


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
