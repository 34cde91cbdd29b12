"""The province's booking system: who comes today, and that somebody is here.

The contract is docs/openapi/booking.yaml, its bodies are `kiosk.api.bookings`.
"""

from datetime import date
from typing import Protocol

import msgspec

from kiosk.api.bookings import Appointment, CheckIn
from kiosk.backoffice.errors import BadAnswerError
from kiosk.backoffice.http import Call, HttpEdge, decoded, segment


class Bookings(Protocol):
    """A booking system. Every method raises a BackOfficeError."""

    async def of_day(self, day: date) -> tuple[Appointment, ...]:
        """Return the day's appointments, earliest first."""
        ...

    async def appointment(self, code: str) -> Appointment:
        """Return the appointment of this code; raises NotThereError."""
        ...

    async def check_in(self, code: str, told: CheckIn, key: str) -> Appointment:
        """Say that the citizen is here; the same key says it once. Raises NotThereError."""
        ...


class BookingClient:
    """A booking system over HTTP. Whoever made the edge ends it."""

    def __init__(self, edge: HttpEdge) -> None:
        self._edge = edge

    async def of_day(self, day: date) -> tuple[Appointment, ...]:
        """Return the day's appointments, earliest first."""
        call = Call(path="/appointments", query=(("day", day.isoformat()),))
        told = decoded(await self._edge.ask(call), tuple[Appointment, ...])
        return tuple(sorted(told, key=lambda one: (one.begins_at, one.code)))

    async def appointment(self, code: str) -> Appointment:
        """Return the appointment of this code."""
        call = Call(path=f"/appointments/{segment(code)}")
        return _of(code, decoded(await self._edge.ask(call), Appointment))

    async def check_in(self, code: str, told: CheckIn, key: str) -> Appointment:
        """Say that the citizen is here."""
        path = f"/appointments/{segment(code)}/check-in"
        call = Call(method="POST", path=path, body=msgspec.json.encode(told), key=key)
        return _of(code, decoded(await self._edge.ask(call), Appointment))


def _of(code: str, told: Appointment) -> Appointment:
    if told.code != code:
        raise BadAnswerError("The answer is about another appointment.")
    return told
