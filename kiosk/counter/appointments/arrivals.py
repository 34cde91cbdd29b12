"""Numbers of those who came by appointment. Blocking, on the store's thread."""

from datetime import date

import msgspec

from kiosk.api.bookings import Appointment, CheckIn
from kiosk.api.check_in import CameByAppointment
from kiosk.api.queue import TakeTicket
from kiosk.backoffice.outbox import Outbox
from kiosk.backoffice.systems import CHECK_IN, TellCheckIn, content_of
from kiosk.counter.lived import LATELY, LivedDays
from kiosk.counter.store import Store
from kiosk.counter.tickets import Tickets


class Arrival(msgspec.Struct, frozen=True, kw_only=True):
    """A number that was given for an appointment. `late`: it has no time of its own."""

    code: str
    day: date
    ticket: str
    number: str
    late: bool
    appointment: Appointment


class Arrivals:
    """One number an appointment; that it was given reaches the booking system in the end."""

    def __init__(
        self, store: Store, tickets: Tickets, outbox: Outbox, lived: LivedDays, *, site: str
    ) -> None:
        self._store = store
        self._tickets = tickets
        self._outbox = outbox
        self._lived = lived
        self._site = site

    def known(self, code: str, day: date) -> Arrival | None:
        """Return the number that was given for an appointment on this day, None without one."""
        return next(iter(self._arrivals("WHERE code = ? AND day = ?", code, day)), None)

    def of_day(self, day: date) -> list[Arrival]:
        """Return the day's numbers."""
        return self._arrivals("WHERE day = ?", day)

    def give(
        self, appointment: Appointment, service: str, came: CameByAppointment, *, late: bool
    ) -> Arrival:
        """Give the appointment's number, or the one it has.

        Number, link and the word for the booking system are one fact. Raises SiteClosedError,
        ServiceClosedError, NotFoundError, BusyError, StorageError.
        """
        with self._store.transaction():
            if known := self.known(appointment.code, appointment.day):
                return known
            wish = TakeTicket(
                request=f"appointment.{appointment.day}.{appointment.code}",
                kiosk=came.kiosk,
                service=service,
                language=came.language,
            )
            row = self._tickets.give(wish, None if late else appointment.begins_at)
            arrival = Arrival(
                code=appointment.code,
                day=row.day,
                ticket=row.id,
                number=row.number,
                late=late,
                appointment=appointment,
            )
            self._store.run(
                "INSERT OR REPLACE INTO appointment_tickets"
                " (code, day, ticket, number, late, appointment) VALUES (?, ?, ?, ?, ?, ?)",
                *(arrival.code, arrival.day, arrival.ticket, arrival.number, late),
                msgspec.json.encode(appointment),
            )
            told = TellCheckIn(code=arrival.code, told=CheckIn(site=self._site, ticket=row.number))
            self._outbox.put(CHECK_IN, arrival.code, content_of(told))
            return arrival

    def forget(self) -> None:
        """Forget the links of some days ago; their tickets stay as long as all tickets do."""
        with self._store.transaction():
            before = self._lived.first_kept(LATELY)
            self._store.run("DELETE FROM appointment_tickets WHERE day < ?", before)

    def _arrivals(self, where: str, *values: object) -> list[Arrival]:
        sql = (
            f"SELECT code, day, ticket, number, late, appointment FROM appointment_tickets {where}"  # noqa: S608 - our own words
        )
        return [
            Arrival(
                code=code,
                day=date.fromisoformat(day),
                ticket=ticket,
                number=number,
                late=bool(late),
                appointment=msgspec.json.decode(appointment, type=Appointment),
            )
            for code, day, ticket, number, late, appointment in self._store.all(sql, *values)
        ]
