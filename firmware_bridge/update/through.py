"""The life of an update, over as many conversations as it takes."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import TypeVar

from firmware_bridge.errors import BoardError
from firmware_bridge.update.errors import UpdateTimedOutError

B = TypeVar("B")
R = TypeVar("R")

_GREETING_S = 2.0  # of one try to open it
_PAUSE_S = 0.1  # between two tries


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long a board is waited for at the beginning, how long when it went away, and it all."""

    meet_s: float
    back_s: float
    within_s: float


async def carried_through(
    path: str,
    conversation: Callable[[float], AbstractAsyncContextManager[B]],
    go_on: Callable[[B], Awaitable[R | None]],
    patience: Patience,
) -> R:
    """Go on in one conversation after the other, until something is returned.

    `conversation` opens one within so many seconds; `go_on` does what is next by what the board
    says, and returns nothing when that needs another conversation. One that breaks is begun anew.
    Raises UpdateTimedOutError, what another conversation does not mend, or what keeps the board
    away for too long.
    """
    loop = asyncio.get_running_loop()
    seen_s, away_most_s = loop.time(), patience.meet_s
    try:
        async with asyncio.timeout(patience.within_s):
            while True:
                try:
                    async with conversation(min(_GREETING_S, away_most_s)) as board:
                        away_most_s = patience.back_s
                        try:
                            if done := await go_on(board):
                                return done
                        finally:
                            seen_s = loop.time()
                except BoardError as error:
                    if not error.retry or loop.time() - seen_s > away_most_s:
                        raise
                await asyncio.sleep(_PAUSE_S)
    except TimeoutError as error:
        raise UpdateTimedOutError(f"{path}: not done after {patience.within_s:g} s") from error
