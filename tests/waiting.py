"""Waiting for something that becomes true soon, with an end."""

import asyncio
from collections.abc import Callable


async def until(holds: Callable[[], bool], what: str, *, within_s: float = 30.0) -> None:
    """Return once it holds; fails with what was waited for."""
    loop = asyncio.get_running_loop()
    end = loop.time() + within_s
    while not holds():
        if loop.time() > end:
            raise AssertionError(f"within {within_s:g} s never: {what}")
        await asyncio.sleep(0.01)
