"""Appointments (domain §5, QUE-8).

Paths, below the system's base address; they ask for a bearer token: `GET /appointments?day=`,
`GET /appointments/{code}`, `POST /appointments/{code}/check-in` (with `Idempotency-Key`).
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

import msgspec

from kiosk.api.words import Answer, Id, Names, Request

BookingCode = Annotated[str, msgspec.Meta(pattern=r"^[0-9A-Z-]{4,20}(?!\n)$")]


class AppointmentState(StrEnum):
    """What became of an appointment."""

    BOOKED = "booked"
    CHECKED_IN = "checked_in"
    CANCELLED = "cancelled"


class Appointment(Answer, frozen=True, kw_only=True):
    """An appointment: no name, no telephone number; those are for officers' eyes."""

    code: str
    service: str
    service_names: Names
    day: date
    begins_at: datetime
    ends_at: datetime
    state: AppointmentState
    checked_in_at: datetime | None = None


class CheckIn(Request, frozen=True, kw_only=True):
    """Say that the citizen is here; `ticket` is the number that the queue gave."""

    site: Id
    ticket: Annotated[str, msgspec.Meta(max_length=64)] = ""
