"""What the board tells, put on disk before the board may forget it, and moved to the province."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog

from devices.board.book import DamagedEventsError, LateBook, Port, Start
from devices.board.messages import BoardEvent
from devices.board.port import ControlBoard
from devices.board.telling import Told, event_of
from devices.contract.clock import Clock
from devices.contract.errors import MotcuaError
from devices.contract.message import DeviceReport, Health, JournalAck, JournalEntry
from devices.runtime.alongside import alongside
from devices.runtime.backoff import Backoff
from devices.runtime.worker import Worker

_WAITING = 512  # more than a board keeps
_BATCH = 64
_AGAIN = Backoff(least_s=0.2, most_s=5.0)
_TOLD_FOR = timedelta(days=1)
_Came = tuple[Told, datetime]
_log = structlog.get_logger()


class Keeping:
    """Takes the board's events. `nudge` is called when there are new ones for the province.

    While the disk refuses them, or the journal is full, the board keeps them: `report` says so,
    and `changed` is called when that begins and ends. What then finds no room on the board is
    counted there, and told.
    """

    def __init__(
        self,
        book: LateBook,
        worker: Worker,
        clock: Clock,
        *,
        nudge: Callable[[], None],
        changed: Callable[[], None],
    ) -> None:
        self._book = book
        self._worker = worker
        self._clock = clock
        self._nudge = nudge
        self._changed = changed
        self._fault: MotcuaError | None = None
        self._since = clock.now()

    async def take(self, board: ControlBoard) -> None:
        """Take what the board tells, for as long as its conversation lasts; raises DeviceError."""
        waiting: asyncio.Queue[_Came] = asyncio.Queue(_WAITING)
        async with alongside(self._write(board, waiting), name="board events"):
            async for told in board.events():
                await waiting.put((told, self._at(told)))  # it may wait long for the disk

    @property
    def reports(self) -> tuple[DeviceReport, ...]:
        """What is wrong with the journal, as a device; nothing when it is well.

        That a damaged one was set aside is told for a day: what waited in it goes nowhere.
        """
        if self._fault:
            return (_report(self._fault, self._since),)
        at = self._book.set_aside_at
        if at is None or abs(self._clock.now() - at) > _TOLD_FOR:
            return ()
        return (_report(DamagedEventsError("A new book of events is begun."), at),)

    async def _write(self, board: ControlBoard, waiting: "asyncio.Queue[_Came]") -> None:
        while True:
            batch = [await waiting.get()]
            while len(batch) < _BATCH and not waiting.empty():
                batch.append(waiting.get_nowait())
            await self._keep([(event_of(told, board.config), at) for told, at in batch])
            newest, _ = batch[-1]
            await board.stored(newest)

    async def _keep(self, events: list[tuple[BoardEvent, datetime]]) -> None:
        """Put them on disk, however often it takes."""
        tries = 0
        while True:
            try:
                new = await self._worker.do(self._book.do, lambda it: it.take(events))
            except MotcuaError as error:
                tries += 1
                self._become(error)
                await asyncio.sleep(_AGAIN.wait_s(tries))
            else:
                self._become(None)
                if new:
                    self._nudge()
                return

    def _at(self, told: Told) -> datetime:
        return self._clock.now() - timedelta(milliseconds=told.event.age_ms)

    def _become(self, fault: MotcuaError | None) -> None:
        before, self._fault = self._fault, fault
        if (before and before.code) == (fault and fault.code):
            return
        self._since = self._clock.now()
        if fault:
            _log.error("board.events_not_stored", code=fault.code, text=fault.sentence)
        self._changed()


def _report(fault: MotcuaError, since: datetime) -> DeviceReport:
    return DeviceReport(
        name="store",
        kind="store",
        driver="sqlite",
        health=Health.FAULT,
        code=fault.code,
        text=fault.sentence,
        since=since,
    )


class JournalBehindWorker:
    """The book's journal as its sender asks for it."""

    def __init__(self, book: LateBook, worker: Worker) -> None:
        self._book = book
        self._worker = worker

    async def pending(self, after: int, limit: int) -> list[JournalEntry]:
        """Return entries above `after`, oldest first; raises StorageError."""
        return await self._worker.do(self._book.do, lambda it: it.pending(after, limit))

    async def forget(self, ack: JournalAck) -> int:
        """Delete what the province has stored; return how many entries went."""
        return await self._worker.do(self._book.do, lambda it: it.forget(ack))


class StartsBehindWorker:
    """What the book remembers of this process's starts."""

    def __init__(self, book: LateBook, worker: Worker) -> None:
        self._book = book
        self._worker = worker

    async def started(self) -> Start:
        """Note a start; return what is known of those before; raises StorageError."""
        return await self._worker.do(self._book.do, lambda it: it.started())

    async def all_lived(self, parts: Sequence[str]) -> None:
        """Note that all parts have proved that they live; raises StorageError."""
        await self._worker.do(self._book.do, lambda it: it.all_lived(parts))

    async def woke(self, port: Port) -> None:
        """Note where the board is that watches over the box; raises StorageError."""
        await self._worker.do(self._book.do, lambda it: it.woke(port))

    async def rested(self) -> None:
        """Note an end in order; raises StorageError."""
        await self._worker.do(self._book.do, lambda it: it.rested())
