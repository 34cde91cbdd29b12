"""Receiving who comes by appointment."""

import asyncio
from collections.abc import Iterable, Mapping

from devices.contract.clock import local_day
from devices.contract.errors import MotcuaError
from kiosk.api import errors
from kiosk.api.bookings import Appointment, AppointmentState
from kiosk.api.check_in import (
    CameByAppointment,
    CheckedIn,
    CheckInOutcome,
    DayAppointment,
    DayList,
)
from kiosk.counter.appointments.arrivals import Arrival, Arrivals
from kiosk.counter.appointments.config import AppointmentsConfig
from kiosk.counter.appointments.diary import Diary
from kiosk.counter.appointments.rules import judged
from kiosk.counter.live import LiveSite
from kiosk.counter.office.office import BackOffice

_LOOKS_EVERY_S = 300.0
_SOON_S = 20.0


class Reception:
    """One number an appointment, and the day's list for officers."""

    def __init__(
        self,
        config: AppointmentsConfig,
        site: LiveSite,
        office: BackOffice,
        diary: Diary,
        arrivals: Arrivals,
    ) -> None:
        self._config = config
        self._site = site
        self._office = office
        self._diary = diary
        self._arrivals = arrivals

    async def check_in(self, code: str, came: CameByAppointment) -> CheckedIn:
        """Give the number of an appointment, the one it has, or say why there is none.

        Raises NotFoundError, NotConnectedError, SystemAwayError, RefusedThereError,
        SiteClosedError, ServiceClosedError, BusyError, StorageError.
        """
        today = local_day(self._site.clock.now())
        if known := await self._site.do(self._arrivals.known, code, today):
            return await self._given(known)
        appointment = await self._diary.appointment(code)
        if known := await self._site.do(self._arrivals.known, appointment.code, today):
            return await self._given(known)
        verdict = judged(appointment, self._site.clock.now(), self._config)
        refusal = CheckedIn(
            outcome=verdict.outcome, appointment=appointment, from_at=verdict.from_at
        )
        if not verdict.number:
            return refusal
        service = self._config.services.get(appointment.service, appointment.service)
        if self._site.config.service(service) is None:
            return CheckedIn(outcome=CheckInOutcome.NO_SERVICE, appointment=appointment)
        late = verdict.outcome is CheckInOutcome.LATE
        arrival = await self._site.change(
            self._arrivals.give, appointment, service, came, late=late
        )
        self._office.nudge()
        return await self._given(arrival)

    async def day_list(self) -> DayList:
        """Return the day's appointments for officers."""
        today = local_day(self._site.clock.now())
        arrivals = {one.code: one for one in await self._site.do(self._arrivals.of_day, today)}
        try:
            told = await self._diary.today()
        except errors.NotConnectedError:
            return DayList(connected=False, live=False)
        except MotcuaError:
            rows = tuple(one.appointment for one in arrivals.values())
            return DayList(connected=True, live=False, appointments=_listed(rows, arrivals))
        return DayList(
            connected=True,
            live=told.live,
            told_at=told.at,
            appointments=_listed(told.appointments, arrivals),
        )

    async def keep(self) -> None:
        """Keep today's list at hand for when the system is away, and forget earlier days'."""
        while True:
            wait_s = _LOOKS_EVERY_S
            try:
                await self._diary.today()
            except errors.NotConnectedError:
                pass
            except MotcuaError:
                wait_s = _SOON_S
            await self._site.do(self._arrivals.forget)
            await asyncio.sleep(wait_s)

    async def _given(self, arrival: Arrival) -> CheckedIn:
        row = await self._site.do(self._site.store.known, arrival.ticket)
        return CheckedIn(
            outcome=CheckInOutcome.LATE if arrival.late else CheckInOutcome.GIVEN,
            appointment=arrival.appointment,
            ticket=(await self._site.view()).ticket(row),
        )


def _listed(
    rows: Iterable[Appointment], arrivals: Mapping[str, Arrival]
) -> tuple[DayAppointment, ...]:
    listed = []
    for row in sorted(rows, key=lambda one: (one.begins_at, one.code)):
        arrival = arrivals.get(row.code)
        listed.append(
            DayAppointment(
                code=row.code,
                service_names=row.service_names,
                begins_at=row.begins_at,
                ends_at=row.ends_at,
                cancelled=row.state is AppointmentState.CANCELLED,
                here=arrival is not None or row.state is AppointmentState.CHECKED_IN,
                number=arrival.number if arrival else "",
            )
        )
    return tuple(listed)
