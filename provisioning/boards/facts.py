"""What a board says of itself, as far as its firmware knows the rows."""

import asyncio
import codecs
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec

from firmware_bridge import frames
from firmware_bridge.board import Board, Identity
from firmware_bridge.errors import BoardBusyError, BoardError, RefusedError, TableDiffersError
from provisioning.boards.ports import Holder, holder

_AT_ONCE = 8
_HELD_S = 120
_LOOK_AGAIN_S = 0.5


class Fitted(msgspec.Struct, frozen=True):
    """How many of each a board has."""

    lines: int
    buttons: int
    lamps: int
    switches: int


class Levels(msgspec.Struct, frozen=True):
    """How everything is now; buttons down and switches closed as bits, paper as frames says."""

    buttons: int
    switches: int
    temperature_mc: int
    paper: int
    fan: int


class Watch(msgspec.Struct, frozen=True):
    """The watchdog over the box: limit in s (0: asleep), s until it cuts, s that it is held."""

    limit_s: int
    left_s: int
    held_s: int
    cuts: int


class Facts(msgspec.Struct, frozen=True):
    """All of it; None where the board's firmware does not tell."""

    identity: Identity
    fitted: Fitted | None
    levels: Levels | None
    watch: Watch | None


class Answer(msgspec.Struct, frozen=True):
    """What came of asking a port: who is there, or why nobody is, and who holds it then."""

    port: Path
    identity: Identity | None = None
    error: BoardError | None = None
    held_by: Holder | None = None


async def who(ports: list[Path], *, baud: int, within_s: float) -> list[Answer]:
    """Ask every port who is there, some at once."""
    some = asyncio.Semaphore(_AT_ONCE)

    async def ask(port: Path) -> Answer:
        async with some:
            try:
                async with Board(str(port), baud=baud, within_s=within_s) as board:
                    return Answer(port, board.identity)
            except BoardError as error:
                held = isinstance(error, BoardBusyError)
                return Answer(port, error=error, held_by=holder(port) if held else None)

    return list(await asyncio.gather(*map(ask, ports)))


async def facts(board: Board) -> Facts:
    """Ask a board everything; raises BoardError when it is gone meanwhile."""
    fitted, levels, watch = [await _row(board, row) for row in ("fitted", "read", "watch")]
    return Facts(
        board.identity,
        Fitted(*fitted) if fitted else None,
        Levels(*levels) if levels else None,
        Watch(*watch) if watch else None,
    )


async def keep_held(board: Board) -> None:
    """While a technician looks on, nobody feeds the watchdog: let it hold still, for ever."""
    while True:
        watch = await _row(board, "watch")
        if watch and Watch(*watch).limit_s and Watch(*watch).held_s < _HELD_S // 2:
            await board.ask("hold", _HELD_S)
        await asyncio.sleep(_HELD_S / 8)


async def log(board: Board, *, follow: bool) -> AsyncIterator[str]:
    """Yield the board's log, and then what is added if it is to be followed; raises BoardError."""
    text, offset = codecs.getincrementaldecoder("utf-8")("replace"), 0
    while True:
        offset, piece = await board.ask("log", offset)
        if piece:
            yield text.decode(piece)
        elif follow:
            await asyncio.sleep(_LOOK_AGAIN_S)
        else:
            return


def temperature_c(levels: Levels) -> float | None:
    """Return degrees, None without a sensor."""
    known = levels.temperature_mc != frames.NO_TEMPERATURE
    return levels.temperature_mc / 1000 if known else None


async def _row(board: Board, name: str) -> tuple[Any, ...]:
    try:
        return await board.ask(name)
    except (RefusedError, TableDiffersError):
        return ()
