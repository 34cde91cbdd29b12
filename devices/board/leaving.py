"""What is left of a board that went from the settings: its events, and its watch over the box."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import structlog

from devices.board.book import BOOK, LateBook
from devices.board.errors import opening
from devices.board.keeping import JournalBehindWorker
from devices.contract.errors import MotcuaError
from devices.contract.topics import PartTopics
from devices.runtime.alongside import alongside
from devices.runtime.backoff import Backoff
from devices.runtime.bus import Bus
from devices.runtime.journal_sender import JournalSender
from devices.runtime.supervisor import keep
from devices.runtime.worker import Worker
from firmware_bridge.board import Board

_MEET_S = 2.0
_SLEEP_WITHIN_S = 900.0  # as long as it holds still after the end of the process that had it
_AGAIN = Backoff(least_s=1.0, most_s=30.0)
_log = structlog.get_logger()


@asynccontextmanager
async def board_left(bus: Bus, topics: PartTopics, state_dir: Path) -> AsyncIterator[None]:
    """Move up what a board told before, and put its watchdog to sleep, while the context lasts.

    Nobody would feed it any more: it would take a healthy box's power, again and again. Where there
    never was a board nothing is done.
    """
    path = state_dir / BOOK
    if not await asyncio.to_thread(path.exists):
        yield
        return
    book = LateBook(path)
    async with Worker("board events") as worker:
        sender = JournalSender(bus, topics, JournalBehindWorker(book, worker))
        try:
            async with alongside(
                keep("board journal", sender.run), _sleep(book, worker), name="board left"
            ):
                yield
        finally:
            await worker.do(book.close)


async def _sleep(book: LateBook, worker: Worker) -> None:
    """Try to put the watchdog to sleep for as long as the board may still be there."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_SLEEP_WITHIN_S):
            tries = 0
            while not await _asleep(book, worker):
                tries += 1
                await asyncio.sleep(_AGAIN.wait_s(tries))
            return
    _log.error("watchdog.not_put_to_sleep")


async def _asleep(book: LateBook, worker: Worker) -> bool:
    try:
        port = await worker.do(book.do, lambda it: it.awake())
        if port is None:
            return True
        path, baud = port
        with opening():
            async with Board(path, baud=baud, within_s=_MEET_S) as board:
                await board.ask("feed", 0)
        await worker.do(book.do, lambda it: it.slept())
    except MotcuaError as error:
        _log.warning("watchdog.still_awake", code=error.code)
        return False
    _log.info("watchdog.put_to_sleep", board=path)
    return True
