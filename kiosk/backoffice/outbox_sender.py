"""Empties an outbox: in order for each subject, again after growing waits, until all have it."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Protocol

import structlog

from devices.contract.errors import MotcuaError
from devices.runtime.backoff import Backoff, Waits
from devices.runtime.supervisor import keep
from kiosk.backoffice.errors import BackOfficeDownError, RestingError
from kiosk.backoffice.outbox import Item

_AT_ONCE = 4
_REST = ""
"""The lane of what has no system."""
_LOOK_AGAIN_S = 30.0
_WAITS = Backoff(least_s=2.0, most_s=900.0)
_log = structlog.get_logger()

Carry = Callable[[Item], Awaitable[str]]
"""Brings one item to its system and returns what it is called there; raises a MotcuaError.

It may be called again with an item that the system has: the item's id is the idempotency key.
"""


class NoCarrierError(MotcuaError):
    """No system is configured for what waits."""

    code = "outbox.no_carrier"
    retry = True


class OutboxStore(Protocol):
    """An outbox behind its owner's thread."""

    async def ready(self) -> dict[str, str]:
        """Return the kinds of what may be sent now by their ids, one a subject, oldest first."""
        ...

    async def item(self, item: str) -> Item | None:
        """Return it opened, None when it is gone."""
        ...

    async def sent(self, item: Item, named: str) -> None:
        """Forget what the other side has."""
        ...

    async def failed(self, item: str, error: MotcuaError) -> None:
        """Keep why it was not sent."""
        ...


class OutboxSender:
    """Sends what is ready, each kind in a lane of its own: a slow system holds up no other.

    At most four items of a kind are on their way at once; what comes to a lane meanwhile waits for
    them. How long an item waits after a failure is kept in memory: a process that starts tries at
    once.
    """

    def __init__(
        self, store: OutboxStore, carriers: Mapping[str, Carry], *, waits: Waits = _WAITS
    ) -> None:
        self._store = store
        self._carriers = carriers
        self._lanes = {kind: _Lane(store, carry, waits) for kind, carry in carriers.items()}
        self._lanes[_REST] = _Lane(store, _nowhere, waits)

    def nudge(self) -> None:
        """Say that there are new items, or that one shall be sent again."""
        for lane in self._lanes.values():
            lane.news.set()

    async def run(self) -> None:
        """Send for ever; a lane whose store failed begins again after a wait."""
        async with asyncio.TaskGroup() as group:
            for kind in self._lanes:
                work = keep(f"outbox {kind}", partial(self._keep_sending, kind))
                group.create_task(work, name=f"outbox {kind}")

    async def round(self) -> None:
        """Send once what is ready and has waited."""
        async with asyncio.TaskGroup() as group:
            for kind in self._lanes:
                group.create_task(self._round(kind), name=f"outbox {kind}")

    async def _keep_sending(self, kind: str) -> None:
        lane = self._lanes[kind]
        while True:
            lane.news.clear()
            wait_s = await self._round(kind)
            if not wait_s:
                self.nudge()  # the next of a subject may be another lane's
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait_s):
                    await lane.news.wait()

    async def _round(self, kind: str) -> float:
        """Send once what is ready in a lane; return for how long nothing more is due in it."""
        ready = (await self._store.ready()).items()
        mine = [item for item, of in ready if (of if of in self._carriers else _REST) == kind]
        return await self._lanes[kind].round(mine)


class _Lane:
    """What goes to one system."""

    def __init__(self, store: OutboxStore, carry: Carry, waits: Waits) -> None:
        self.news = asyncio.Event()
        self._store = store
        self._carry = carry
        self._waits = waits
        self._tries: dict[str, int] = {}
        self._not_before: dict[str, float] = {}

    async def round(self, ready: Sequence[str]) -> float:
        """Send once what is ready and has waited; return for how long nothing more is due."""
        now = asyncio.get_running_loop().time
        self._forget_all_but(ready)
        chosen = [item for item in ready if self._not_before.get(item, 0.0) <= now()]
        left = iter(chosen)
        async with asyncio.TaskGroup() as group:
            for _ in chosen[:_AT_ONCE]:
                group.create_task(self._send_each(left))
        if chosen:
            return 0.0  # the next of those subjects
        soonest = min(self._not_before.values(), default=now() + _LOOK_AGAIN_S)
        return min(max(0.0, soonest - now()), _LOOK_AGAIN_S)

    async def _send_each(self, left: Iterator[str]) -> None:
        for item in left:
            await self._send(item)

    async def _send(self, name: str) -> None:
        try:
            await self._brought(name)
        except MotcuaError as error:  # our own store failed
            self._tries[name] = self._tries.get(name, 0) + 1
            self._wait(name, self._waits.wait_s(self._tries[name]))
            _log.warning("outbox.not_kept", code=error.code, tries=self._tries[name])

    async def _brought(self, name: str) -> None:
        item = await self._store.item(name)
        if item is None:
            return
        try:
            named = await self._carry(item)
        except RestingError as error:  # nothing was tried
            self._wait(name, error.again_in_s)
        except MotcuaError as error:
            self._tries[name] = self._tries.get(name, 0) + 1
            asked_s = error.again_in_s if isinstance(error, BackOfficeDownError) else 0.0
            self._wait(name, max(asked_s, self._waits.wait_s(self._tries[name])))
            _log.warning("outbox.failed", kind=item.kind, code=error.code, tries=self._tries[name])
            await self._store.failed(name, error)
        else:
            await self._store.sent(item, named)

    def _wait(self, name: str, seconds: float) -> None:
        self._not_before[name] = asyncio.get_running_loop().time() + seconds

    def _forget_all_but(self, ready: Sequence[str]) -> None:
        for table in (self._tries, self._not_before):
            for name in table.keys() - set(ready):
                del table[name]


async def _nowhere(_: Item) -> str:
    raise NoCarrierError
