"""A part of a recording that nobody can read yet: who joins it waits, as for hours of film."""

import asyncio
import os
from pathlib import Path


def hold_up(parts: Path) -> Path:
    """Put a part there that cannot be read before somebody `lets_go`; return it."""
    parts.mkdir(parents=True)
    held = parts / "000.mkv"
    os.mkfifo(held)
    return held


async def let_go(held: Path) -> None:
    async with asyncio.timeout(20):
        await asyncio.to_thread(held.write_bytes, b"")
