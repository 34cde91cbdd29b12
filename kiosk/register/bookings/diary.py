"""The commune's appointments: slots never overbooked, each checked in once. Blocking."""

import secrets
from datetime import date, datetime, timedelta

import msgspec

from devices.contract.clock import LOCAL, Clock, local_day
from kiosk.api.bookings import AppointmentState
from kiosk.backoffice.sealing import Seal
from kiosk.domain.calendar import WorkCalendar
from kiosk.register.bookings.config import BookableConfig, BookingsConfig
from kiosk.register.bookings.errors import (
    CancelledError,
    CheckedInError,
    NoSuchAppointmentError,
    NotTodayError,
    SlotTakenError,
)
from kiosk.register.bookings.rows import AppointmentRow, Slot, Who
from kiosk.register.store import Store

_DIGITS = 6
_TRIES = 1000


class Diary:
    """Everything that is done with appointments, in transactions of the store."""

    def __init__(
        self,
        config: BookingsConfig,
        calendar: WorkCalendar,
        store: Store,
        clock: Clock,
        *,
        seal: Seal,
    ) -> None:
        self._config = config
        self._calendar = calendar
        self._store = store
        self._clock = clock
        self._seal = seal

    def slots(self, service: BookableConfig, day: date) -> list[Slot]:
        """Return the day's times that have not begun, earliest first; none on a day off."""
        today = local_day(self._clock.now())
        if not today <= day <= today + timedelta(days=self._config.ahead_days):
            return []
        if not self._calendar.is_open(day):
            return []
        taken = self._taken(service.id, day)
        step = timedelta(minutes=service.slot_min)
        found: list[Slot] = []
        for hours in service.hours:
            begins = datetime.combine(day, hours.first, LOCAL)
            last = datetime.combine(day, hours.last, LOCAL)
            while begins + step <= last:
                left = service.places - taken.get(begins, 0)
                if begins > self._clock.now():
                    found.append(Slot(begins_at=begins, ends_at=begins + step, left=left))
                begins += step
        return found

    def book(self, service: str, begins_at: datetime, who: Who, officer: str) -> AppointmentRow:
        """Make an appointment; raises SlotTakenError."""
        with self._store.transaction():
            bookable = self._config.service(service)
            day = local_day(begins_at)
            slots = self.slots(bookable, day) if bookable else []
            slot = next((one for one in slots if one.begins_at == begins_at and one.left > 0), None)
            if slot is None:
                raise SlotTakenError
            code = self._unused_code(day)
            row = AppointmentRow(
                code=code,
                service=service,
                day=day,
                begins_at=slot.begins_at,
                ends_at=slot.ends_at,
                state=AppointmentState.BOOKED,
                who=self._seal.close(msgspec.json.encode(who), f"appointment {code}"),
                made_at=self._clock.now(),
                made_by=officer,
            )
            self._store.add("appointments", row)
            return row

    def who(self, row: AppointmentRow) -> Who:
        """Return whose appointment it is; empty once that is forgotten."""
        if not row.who:
            return Who()
        opened = self._seal.open(row.who, f"appointment {row.code}")
        return msgspec.json.decode(opened, type=Who)

    def of_day(self, day: date) -> list[AppointmentRow]:
        """Return the day's appointments, earliest first."""
        where = "WHERE day = ? ORDER BY begins_at, code"
        return self._store.rows(AppointmentRow, "appointments", where, day)

    def appointment(self, code: str) -> AppointmentRow:
        """Return the appointment of this code; raises NoSuchAppointmentError."""
        row = self._store.row(AppointmentRow, "appointments", "WHERE code = ?", code)
        if row is None:
            raise NoSuchAppointmentError
        return row

    def check_in(self, code: str, who: str, ticket: str) -> AppointmentRow:
        """Keep that the citizen is here. Told again by the same with the same ticket, it is so.

        Raises NoSuchAppointmentError, CancelledError, NotTodayError, CheckedInError.
        """
        with self._store.transaction():
            row = self.appointment(code)
            if row.state is AppointmentState.CHECKED_IN:
                if (row.checked_in_by, row.ticket) == (who, ticket):
                    return row
                raise CheckedInError
            if row.state is AppointmentState.CANCELLED:
                raise CancelledError
            if row.day != local_day(self._clock.now()):
                raise NotTodayError
            self._store.run(
                "UPDATE appointments SET state = ?, checked_in_at = ?, checked_in_by = ?,"
                " ticket = ? WHERE code = ?",
                *(AppointmentState.CHECKED_IN, self._clock.now(), who, ticket, code),
            )
            return self.appointment(code)

    def cancel(self, code: str) -> AppointmentRow:
        """Cancel an appointment; raises NoSuchAppointmentError, CheckedInError."""
        with self._store.transaction():
            if self.appointment(code).state is AppointmentState.CHECKED_IN:
                raise CheckedInError
            sql = "UPDATE appointments SET state = ? WHERE code = ?"
            self._store.run(sql, AppointmentState.CANCELLED, code)
            return self.appointment(code)

    def waiting(self) -> int:
        """Return how many of today's appointments have not come."""
        sql = "SELECT COUNT(*) FROM appointments WHERE day = ? AND state = ?"
        today = local_day(self._clock.now())
        return int(self._store.value(sql, today, AppointmentState.BOOKED))

    def forget_contacts(self) -> int:
        """Destroy who came long ago; return of how many."""
        before = local_day(self._clock.now()) - timedelta(days=self._config.contacts_days)
        sql = "UPDATE appointments SET who = x'' WHERE day < ? AND who <> x''"
        with self._store.transaction():
            return self._store.run(sql, before)

    def _taken(self, service: str, day: date) -> dict[datetime, int]:
        rows = self._store.all(
            "SELECT begins_at, COUNT(*) FROM appointments WHERE service = ? AND day = ?"
            " AND state <> ? GROUP BY begins_at",
            *(service, day, AppointmentState.CANCELLED),
        )
        return {datetime.fromisoformat(begins): int(count) for begins, count in rows}

    def _unused_code(self, day: date) -> str:
        """Return a code short enough for a number pad: `2211-048213` on 22 November."""
        for _ in range(_TRIES):
            code = f"{day:%d%m}-{secrets.randbelow(10**_DIGITS):0{_DIGITS}}"
            if not self._store.value("SELECT 1 FROM appointments WHERE code = ?", code):
                return code
        raise SlotTakenError
