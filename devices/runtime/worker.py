"""Blocking work off the loop: one thread, in order, a bound on the queue, a deadline on answers."""

import asyncio
import contextlib
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from types import TracebackType
from typing import Any, ParamSpec, Self, TypeVar

from devices.contract.errors import BusyError, DeadlinePassedError

P = ParamSpec("P")
T = TypeVar("T")

_Job = tuple[Callable[[], Any], "Future[Any]"]


class Worker:
    """One thread that owns something blocking (a database connection, a serial port).

    `async with Worker("store") as worker` starts it, and ends it once what was given is done. Jobs
    run in the order they were given. One that hangs is left behind after twice `end_s`.
    """

    def __init__(self, name: str, *, limit: int = 256, end_s: float = 10.0) -> None:
        self._end_s = end_s
        self._jobs: queue.Queue[_Job | None] = queue.Queue(limit)
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    async def __aenter__(self) -> Self:
        self._thread.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await asyncio.to_thread(self._end)

    async def do(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run the function on the thread and return its result, within 30 s.

        Raises BusyError when too much waits, DeadlinePassedError when it takes too long; then the
        work, if begun, still runs to its end.
        """
        return await self.within(30.0, work, *args, **kwargs)

    async def within(
        self, seconds: float, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Do the same with a deadline of one's own."""
        future: Future[T] = Future()
        try:
            self._jobs.put_nowait((lambda: work(*args, **kwargs), future))
        except queue.Full:
            raise BusyError(f"{self._thread.name}: too much waits") from None
        try:
            async with asyncio.timeout(seconds):
                return await asyncio.wrap_future(future)
        except TimeoutError:
            future.cancel()
            raise DeadlinePassedError(f"{self._thread.name}: not done in {seconds:g} s") from None

    def _end(self) -> None:
        with contextlib.suppress(queue.Full):  # full behind a job that hangs
            self._jobs.put(None, timeout=self._end_s)
        self._thread.join(self._end_s)

    def _run(self) -> None:
        while job := self._jobs.get():
            work, future = job
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(work())
            except BaseException as error:  # noqa: BLE001 - it belongs to the one who waits
                future.set_exception(error)
