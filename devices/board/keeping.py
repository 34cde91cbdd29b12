"""What the board tells, put on disk before the board may forget it, and moved to the province."""

import asyncio
import contextlib
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from devices.board.book import LateBook, Port, Start
from devices.board.errors import UpdatingError
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
        """What is wrong with the journal, as a device; nothing when it is well."""
        if self._fault is None:
            return ()
        return (
            DeviceReport(
                name="store",
                kind="store",
                driver="sqlite",
                health=Health.FAULT,
                code=self._fault.code,
                text=self._fault.sentence,
                since=self._since,
            ),
        )

    async def _write(self, board: ControlBoard, waiting: "asyncio.Queue[_Came]") -> None:
        while True:
            batch = [await waiting.get()]
            while len(batch) < _BATCH and not waiting.empty():
                batch.append(waiting.get_nowait())
            await self._keep([(event_of(told, board.config), at) for told, at in batch])
            newest, _ = batch[-1]
            with contextlib.suppress(UpdatingError):  # what it does not hear it tells again
                await board.stored(newest)

    async def _keep(self, events: list[tuple[BoardEvent, datetime]]) -> None:
        """Put them on disk, however often it takes."""
        tries = 0
        while True:
            try:
                new = await self._worker.do(lambda: self._book.opened().take(events))
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


class JournalBehindWorker:
    """The book's journal as its sender asks for it."""

    def __init__(self, book: LateBook, worker: Worker) -> None:
        self._book = book
        self._worker = worker

    async def pending(self, after: int, limit: int) -> list[JournalEntry]:
        """Return entries above `after`, oldest first; raises StorageError."""
        return await self._worker.do(lambda: self._book.opened().pending(after, limit))

    async def forget(self, ack: JournalAck) -> int:
        """Delete what the province has stored; return how many entries went."""
        return await self._worker.do(lambda: self._book.opened().forget(ack))


class StartsBehindWorker:
    """What the book remembers of this process's starts."""

    def __init__(self, book: LateBook, worker: Worker) -> None:
        self._book = book
        self._worker = worker

    async def started(self) -> Start:
        """Note a start; return what is known of those before; raises StorageError."""
        return await self._worker.do(lambda: self._book.opened().started())

    async def all_lived(self) -> None:
        """Note that all parts have proved that they live; raises StorageError."""
        await self._worker.do(lambda: self._book.opened().all_lived())

    async def woke(self, port: Port) -> None:
        """Note where the board is that watches over the box; raises StorageError."""
        await self._worker.do(lambda: self._book.opened().woke(port))

    async def rested(self) -> None:
        """Note an end in order; raises StorageError."""
        await self._worker.do(lambda: self._book.opened().rested())
