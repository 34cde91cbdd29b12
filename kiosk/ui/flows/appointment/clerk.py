"""Who says at the counter server that somebody came by appointment."""

from collections.abc import Callable
from urllib.parse import quote

import structlog

from devices.contract.errors import MotcuaError
from kiosk.api import errors
from kiosk.api.check_in import CameByAppointment, CheckedIn
from kiosk.api.queue import Site
from kiosk.ui.clerk import Job
from kiosk.ui.events import AnyEffect, Event
from kiosk.ui.flows.appointment.pages import (
    AboutAppointment,
    AppointmentTold,
    AppointmentUntold,
    CheckInHere,
)
from kiosk.ui.link import CounterClient, CounterRefusedError

_WITHIN_S = 15.0  # the counter server may ask the booking system twice, 6 s each
_MEANS = {
    errors.NotFoundError.code: AboutAppointment.UNKNOWN,
    errors.SystemAwayError.code: AboutAppointment.AWAY,
    errors.RefusedThereError.code: AboutAppointment.REFUSED,
    errors.NotConnectedError.code: AboutAppointment.NOT_CONNECTED,
    errors.SiteClosedError.code: AboutAppointment.CLOSED,
    errors.ServiceClosedError.code: AboutAppointment.CLOSED,
}
_log = structlog.get_logger()


class AppointmentClerk:
    """Outcomes come back through `tell`. What was asked in vain may be asked again."""

    def __init__(self, counter: CounterClient, kiosk: str, tell: Callable[[Event], None]) -> None:
        self._counter = counter
        self._kiosk = kiosk
        self._tell = tell

    def begin(self, effect: AnyEffect, site: Site | None) -> Job | None:
        """Return the work of an effect of this flow."""
        del site
        return self._check_in(effect) if isinstance(effect, CheckInHere) else None

    async def _check_in(self, effect: CheckInHere) -> None:
        path = f"/api/appointments/{quote(effect.code, safe='')}/check-in"
        came = CameByAppointment(kiosk=self._kiosk, language=effect.language)
        about = AboutAppointment.NO_ANSWER
        try:
            told = await self._counter.ask("POST", path, CheckedIn, came, within_s=_WITHIN_S)
        except CounterRefusedError as error:
            about = _MEANS.get(error.problem.code, AboutAppointment.NO_ANSWER)
        except MotcuaError as error:
            _log.warning("appointment.no_answer", code=error.code)
        else:
            self._tell(AppointmentTold(ask=effect.ask, told=told))
            return
        self._tell(AppointmentUntold(ask=effect.ask, about=about))
