"""The room put together: orders, the files they bring, terminals; and what is kept for how long."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

import structlog

from devices.contract.clock import Clock
from devices.runtime.bus import Bus
from devices.runtime.supervisor import keep
from devices.runtime.worker import Worker
from provisioning.controller.database import Database
from provisioning.controller.remote.config import RemoteConfig
from provisioning.controller.remote.ledger import Audit, Ledger
from provisioning.controller.remote.orders import Orders
from provisioning.controller.remote.recordings import Recordings
from provisioning.controller.remote.shells import Shells, Still
from provisioning.controller.remote.uploads import Uploads

_SWEEP_EVERY_S = 3600.0
_PAUSE_S = 0.1  # others' turn
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Remote:
    """What the pages and the gate work with. `files` is the thread of files; `run` is its life."""

    orders: Orders
    uploads: Uploads
    recordings: Recordings
    shells: Shells
    files: Worker
    clock: Clock
    config: RemoteConfig

    async def run(self) -> None:
        """See to the orders, and let go of what is old; never returns."""
        async with asyncio.TaskGroup() as group:
            group.create_task(keep("orders", self.orders.run), name="orders")
            group.create_task(keep("sweep", self._sweep), name="sweep of files")

    async def _sweep(self) -> None:
        while True:
            await self.files.do(self.shells.end_lost)
            now = self.clock.now()
            gone = await self.files.do(self.uploads.sweep, now)
            days = self.config.recordings_days
            await self.files.do(partial(self.recordings.sweep, now, days=days))
            orders = await self._forget(now)
            if gone or orders:
                _log.info("remote.swept", files=len(gone), orders=orders)
            await asyncio.sleep(_SWEEP_EVERY_S)

    async def _forget(self, now: datetime) -> int:
        total = 0
        forget = partial(self.orders.ledger.forget_some, now, days=self.config.orders_days)
        while gone := await self.files.do(forget):
            total += gone
            await asyncio.sleep(_PAUSE_S)
        return total


def remote_of(
    config: RemoteConfig,
    *,
    bus: Bus,
    database: Database,
    audit: Audit,
    state_dir: Path,
    worker: Worker,
    files: Worker,
    clock: Clock,
    changed: Callable[[str], None],
    still: Still,
) -> Remote:
    """Return the room.

    `changed` is told each box whose orders have changed; a terminal ends when its opener is not
    `still` signed in with the right to it.
    """
    ledger = Ledger(database, audit)
    orders = Orders(bus, ledger, worker, clock, changed)
    uploads = Uploads(database, state_dir / "uploads", config.uploads)
    recordings = Recordings(database, state_dir / "recordings", files)
    shells = Shells(
        config.shells,
        database,
        ledger,
        recordings,
        files=files,
        clock=clock,
        still=still,
    )
    return Remote(
        orders=orders,
        uploads=uploads,
        recordings=recordings,
        shells=shells,
        files=files,
        clock=clock,
        config=config,
    )
