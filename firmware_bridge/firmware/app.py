"""The application of a board: everything that it does for its box, one turn every few ms."""

import asyncio
import os

from firmware_bridge import frames
from firmware_bridge.firmware import hardware
from firmware_bridge.firmware.boot import Boot
from firmware_bridge.firmware.service import Service

try:
    from typing import Any
except ImportError:  # MicroPython reads no annotation
    pass

TURN_MS = 5
_LAST_WORDS_MS = 200  # until a restart, for the reply to arrive


class App:
    """The parts of a board, and what each request does to them."""

    def __init__(self, boot: Boot, io: "Any") -> None:
        cause = io.cause if boot.cause == frames.RESET_UNKNOWN else boot.cause
        greeting = frames.identity(
            frames.TABLE_HASH,
            io.uid,
            boot.number,
            cause,
            boot.slot,
            int(boot.confirmed),
            boot.version.encode(),
        )
        nonce = int.from_bytes(os.urandom(4), "little")
        self.service = Service(io, nonce, greeting, io.clock.now_ms, io.byte_us)
        self._io = io
        self._boot = boot
        self._restart_ms: int | None = None
        updates = boot.updates
        serve = self.service.serve
        serve("update_begin", updates.begin)
        serve("update_write", updates.write)
        serve("update_end", updates.end)
        serve("update_confirm", updates.confirm)
        serve("restart", self._restart)

    def turn(self, now_ms: int) -> None:
        """Do what is due."""
        if self._restart_ms is not None and now_ms >= self._restart_ms:
            self._io.restart()

    def _restart(self) -> tuple[()]:
        self._restart_ms = self._io.clock.now_ms() + _LAST_WORDS_MS
        return ()


async def _turns(app: App, io: "Any") -> None:
    while True:
        app.turn(io.clock.now_ms())
        app.service.flush()
        io.feed()
        await asyncio.sleep(TURN_MS / 1000)


async def _serve(boot: Boot) -> None:
    io = hardware.opened()
    app = App(boot, io)
    await asyncio.gather(app.service.run(), io.run(), _turns(app, io))


def run(boot: Boot) -> None:
    """Run until the board restarts."""
    asyncio.run(_serve(boot))
