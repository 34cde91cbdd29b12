"""The back room: carries out what the session wants done, by each flow's clerk."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Protocol

import structlog

from kiosk.api.queue import Site
from kiosk.ui.events import AnyEffect

Job = Coroutine[Any, Any, None]
_JOBS = 64
_log = structlog.get_logger()


class Newest:
    """Lets the newest of some questions be answered alone: each gives up the one before.

    So what becomes of an old one is never taken for the answer to the same question asked again.
    """

    def __init__(self) -> None:
        self._asked = 0
        self._task: asyncio.Task[None] | None = None

    def job(self, asks: Callable[[], Job]) -> Job:
        """Return the work of a question that is asked now."""
        self._asked += 1
        if self._task:
            self._task.cancel()
        return self._run(asks, self._asked)

    async def _run(self, asks: Callable[[], Job], mine: int) -> None:
        if mine != self._asked:  # given up before it began
            return
        self._task = task = asyncio.current_task()
        try:
            await asks()
        finally:
            if self._task is task:
                self._task = None


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
