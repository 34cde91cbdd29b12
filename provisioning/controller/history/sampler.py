"""Takes a sample of every box each five minutes, and rolls up what is old."""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TypeVar

import structlog

from devices.contract.clock import Clock
from devices.contract.errors import MotcuaError
from devices.runtime.worker import Worker
from provisioning.controller.figures import Figures
from provisioning.controller.fleet import BoxState
from provisioning.controller.history.history import History
from provisioning.controller.history.samples import MOMENT_S, Changes, Sample, figures_of

_AT_ONCE = 1_000
_STEP_S = 60.0
_PAUSE_S = 0.05  # between steps of a roll-up: whoever writes events goes first
_MOST_STEPS = 400
_Item = TypeVar("_Item")
_log = structlog.get_logger()


class Sampler:
    """Samples `states`: every box with its tickets of today."""

    def __init__(
        self,
        states: Callable[[], Iterable[tuple[BoxState, Figures]]],
        history: History,
        worker: Worker,
        clock: Clock,
    ) -> None:
        self._states = states
        self._history = history
        self._worker = worker
        self._clock = clock
        self._changes = Changes()

    async def run(self) -> None:
        """Sample at every fifth minute of the clock; never returns.

        A store that refuses ends it, for whoever keeps it to begin again.
        """
        while True:
            await asyncio.sleep(MOMENT_S - self._clock.now().timestamp() % MOMENT_S)
            await self.sample()
            await self.roll_up()

    async def sample(self) -> int:
        """Write what changed; returns how many samples that was."""
        at = int(self._clock.now().timestamp()) // MOMENT_S * MOMENT_S
        written = 0
        try:
            for some in _batches(self._fresh(at), _AT_ONCE):
                await self._worker.within(_STEP_S, self._history.write, some)
                written += len(some)
        except MotcuaError:
            self._changes = Changes()  # what was not written is written next time
            raise
        return written

    async def roll_up(self) -> None:
        """Roll up what is old enough, in small steps; what is left waits for the next time."""
        for _ in range(_MOST_STEPS):
            if not await self._worker.within(_STEP_S, self._history.roll_up, self._clock.now()):
                return
            await asyncio.sleep(_PAUSE_S)
        _log.info("history.more_to_roll_up")

    def _fresh(self, at: int) -> Iterator[Sample]:
        for state, figures in list(self._states()):
            yield from self._changes.fresh(str(state.box), figures_of(state, figures), at)


def _batches(items: Iterable[_Item], size: int) -> Iterator[list[_Item]]:
    rest = iter(items)
    while some := list(islice(rest, size)):
        yield some
