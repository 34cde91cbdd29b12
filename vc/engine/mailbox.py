"""Engine events on their way to their one reader, with a bound."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator

import structlog

from vc.engine.port import EngineEvent, EngineFigures, LegFigures, Levels, MediaPacket

LIMIT = 2048
_PASSING = (Levels, LegFigures, EngineFigures, MediaPacket)
_log = structlog.get_logger()


class Mailbox:
    """What was not read yet, in order.

    When 2048 events wait, figures, levels and media are dropped. That sessions came and went is
    never dropped: there are only as many as sessions.
    """

    def __init__(self, limit: int = LIMIT) -> None:
        self._events: deque[EngineEvent] = deque()
        self._limit = limit
        self._arrived = asyncio.Event()
        self._dropping = False

    def put(self, event: EngineEvent) -> None:
        """Add an event."""
        full = len(self._events) >= self._limit
        if full and not self._dropping:
            _log.error("engine.events_dropped", waiting=len(self._events))
        self._dropping = full
        if full and isinstance(event, _PASSING):
            return
        self._events.append(event)
        self._arrived.set()

    async def events(self) -> AsyncIterator[EngineEvent]:
        """Yield events for ever."""
        while True:
            while not self._events:
                self._arrived.clear()
                await self._arrived.wait()
            yield self._events.popleft()
