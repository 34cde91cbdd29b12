"""Where the audit log's chain ends, told once a day."""

import asyncio

from devices.contract.clock import Clock, local_day
from devices.runtime.worker import Worker
from provisioning.controller.accounts.audit import Audit

_LOOK_EVERY_S = 600.0


async def anchors(audit: Audit, worker: Worker, clock: Clock) -> None:
    """Anchor the chain now and at the beginning of each day in Viet Nam, for ever."""
    told = None
    while True:
        today = local_day(clock.now())
        if today != told:
            await worker.do(audit.anchor, today)
            told = today
        await asyncio.sleep(_LOOK_EVERY_S)
