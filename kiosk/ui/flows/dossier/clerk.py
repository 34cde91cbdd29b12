"""Who looks dossiers up at the counter server."""

from collections.abc import Callable
from urllib.parse import urlencode

import structlog

from devices.contract.errors import MotcuaError
from kiosk.api import errors
from kiosk.api.dossier_lookup import DossierLookup
from kiosk.api.queue import Site
from kiosk.ui.clerk import Job
from kiosk.ui.events import AnyEffect, Event
from kiosk.ui.flows.dossier.pages import AboutDossier, DossierTold, DossierUntold, LookUpDossier
from kiosk.ui.link import CounterClient, CounterRefusedError

_WITHIN_S = 11.0  # the counter server waits for the system for 9 s
_MEANS = {
    errors.NotFoundError.code: AboutDossier.UNKNOWN,
    errors.NotSentYetError.code: AboutDossier.NOT_SENT,
    errors.SystemAwayError.code: AboutDossier.AWAY,
    errors.RefusedThereError.code: AboutDossier.REFUSED,
    errors.NotConnectedError.code: AboutDossier.NOT_CONNECTED,
}
_log = structlog.get_logger()


class DossierClerk:
    """Outcomes come back through `tell`; nothing of them is kept here."""

    def __init__(self, counter: CounterClient, tell: Callable[[Event], None]) -> None:
        self._counter = counter
        self._tell = tell

    def begin(self, effect: AnyEffect, site: Site | None) -> Job | None:
        """Return the work of an effect of this flow."""
        del site
        return self._look_up(effect) if isinstance(effect, LookUpDossier) else None

    async def _look_up(self, effect: LookUpDossier) -> None:
        path = f"/api/dossiers?{urlencode({'code': effect.code})}"
        about = AboutDossier.NO_ANSWER
        try:
            told = await self._counter.ask("GET", path, DossierLookup, within_s=_WITHIN_S)
        except CounterRefusedError as error:
            about = _MEANS.get(error.problem.code, AboutDossier.NO_ANSWER)
        except MotcuaError as error:
            _log.warning("dossier.no_answer", code=error.code)
        else:
            self._tell(DossierTold(ask=effect.ask, told=told))
            return
        self._tell(DossierUntold(ask=effect.ask, about=about))
