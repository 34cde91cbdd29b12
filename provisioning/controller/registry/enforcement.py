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
_STILL_TO_KICK = timedelta(days=1)  # revoked not long before we were started
_AGAIN_S = 120.0  # a line that was opened before, and says CONNECT late, lives 90 s in mosquitto
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
        self._ahead: datetime | None = None
        began = clock.now() - _STILL_TO_KICK
        self._done = {number for number, (_, at) in registry.cut_off().items() if at < began}
        self._again_at: dict[str, float] = {}
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
        old = self._is_old(now)
        if old:
            await self._worker.do(self._registry.tidy)
        if numbers != self._listed or old:
            await self._worker.do(write_list, self._authority, revoked, now)
            await self._broker.read_revocations()
            self._listed, self._signed_at = numbers, now
            self._ahead = self._ahead if self._ahead and self._ahead >= now else None
        await self._put_off(cut_off)  # who is not on the list yet would come back at once

    def _is_old(self, now: datetime) -> bool:
        """Return whether the list must be signed anew.

        One of before the clock was set back is not valid yet, and nobody comes in by it; and when
        its time comes it is the newest that mosquitto knows, whatever was revoked since.
        """
        if self._signed_at is None:
            return True
        if now < self._signed_at:
            self._ahead = max(self._signed_at, self._ahead or self._signed_at)
            return True
        overtaken = self._ahead is not None and now > self._ahead
        return overtaken or now - self._signed_at >= SIGN_EVERY

    def _wake(self) -> None:
        """Be told of news, in whatever thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._news.set)

    async def _put_off(self, cut_off: Mapping[str, tuple[str, datetime]]) -> None:
        """Put off each of them, and once more when a line it had opened before is over, too."""
        self._done &= cut_off.keys()
        self._again_at = {n: at for n, at in self._again_at.items() if n in cut_off}
        due = self._due(cut_off)
        failed: MotcuaError | None = None
        for box in dict.fromkeys(due.values()):
            try:
                await self._broker.kick(box)
            except MotcuaError as error:
                failed = error
                continue
            self._note({number for number, whose in due.items() if whose == box})
            _log.info("box.put_off", box=box)
        if failed:
            raise failed

    def _due(self, cut_off: Mapping[str, tuple[str, datetime]]) -> dict[str, str]:
        now = self._clock.monotonic()
        return {
            number: box
            for number, (box, _) in cut_off.items()
            if number not in self._done and self._again_at.get(number, now) <= now
        }

    def _note(self, put_off: set[str]) -> None:
        for number in put_off:
            if self._again_at.pop(number, None) is None:
                self._again_at[number] = self._clock.monotonic() + _AGAIN_S
            else:
                self._done.add(number)
