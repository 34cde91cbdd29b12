"""Who looks tickets up at the counter server, and stores ratings there."""

from collections.abc import Callable

import structlog

from devices.contract.errors import MotcuaError
from kiosk.api.errors import AlreadyRatedError
from kiosk.api.queue import Rate, Site, Ticket
from kiosk.ui.clerk import Job
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

    def begin(self, effect: AnyEffect, site: Site | None) -> Job | None:
        """Return the work of an effect of this flow."""
        del site
        match effect:
            case FindTicket() | FindCode():
                return self._find(effect)
            case SendRating():
                return self._rate(effect)
            case _:
                return None

    async def _find(self, effect: FindTicket | FindCode) -> None:
        ask = effect.ask
        try:
            self._tell(Found(ask=ask, ticket=await self._looked_up(effect)))
        except CounterRefusedError as error:
            unknown = error.missing
            reason = NotFoundReason.UNKNOWN if unknown else NotFoundReason.NO_ANSWER
            self._tell(NotFound(ask=ask, reason=reason))
        except MotcuaError:
            self._tell(NotFound(ask=ask, reason=NotFoundReason.NO_ANSWER))

    async def _looked_up(self, effect: FindTicket | FindCode) -> Ticket:
        if isinstance(effect, FindTicket):
            return await self._counter.by_number(effect.number)
        return await self._counter.by_code(effect.code)

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
            self._tell(RatingStored(ask=effect.ask))
            return
        self._tell(RatingRefused(ask=effect.ask, already=already))
