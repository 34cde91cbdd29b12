"""The audit log's chain, looked over once a day: where it ends is told, and where it breaks."""

import asyncio

import structlog

from devices.contract.clock import Clock, local_day
from devices.runtime.worker import Worker
from provisioning.controller.accounts.audit import Audit

BROKEN = "audit.broken"
_LOOK_EVERY_S = 600.0
_VERIFY_S = 600.0
_log = structlog.get_logger()


async def anchors(audit: Audit, worker: Worker, clock: Clock) -> None:
    """Check and anchor the chain now and at the beginning of each day in Viet Nam, for ever.

    A break is written into the log itself, once a day: so whoever listens to it is told.
    """
    told = None
    while True:
        today = local_day(clock.now())
        if today != told:
            verdict = await worker.within(_VERIFY_S, audit.verify)
            if verdict.broken_at is not None:
                _log.error(BROKEN, record=verdict.broken_at, why=verdict.why)
                subject = f"record {verdict.broken_at}"
                await worker.do(audit.write, "controller", BROKEN, subject, verdict.why)
            await worker.do(audit.anchor, today)
            told = today
        await asyncio.sleep(_LOOK_EVERY_S)
