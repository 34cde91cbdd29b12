"""Which boxes had hung, and had their power cut by their board, within the last hour."""

import asyncio
from collections import defaultdict
from datetime import datetime, timedelta

from devices.contract.clock import Clock
from devices.runtime.worker import Worker
from provisioning.controller.board_events import (
    PowerCycle,
    newest_event,
    power_cycles,
    power_cycles_since,
)
from provisioning.controller.database import Database

_WITHIN = timedelta(hours=1)
_LOOK_EVERY_S = 10.0
_MOST_OF_A_BOX = 100


class PowerCycles:
    """Reads what was stored since it looked last; `of` is what is known now."""

    def __init__(
        self, database: Database, worker: Worker, clock: Clock, *, every_s: float = _LOOK_EVERY_S
    ) -> None:
        self._database = database
        self._worker = worker
        self._clock = clock
        self._every_s = every_s
        self._at: defaultdict[str, list[datetime]] = defaultdict(list)

    def of(self, box: str, now: datetime) -> int:
        """Return how often the box's power was cut in the last hour."""
        return sum(abs(now - at) < _WITHIN for at in self._at.get(box, ()))

    async def run(self) -> None:
        """Look, for ever; raises StorageError."""
        now = self._clock.now()
        after, cycles = await self._worker.do(self._begin, now - _WITHIN)
        self._at.clear()
        self._take(cycles)
        while True:
            await asyncio.sleep(self._every_s)
            after, cycles = await self._worker.do(self._go_on, after)
            self._take(cycles)
            self._forget()

    def _begin(self, since: datetime) -> tuple[int, list[PowerCycle]]:
        with self._database.reading() as db:
            until = newest_event(db)
            return until, power_cycles_since(db, since, until=until)

    def _go_on(self, after: int) -> tuple[int, list[PowerCycle]]:
        with self._database.reading() as db:
            until = newest_event(db)
            return until, power_cycles(db, after=after, until=until)

    def _take(self, cycles: list[PowerCycle]) -> None:
        for cycle in cycles:
            self._at[cycle.box] = [*self._at[cycle.box], cycle.at][-_MOST_OF_A_BOX:]

    def _forget(self) -> None:
        now = self._clock.now()
        for box in [box for box in self._at if not self.of(box, now)]:
            del self._at[box]
