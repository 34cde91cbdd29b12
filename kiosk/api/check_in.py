"""Coming by appointment, between a kiosk and its counter server.

`POST /api/appointments/{code}/check-in` with the site's key. The same appointment has one number,
however often and wherever it is asked. Refused with `not_found` (nobody knows the code),
`office.away`, `office.not_connected`, `site.closed` or `service.closed`.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec

from kiosk.api.bookings import Appointment
from kiosk.api.queue import Ticket
from kiosk.api.words import Answer, Id, Names, Request


class CameByAppointment(Request, frozen=True, kw_only=True):
    """Somebody with an appointment stands at this kiosk."""

    kiosk: Id
    language: Annotated[str, msgspec.Meta(pattern=r"^[a-z]{2,3}(?!\n)$")] = "vi"


class CheckInOutcome(StrEnum):
    """What came of it. Only with `GIVEN` and `LATE` there may be a number."""

    GIVEN = "given"
    """The number is called at the appointment's time."""
    LATE = "late"
    """Too late for its turn: with a number, it waits like all others."""
    EARLY = "early"
    """Come again at `from_at`."""
    OTHER_DAY = "other_day"
    CANCELLED = "cancelled"
    AT_DESK = "at_desk"
    """Somebody checked this citizen in by hand: there is no number of ours."""
    NO_SERVICE = "no_service"
    """This site has no queue for it."""


class CheckedIn(Answer, frozen=True, kw_only=True):
    """The appointment, what came of it, and its number if there is one."""

    outcome: CheckInOutcome
    appointment: Appointment
    ticket: Ticket | None = None
    from_at: datetime | None = None


class DayAppointment(Answer, frozen=True, kw_only=True):
    """An appointment in the officers' list: no name; `number` is its ticket's, once there is one.

    `here` is whether the citizen has come, as far as anybody said.
    """

    code: str
    service_names: Names
    begins_at: datetime
    ends_at: datetime
    cancelled: bool
    here: bool
    number: str = ""


class DayList(Answer, frozen=True, kw_only=True):
    """The day's appointments as the booking system told them at `told_at`; `live`: just now.

    `connected` is false where the site has no booking system.
    """

    connected: bool
    live: bool
    told_at: datetime | None = None
    appointments: tuple[DayAppointment, ...] = ()
