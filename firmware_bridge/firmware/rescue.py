"""What runs when no image does: the link and the rows of frames.CORE, so that one can be sent.

It is of the loader, put on the board once. The box keeps its power, the panel stays dark.
"""

import asyncio
import os

from firmware_bridge import frames
from firmware_bridge.firmware.boot import Refused
from firmware_bridge.firmware.log import Log
from firmware_bridge.firmware.service import Service
from firmware_bridge.firmware.slots import Slots, Updates

try:
    from typing import Any
except ImportError:  # MicroPython reads no annotation
    pass

_TURN_MS = 5
_LAST_WORDS_MS = 200
_LOG_PIECE = 480
_TRY_AGAIN_MS = 60_000  # without an update, for an image that could not live for a while


class Rescue:
    """A board without an application."""

    def __init__(self, slots: Slots, number: int, cause: int, io: "Any", crash: str) -> None:
        now = io.clock.now_ms()
        cause = io.cause if cause == frames.RESET_UNKNOWN else cause
        self._io = io
        self._slots = slots
        self._log = Log()
        self._log.add(now, f"boot {frames.starts(number)}, {frames.RESET_NAMES[cause]}, rescue")
        if crash:
            self._log.add(now, f"the last crash was: {crash}")
        self._restart_ms = now + _TRY_AGAIN_MS if slots.some else -1
        version = slots.kind + " rescue"
        who = (frames.TABLE_HASH, io.uid, number, cause, frames.RESCUE, 0, version.encode())
        nonce = int.from_bytes(os.urandom(4), "little")
        self.service = Service(io, nonce, frames.identity(*who), io.clock.now_ms, io.byte_us)
        updates = Updates(slots, Refused)
        for name, handler in (
            ("update_begin", updates.begin),
            ("update_write", self._patiently(updates.write)),
            ("update_end", updates.end),
            ("update_confirm", updates.confirm),
            ("restart", self._restart),
            ("log", self._read_log),
        ):
            self.service.serve(name, handler)

    async def turns(self) -> None:
        """Live until the restart."""
        while True:
            self.service.flush()
            self._io.feed()
            if 0 <= self._restart_ms <= self._io.clock.now_ms():
                self._io.restart(frames.RESET_ASKED)
            await asyncio.sleep(_TURN_MS / 1000)

    def _patiently(self, write: "Any") -> "Any":
        def written(offset: int, data: bytes) -> "Any":
            if self._restart_ms >= 0:
                self._restart_ms = self._io.clock.now_ms() + _TRY_AGAIN_MS
            return write(offset, data)

        return written

    def _restart(self) -> "tuple[()]":
        self._restart_ms = self._io.clock.now_ms() + _LAST_WORDS_MS
        return ()

    def _read_log(self, offset: int) -> "tuple[int, bytes]":
        return self._log.read(offset, _LOG_PIECE)


async def live(slots: Slots, number: int, cause: int, io: "Any", crash: str = "") -> None:
    """Serve on this hardware until the board restarts."""
    board = Rescue(slots, number, cause, io, crash)
    await asyncio.gather(board.service.run(), io.run(), board.turns())
