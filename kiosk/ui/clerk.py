"""The back room: carries out what the session wants done, by each flow's clerk."""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any, Protocol

import structlog

from kiosk.api.queue import Site
from kiosk.ui.events import AnyEffect

Job = Coroutine[Any, Any, None]
_JOBS = 64
_log = structlog.get_logger()


class Clerk(Protocol):
    """Carries out the effects of one flow; what came of them comes back as events."""

    def begin(self, effect: AnyEffect, site: Site | None) -> Job | None:
        """Return the work of an effect; None when it is another clerk's."""
        ...


class BackRoom:
    """`do` never waits. `run` is its life."""

    def __init__(self, clerks: Sequence[Clerk]) -> None:
        self._clerks = clerks
        self._jobs: asyncio.Queue[Job] = asyncio.Queue(_JOBS)

    def do(self, effect: AnyEffect, site: Site | None) -> None:
        """Begin an effect."""
        for clerk in self._clerks:
            if job := clerk.begin(effect, site):
                self.take(job)

    def take(self, job: Job) -> None:
        """Begin a job. When far too much is under way it is dropped; the session times out."""
        try:
            self._jobs.put_nowait(job)
        except asyncio.QueueFull:
            job.close()
            _log.error("clerk.too_much")

    async def run(self) -> None:
        """Carry out what was begun; never returns."""
        async with asyncio.TaskGroup() as group:
            while True:
                group.create_task(await self._jobs.get())
