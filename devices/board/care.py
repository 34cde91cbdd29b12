"""Everything the device process does for its board, beside opening it and asking how it is."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from devices.board.book import BOOK, LateBook
from devices.board.keeping import JournalBehindWorker, Keeping, StartsBehindWorker
from devices.board.messages import (
    BoardLog,
    BoardUpdated,
    HoldWatchdog,
    ReadBoardLog,
    RestartBoard,
    UpdateBoard,
    WatchdogHeld,
)
from devices.board.port import ControlBoard
from devices.board.releases import read_release
from devices.board.watching import Watching
from devices.contract.clock import Clock
from devices.contract.message import Command, DeviceReport, Done
from devices.contract.topics import PartTopics
from devices.hosted import Hosted
from devices.runtime.alongside import alongside
from devices.runtime.bus import Bus
from devices.runtime.journal_sender import JournalSender
from devices.runtime.requests import Handler
from devices.runtime.supervisor import keep
from devices.runtime.worker import Worker

_ASK_S = 5.0
_RESTART_S = 20.0
_LOG_BYTES = 32_768


class BoardCare:
    """One board's events, its watchdog, and the commands that concern it. `living` is its life."""

    def __init__(
        self,
        board: ControlBoard,
        bus: Bus,
        topics: PartTopics,
        state_dir: Path,
        clock: Clock,
        *,
        changed: Callable[[], None],
    ) -> None:
        self._board = board
        self._clock = clock
        self._book = LateBook(state_dir / BOOK, clock)
        self._worker = Worker("board events")
        self._sender = JournalSender(bus, topics, JournalBehindWorker(self._book, self._worker))
        self._keeping = Keeping(
            self._book, self._worker, clock, nudge=self._sender.nudge, changed=changed
        )
        self._watching = Watching(
            board,
            bus,
            topics.box,
            clock,
            StartsBehindWorker(self._book, self._worker),
        )

    async def tend(self, board: ControlBoard) -> None:
        """Take what the board tells while it is open; raises DeviceError."""
        await self._keeping.take(board)

    @property
    def reports(self) -> tuple[DeviceReport, ...]:
        """What beside the board is not well."""
        return self._keeping.reports

    @asynccontextmanager
    async def living(self) -> AsyncIterator[None]:
        """Do what it does for as long as the context lasts."""
        async with self._worker:
            try:
                async with alongside(
                    keep("board journal", self._sender.run),
                    self._watching.hear(),
                    self._watching.feed(),
                    name="board",
                ):
                    yield
            finally:
                await self._worker.do(self._book.close)

    async def until_told(self) -> None:
        """Wait until cancelled, while the board is open; then let its watchdog rest."""
        try:
            await asyncio.Event().wait()
        finally:
            await self._watching.rest()

    def handlers(self, hosted: Hosted[ControlBoard]) -> dict[type[Command[Any]], Handler[Any]]:
        """Return what it does when it is told to."""
        return {
            ReadBoardLog: _in_turn(hosted, _read_log, _ASK_S),
            HoldWatchdog: _in_turn(hosted, _hold, _ASK_S),
            RestartBoard: _opened(hosted, self._restart),
            UpdateBoard: _opened(hosted, self._update),
        }

    async def _restart(self, _: RestartBoard) -> Done:
        await self._board.restart()
        return Done()

    async def _update(self, command: UpdateBoard) -> BoardUpdated:
        release = await asyncio.to_thread(
            read_release,
            Path(command.manifest),
            Path(command.image),
            Path(self._board.config.firmware_keys),
            self._clock.now(),
        )
        return await self._board.update(release)


async def _read_log(board: ControlBoard, command: ReadBoardLog) -> BoardLog:
    text, offset = await board.log(command.offset, _LOG_BYTES)
    return BoardLog(text=text, next_offset=offset)


async def _hold(board: ControlBoard, command: HoldWatchdog) -> WatchdogHeld:
    return WatchdogHeld(seconds=await board.hold(command.seconds))


def _in_turn(
    hosted: Hosted[ControlBoard],
    work: Callable[[ControlBoard, Any], Awaitable[Any]],
    within_s: float,
) -> Handler[Any]:
    async def handle(command: Command[Any]) -> Any:
        return await hosted.use(lambda board: work(board, command), within_s=within_s)

    return handle


def _opened(hosted: Hosted[ControlBoard], work: Callable[[Any], Awaitable[Any]]) -> Handler[Any]:
    """Do it beside the turns: the board is opened anew in the midst of it."""

    async def handle(command: Command[Any]) -> Any:
        await hosted.use(_open, within_s=_ASK_S)
        return await work(command)

    return handle


async def _open(board: ControlBoard) -> None:
    board.held(board.session)
