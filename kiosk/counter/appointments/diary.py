"""The booking system as this site asks it: one appointment, and the list of the day."""

import asyncio
from datetime import date, datetime, timedelta

import msgspec

from devices.contract.clock import Clock, local_day
from kiosk.api import errors
from kiosk.api.bookings import Appointment
from kiosk.backoffice.booking import Bookings
from kiosk.backoffice.errors import BackOfficeDownError
from kiosk.counter.appointments.rules import plain
from kiosk.counter.office.office import BOOKING, BackOffice

PATIENCE_S = 6.0
_FRESH = timedelta(seconds=30)


class ToldDay(msgspec.Struct, frozen=True, kw_only=True):
    """The appointments of a day, as told at `at`; `live`: it was asked for just now."""

    day: date
    at: datetime
    appointments: tuple[Appointment, ...]
    live: bool = True


class Diary:
    """Today's list is kept in memory: while the system is away, it still knows who may come."""

    def __init__(self, office: BackOffice, clock: Clock) -> None:
        self._office = office
        self._clock = clock
        self._today: ToldDay | None = None

    async def appointment(self, code: str) -> Appointment:
        """Return the appointment of a code as scanned or typed.

        Raises NotFoundError, NotConnectedError, SystemAwayError, RefusedThereError.
        """
        bookings = self._bookings()
        try:
            return await self._asked(bookings, code)
        except errors.NotFoundError:
            if meant := _meant(await self._anew(bookings), code):
                return meant
            raise
        except errors.SystemAwayError:
            if (known := self._kept()) and (meant := _meant(known, code)):
                return meant
            raise

    async def today(self) -> ToldDay:
        """Return today's list; while the system is away, the last one of today.

        Raises NotConnectedError, SystemAwayError, RefusedThereError.
        """
        bookings, known, now = self._bookings(), self._kept(), self._clock.now()
        if known and timedelta() <= now - known.at <= _FRESH:
            return known
        try:
            return await self._anew(bookings)
        except errors.SystemAwayError:
            if known is None:
                raise
            return msgspec.structs.replace(known, live=False)

    async def _anew(self, bookings: Bookings) -> ToldDay:
        now = self._clock.now()
        today = local_day(now)
        with self._office.asking(BOOKING):
            try:
                async with asyncio.timeout(PATIENCE_S):
                    rows = await bookings.of_day(today)
            except TimeoutError as error:
                raise BackOfficeDownError("No answer in time.") from error
        self._today = ToldDay(day=today, at=now, appointments=rows)
        return self._today

    async def _asked(self, bookings: Bookings, code: str) -> Appointment:
        with self._office.asking(BOOKING):
            try:
                async with asyncio.timeout(PATIENCE_S):
                    return await bookings.appointment(code)
            except TimeoutError as error:
                raise BackOfficeDownError("No answer in a citizen's time.") from error

    def _bookings(self) -> Bookings:
        if self._office.systems.bookings is None:
            raise errors.NotConnectedError
        return self._office.systems.bookings

    def _kept(self) -> ToldDay | None:
        today = local_day(self._clock.now())
        return self._today if self._today and self._today.day == today else None


def _meant(told: ToldDay, code: str) -> Appointment | None:
    """Return the one appointment of the list whose code is meant."""
    found = [one for one in told.appointments if plain(one.code) == plain(code)]
    return found[0] if len(found) == 1 else None
