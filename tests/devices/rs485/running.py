"""A bus in care, as the device process has it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from devices.rs485.bus import Rs485Bus
from devices.rs485.settings import Rs485Config
from devices.runtime.backoff import Backoff
from devices.runtime.supervisor import keep

BRISK = Backoff(least_s=0.02, most_s=0.1)


def bus_at(path: Path, *, echo: bool = False, after_silence_s: float = 0.0) -> Rs485Bus:
    return Rs485Bus(
        Rs485Config(path=str(path), baud=115_200, echo=echo, after_silence_s=after_silence_s)
    )


@asynccontextmanager
async def running(bus: Rs485Bus) -> AsyncIterator[Rs485Bus]:
    """Keep the bus until the body ends."""
    life = asyncio.create_task(keep("rs485", bus.run, backoff=BRISK))
    try:
        yield bus
    finally:
        life.cancel()
        with suppress(asyncio.CancelledError):
            await life
