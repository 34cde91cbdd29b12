"""Revocations come into force: the list is written, the broker reads it, live boxes are put off.

The list is signed anew each day, too: an expired one locks out every box.
"""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog

from devices.contract.clock import Clock
from devices.contract.errors import MotcuaError
from devices.runtime.worker import Worker
from provisioning.controller.registry.kick import Broker
from provisioning.controller.registry.registry import Registry
from provisioning.pki.authority import Authority
from provisioning.pki.revocation import SIGN_EVERY, write_list

_LOOK_EVERY_S = 10.0  # for what another process changed (`motcua enrol`)
_STILL_TO_KICK = timedelta(minutes=10)  # revoked shortly before we were started
_log = structlog.get_logger()


class Enforcement:
    """Keeps the revocation list and the broker true to the registry. Run `run` under `keep`."""

    def __init__(
        self,
        registry: Registry,
        authority: Authority,
        broker: Broker,
        worker: Worker,
        clock: Clock,
    ) -> None:
        self._registry = registry
        self._authority = authority
        self._broker = broker
        self._worker = worker
        self._clock = clock
        self._listed: frozenset[str] | None = None
        self._signed_at: datetime | None = None
        began = clock.now() - _STILL_TO_KICK
        self._done = {number for number, (_, at) in registry.cut_off().items() if at < began}
        self._news = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        registry.on_revoked(self._wake)

    async def run(self) -> None:
        """Put into force what the registry says, at once and then at each change. For ever."""
        self._loop = asyncio.get_running_loop()
        while True:
            self._news.clear()
            await self.put_in_force()
            try:
                async with asyncio.timeout(_LOOK_EVERY_S):
                    await self._news.wait()
            except TimeoutError:
                await self._worker.do(self._registry.refresh)

    async def put_in_force(self) -> None:
        """Write the list if it is not the newest, then put off whose certificates ended.

        Raises MotcuaError when the broker cannot be reached; what is still to do is kept.
        """
        revoked, cut_off = self._registry.revoked(), self._registry.cut_off()
        numbers, now = frozenset(one.number for one in revoked), self._clock.now()
        old = self._signed_at is None or now - self._signed_at >= SIGN_EVERY
        if old:
            await self._worker.do(self._registry.tidy)
        if numbers != self._listed or old:
            await self._worker.do(write_list, self._authority, revoked, now)
            await self._broker.read_revocations()
            self._listed, self._signed_at = numbers, now
        await self._put_off(cut_off)  # who is not on the list yet would come back at once

    def _wake(self) -> None:
        """Be told of news, in whatever thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._news.set)

    async def _put_off(self, cut_off: Mapping[str, tuple[str, datetime]]) -> None:
        self._done &= cut_off.keys()
        left = {number: box for number, (box, _) in cut_off.items() if number not in self._done}
        failed: MotcuaError | None = None
        for box in dict.fromkeys(left.values()):
            try:
                await self._broker.kick(box)
            except MotcuaError as error:
                failed = error
                continue
            self._done |= {number for number, whose in left.items() if whose == box}
            _log.info("box.put_off", box=box)
        if failed:
            raise failed
