"""What the device process does for a board with MCUboot when it is told to."""

import asyncio
from pathlib import Path
from typing import Any

from devices.board.mcuboot import FirmwareBoard
from devices.board.messages import BoardUpdated, RestartBoard, UpdateBoard
from devices.board.releases import read_release
from devices.contract.clock import Clock
from devices.contract.message import Command, Done
from devices.hosted import Hosted
from devices.runtime.requests import Handler

_ASK_S = 5.0
_RESTART_S = 70.0


class McubootCare:
    """The commands of such a board: it has neither events, nor a log, nor a watchdog."""

    def __init__(self, hosted: Hosted[FirmwareBoard], board: FirmwareBoard, clock: Clock) -> None:
        self._hosted = hosted
        self._board = board
        self._clock = clock

    def handlers(self) -> dict[type[Command[Any]], Handler[Any]]:
        """Return what it does when it is told to."""
        return {RestartBoard: self._restart, UpdateBoard: self._update}

    async def _restart(self, _: RestartBoard) -> Done:
        await self._hosted.use(lambda board: board.restart(), within_s=_RESTART_S)
        return Done()

    async def _update(self, command: UpdateBoard) -> BoardUpdated:
        await self._hosted.use(_open, within_s=_ASK_S)
        release = await asyncio.to_thread(
            read_release,
            Path(command.manifest),
            Path(command.image),
            Path(self._board.config.firmware_keys),
            self._clock.now(),
        )
        return await self._board.update(release)  # beside the turns: it opens the port anew


async def _open(board: FirmwareBoard) -> None:
    board.held()
