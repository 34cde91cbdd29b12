"""Who looks tickets up at the counter server, and stores ratings there."""

from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

import structlog

from devices.contract.errors import MotcuaError
from kiosk.api.errors import AlreadyRatedError
from kiosk.api.queue import Rate, Site, Ticket
from kiosk.ui.clerk import Job, Newest
from kiosk.ui.events import AnyEffect, Event
from kiosk.ui.flows.visit.pages import (
    FindCode,
    FindTicket,
    Found,
    NotFound,
    NotFoundReason,
    RatingRefused,
    RatingStored,
    SendRating,
)
from kiosk.ui.link import CounterClient, CounterRefusedError

_log = structlog.get_logger()


class VisitClerk:
    """Outcomes come back through `tell`."""

    def __init__(self, counter: CounterClient, tell: Callable[[Event], None]) -> None:
        self._counter = counter
        self._tell = tell
        self._finds = Newest()

    def begin(self, effect: AnyEffect, site: Site | None) -> Job | None:
        """Return the work of an effect of this flow."""
        del site
        match effect:
            case FindTicket():
                look = partial(self._counter.by_number, effect.number)
                return self._finds.job(partial(self._find, effect.number, look))
            case FindCode():
                look = partial(self._counter.by_code, effect.code)
                return self._finds.job(partial(self._find, effect.code, look))
            case SendRating():
                return self._rate(effect)
            case _:
                return None

    async def _find(self, asked: str, look: Callable[[], Coroutine[Any, Any, Ticket]]) -> None:
        try:
            self._tell(Found(asked=asked, ticket=await look()))
        except CounterRefusedError as error:
            unknown = error.missing
            reason = NotFoundReason.UNKNOWN if unknown else NotFoundReason.NO_ANSWER
            self._tell(NotFound(asked=asked, reason=reason))
        except MotcuaError:
            self._tell(NotFound(asked=asked, reason=NotFoundReason.NO_ANSWER))

    async def _rate(self, effect: SendRating) -> None:
        rate = Rate(value=effect.value, scale=effect.scale)
        already = False
        try:
            await self._counter.rate(effect.ticket, rate)
        except CounterRefusedError as error:
            already = error.problem.code == AlreadyRatedError.code
        except MotcuaError as error:
            _log.warning("rating.not_stored", code=error.code)
        else:
            self._tell(RatingStored(ticket=effect.ticket))
            return
        self._tell(RatingRefused(ticket=effect.ticket, already=already))
