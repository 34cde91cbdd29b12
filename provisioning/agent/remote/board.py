"""What the province orders of the box's board, which the device process has and updates.

New firmware lies for a while in a folder that both may read: the agent fetches it from the gate;
whether it may be installed, the device process judges.
"""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from devices.board.messages import (
    BoardLog,
    BoardUpdated,
    HoldWatchdog,
    ReadBoardLog,
    RestartBoard,
    UpdateBoard,
    WatchdogHeld,
)
from devices.contract.errors import BusyError
from devices.contract.message import Done
from provisioning.agent.remote.door import Door
from provisioning.agent.remote.inside import Inside
from provisioning.commands import BeginBoardAnew, FetchBoardLog, InstallFirmware, PauseWatchdog

_WITHIN_S = 10.0
_RESTART_WITHIN_S = 40.0
_MOST_MANIFEST = 16_384
_MOST_IMAGE = 8 * 2**20
_MINUTE_S = 60


class BoardOrders:
    """Carries them out. `inside` returns what asks the box's own parts, once it is there."""

    def __init__(self, door: Door, folder: Path, inside: Callable[[], Awaitable[Inside]]) -> None:
        self._door = door
        self._folder = folder
        self._inside = inside
        self._installing = asyncio.Lock()

    async def install(self, order: InstallFirmware) -> BoardUpdated:
        """Fetch a release and have it installed; its files are gone afterwards.

        Raises BusyError, what `Door.fetch` raises, and what the device process answers.
        """
        if self._installing.locked():
            raise BusyError("The board is being updated already.")
        async with self._installing:
            await asyncio.to_thread(_clear, self._folder)  # what a power cut left
            try:
                update = await self._fetched(order.order)
                inside = await self._inside()
                return await inside.update_board(update)
            finally:
                await asyncio.to_thread(_clear, self._folder)

    async def pause(self, order: PauseWatchdog) -> WatchdogHeld:
        """Let the watchdog hold still."""
        hold = HoldWatchdog(seconds=_MINUTE_S * order.minutes)
        return await (await self._inside()).of_board(hold, within_s=_WITHIN_S)

    async def log(self, _: FetchBoardLog) -> BoardLog:
        """Read the board's log."""
        return await (await self._inside()).of_board(ReadBoardLog(), within_s=_WITHIN_S)

    async def restart(self, _: BeginBoardAnew) -> Done:
        """Restart the board."""
        return await (await self._inside()).of_board(RestartBoard(), within_s=_RESTART_WITHIN_S)

    async def _fetched(self, order: str) -> UpdateBoard:
        manifest, image = self._folder / f"{order}.json", self._folder / f"{order}.img"
        fetch, place = self._door.fetch, f"/box/firmware/{order}"
        await fetch(f"{place}/manifest", manifest, most_bytes=_MOST_MANIFEST)
        await fetch(f"{place}/image", image, most_bytes=_MOST_IMAGE)
        return UpdateBoard(manifest=str(manifest.absolute()), image=str(image.absolute()))


def _clear(folder: Path) -> None:
    for file in (*folder.glob("*.json"), *folder.glob("*.img")):
        file.unlink(missing_ok=True)
