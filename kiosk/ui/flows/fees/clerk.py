"""Who asks the counter server for fees, and watches one that is shown."""

import asyncio
from collections.abc import Callable
from urllib.parse import quote, urlencode

import structlog

from devices.contract.errors import MotcuaError
from kiosk.api import errors
from kiosk.api.fees import FeesOfDossier, FeeTold
from kiosk.api.payments import FeeState
from kiosk.api.queue import Site
from kiosk.ui.clerk import Job
from kiosk.ui.events import AnyEffect, EndSession, Event
from kiosk.ui.flows.fees.pages import (
    AboutFees,
    FeeHeard,
    FeesTold,
    FeesUntold,
    FindFees,
    ForgetFee,
    WatchFee,
)
from kiosk.ui.link import CounterClient, CounterRefusedError

_WITHIN_S = 11.0  # the counter server waits for the system for 9 s
_WATCHED_TIMES = 450
_MEANS = {
    errors.SystemAwayError.code: AboutFees.AWAY,
    errors.RefusedThereError.code: AboutFees.REFUSED,
    errors.NotConnectedError.code: AboutFees.NOT_CONNECTED,
    errors.NotFoundError.code: AboutFees.NONE_ASKED,
}
_log = structlog.get_logger()


class FeesClerk:
    """Outcomes come back through `tell`. One fee is watched at a time, and none after a session."""

    def __init__(
        self, counter: CounterClient, tell: Callable[[Event], None], *, every_s: float = 4.0
    ) -> None:
        self._counter = counter
        self._tell = tell
        self._every_s = every_s
        self._watched = ""
        self._watching: asyncio.Task[None] | None = None

    def begin(self, effect: AnyEffect, site: Site | None) -> Job | None:
        """Return the work of an effect of this flow."""
        del site
        match effect:
            case FindFees():
                return self._find(effect)
            case WatchFee(reference=reference):
                self._forget()
                self._watched = reference
                return self._watch(reference)
            case ForgetFee() | EndSession():
                self._forget()
                return None
            case _:
                return None

    def _forget(self) -> None:
        self._watched = ""
        if self._watching:
            self._watching.cancel()
            self._watching = None

    async def _find(self, effect: FindFees) -> None:
        path = f"/api/fees?{urlencode({'dossier': effect.code})}"
        about = AboutFees.NO_ANSWER
        try:
            told = await self._counter.ask("GET", path, FeesOfDossier, within_s=_WITHIN_S)
        except CounterRefusedError as error:
            about = _MEANS.get(error.problem.code, AboutFees.NO_ANSWER)
        except MotcuaError as error:
            _log.warning("fees.no_answer", code=error.code)
        else:
            self._tell(FeesTold(ask=effect.ask, fees=told.fees))
            return
        self._tell(FeesUntold(ask=effect.ask, about=about))

    async def _watch(self, reference: str) -> None:
        if self._watched != reference:  # forgotten before it began
            return
        self._watching = asyncio.current_task()
        for _ in range(_WATCHED_TIMES):
            if await self._is_settled(reference):
                return
            await asyncio.sleep(self._every_s)

    async def _is_settled(self, reference: str) -> bool:
        path = f"/api/fees/{quote(reference, safe='')}"
        try:
            fee = await self._counter.ask("GET", path, FeeTold, within_s=_WITHIN_S)
        except MotcuaError as error:
            _log.warning("fee.no_answer", code=error.code)
            return False
        if self._watched == reference:
            self._tell(FeeHeard(fee=fee))
        return fee.state is not FeeState.PENDING
