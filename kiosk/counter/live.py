"""The site while it runs: the queue behind its thread, its view, everyone told of changes."""

import asyncio
import contextlib
from collections.abc import Callable
from datetime import date
from typing import ParamSpec, TypeVar

from devices.contract.clock import Clock, local_day
from devices.contract.message import JournalAck, JournalEntry
from devices.runtime.worker import Worker
from devices.web.serve import as_json
from devices.web.sse import Hub
from kiosk.api import queue as api
from kiosk.counter.bodies import Tick
from kiosk.counter.config import CounterConfig
from kiosk.counter.day import Day
from kiosk.counter.desks import Desks
from kiosk.counter.store import Store
from kiosk.counter.tickets import Tickets
from kiosk.counter.views import View

P = ParamSpec("P")
T = TypeVar("T")

REFRESH_S = 5.0
_AT_MOST_EVERY_S = 0.05
_FRESH_S = 1.0


class LiveSite:
    """Runs the queue's work, keeps the view, and tells the browsers.

    `listeners` are called after each change, and when a call begins or ends. `announcing` is the
    call being announced now.
    """

    def __init__(
        self,
        config: CounterConfig,
        store: Store,
        worker: Worker,
        clock: Clock,
        *,
        refresh_s: float = REFRESH_S,
    ) -> None:
        self.config = config
        self.store = store
        self.tickets = Tickets(config, store, clock)
        self.desks = Desks(config, store, clock)
        self.day = Day(config, store, clock)
        self.clock = clock
        self.hub = Hub()
        self.listeners: list[Callable[[], None]] = []
        self.announcing: api.Call | None = None
        self._worker = worker
        self._refresh_s = refresh_s
        self._news = asyncio.Event()
        self._view: View | None = None
        self._viewed_at = 0.0
        self._changes = 0
        self._today: date | None = None

    async def do(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run something that changes nothing, on the store's thread."""
        return await self._worker.do(work, *args, **kwargs)

    async def change(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run something that changes the queue; everyone is told soon."""
        try:
            return await self._worker.do(work, *args, **kwargs)
        finally:
            self._changes += 1
            self._view = None
            self._tell()

    def _tell(self) -> None:
        self._news.set()
        for listener in self.listeners:
            listener()

    async def view(self) -> View:
        """Return the site as it is now: never older than the last change, nor than a second."""
        now = self.clock.monotonic()
        if self._view is None or now - self._viewed_at > _FRESH_S:
            changes = self._changes
            view = View(self.config, await self._worker.do(self.day.snapshot))
            if changes != self._changes:
                return view
            self._view, self._viewed_at = view, now
        return self._view

    def announce(self, call: api.Call | None) -> None:
        """Show a call on the boards as the one being announced, or none."""
        self.announcing = call
        if call is not None:
            self.hub.tell("call", as_json(call))
        self._tell()

    async def state(self) -> tuple[tuple[str, str], ...]:
        """Return the whole state as the first events of a stream."""
        view = await self.view()
        return (
            ("tick", as_json(Tick(at=self.clock.now()))),
            ("site", as_json(view.site)),
            ("board", as_json(view.board(self.announcing))),
        )

    async def run(self) -> None:
        """Tell the browsers of changes, and everything every few seconds."""
        while True:
            self._news.clear()
            for event, data in await self.state():
                self.hub.tell(event, data)
            await asyncio.sleep(_AT_MOST_EVERY_S)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._refresh_s):
                    await self._news.wait()

    async def end_days(self) -> None:
        """End the days before today now, and each day soon after its midnight, for ever."""
        while True:
            today = local_day(self.clock.now())
            if today != self._today:
                await self.change(self.day.end_earlier)
                self._today = today
            await asyncio.sleep(self._refresh_s)


class JournalBehindWorker:
    """The store's journal, for the sender."""

    def __init__(self, site: LiveSite) -> None:
        self._site = site

    async def pending(self, after: int, limit: int) -> list[JournalEntry]:
        """Return entries above `after`, oldest first."""
        return await self._site.do(self._site.store.pending_events, after, limit)

    async def forget(self, ack: JournalAck) -> int:
        """Delete what is stored in the province; return how many entries went."""
        return await self._site.do(self._site.store.forget_events, ack)
