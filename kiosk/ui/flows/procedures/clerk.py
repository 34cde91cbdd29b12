"""Who tells the counter server that a citizen was shown the way to the portal."""

from collections import deque

import structlog

from devices.contract.errors import MotcuaError
from kiosk.api.handoffs import HandOffTold, TellHandOff
from kiosk.api.queue import Site
from kiosk.ui.asked import new_request_id
from kiosk.ui.clerk import Job
from kiosk.ui.events import AnyEffect
from kiosk.ui.flows.procedures.pages import TellHandedOff
from kiosk.ui.link import CounterClient, CounterRefusedError, again

MOST_UNTOLD = 256
_TELL_WITHIN_S = 300.0
_log = structlog.get_logger()


class ProceduresClerk:
    """One telling is one request, however often it is tried.

    What was not told in five minutes goes before the next one; 256 wait at most, the oldest is lost
    (and logged) where there are more, and all of them with the process.
    """

    def __init__(self, counter: CounterClient, *, within_s: float = _TELL_WITHIN_S) -> None:
        self._counter = counter
        self._within_s = within_s
        self._untold: deque[TellHandOff] = deque()

    def begin(self, effect: AnyEffect, site: Site | None) -> Job | None:
        """Return the work of an effect of this flow."""
        del site
        return self._tell(effect) if isinstance(effect, TellHandedOff) else None

    async def _tell(self, effect: TellHandedOff) -> None:
        told = TellHandOff(request=new_request_id(), service=effect.service, to=effect.host)
        self._untold.append(told)
        if len(self._untold) > MOST_UNTOLD:
            self._untold.popleft()
            _log.warning("hand_off.lost", waiting=MOST_UNTOLD)
        try:
            await again(self._tell_all, self._within_s)
        except MotcuaError as error:
            _log.warning("hand_off.waits", code=error.code, waiting=len(self._untold))

    async def _tell_all(self) -> None:
        while self._untold:
            told = self._untold[0]
            try:
                await self._counter.ask("POST", "/api/hand-offs", HandOffTold, told)
            except CounterRefusedError as error:
                if not error.problem.retry:
                    self._over(told)  # it would stand in the way of all others
                raise
            self._over(told)

    def _over(self, told: TellHandOff) -> None:
        if self._untold and self._untold[0] is told:  # nobody else has told it meanwhile
            self._untold.popleft()
