"""What the dashboard knows now: every box, its tickets of today, and who wants to hear of changes.

It lives in the loop. Ingest tells it what changed; it asks the store only for the tickets of boxes
that had events, and tells browsers at most a few times a second.
"""

import asyncio
from collections.abc import Iterable
from datetime import date, datetime, timedelta

import msgspec
from litestar.response import ServerSentEvent

from devices.contract.clock import Clock, local_day
from devices.contract.errors import MotcuaError
from devices.contract.message import Health
from devices.runtime.worker import Worker
from devices.web.sse import Hub
from provisioning.controller import figures
from provisioning.controller.figures import Figures
from provisioning.controller.fleet import BoxState, Line, PartState, box_state
from provisioning.controller.ingest import Outcome
from provisioning.controller.queries import JournalFacts
from provisioning.controller.store import Store

_COALESCE_S = 0.2
_LOOK_AGAIN_S = 5.0
CHANGED = "changed"


class NoSuchBoxError(MotcuaError):
    """No box of this name has ever been heard."""

    code = "not_found"


class ServiceTickets(msgspec.Struct, frozen=True, kw_only=True):
    """Today's tickets of a service, or of all; a wait is None when nobody waited."""

    service: str
    issued: int
    waiting: int
    served: int
    mean_wait_s: float | None
    longest_wait_s: float | None


class BoxSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A box, whole: how it is, its tickets of today, its journals."""

    state: BoxState
    tickets: ServiceTickets
    services: tuple[ServiceTickets, ...]
    last_event_at: datetime | None
    lost_events: int


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """The province in a few numbers."""

    at: datetime
    day: date
    boxes: int
    online: int
    faults: int
    tickets: ServiceTickets
    issued_by_hour: tuple[int, ...]


class Changed(msgspec.Struct, frozen=True, kw_only=True):
    """What is told to browsers: these boxes changed."""

    boxes: tuple[str, ...]


class Overview:
    """The state behind the pages and the API."""

    def __init__(self, store: Store, worker: Worker, clock: Clock, stale_after: timedelta) -> None:
        self.hub = Hub()
        self._store = store
        self._worker = worker
        self._clock = clock
        self._stale_after = stale_after
        self._parts: dict[str, dict[str, PartState]] = {}
        self._services: dict[str, dict[str, Figures]] = {}
        self._journals: dict[str, JournalFacts] = {}
        self._day = local_day(clock.now())
        self._changed: set[str] = set()
        self._tickets_of: set[str] = set()
        self._news = asyncio.Event()
        self._shown: dict[str, BoxState] = {}

    async def load(self) -> None:
        """Read what the store knows."""
        self._put_parts(await self._worker.do(self._store.parts))
        self._journals = await self._worker.do(self._store.journals)
        await self._read_day()

    def tell(self, outcome: Outcome) -> None:
        """Take what ingest changed."""
        self._put_parts(outcome.parts)
        self._changed |= {part.box for part in outcome.parts} | outcome.kept.boxes
        self._tickets_of |= outcome.kept.boxes
        if self._changed:
            self._news.set()

    async def run(self) -> None:
        """Tell browsers what changed, and what time alone changes; never returns."""
        while True:
            try:
                async with asyncio.timeout(_LOOK_AGAIN_S):
                    await self._news.wait()
            except TimeoutError:
                pass
            self._news.clear()
            await self._refresh()
            await asyncio.sleep(_COALESCE_S)

    def stream(self) -> ServerSentEvent:
        """Return a browser's stream of changes, beginning with all boxes."""
        everything = Changed(boxes=tuple(self._names()))
        return self.hub.stream((CHANGED, msgspec.json.encode(everything).decode()))

    def boxes(self) -> list[BoxSummary]:
        """Return every box, those that need somebody first."""
        known = [self._box(box) for box in self._names()]
        return sorted(known, key=_urgency)

    def box(self, box: str) -> BoxSummary:
        """Return a box; raises NoSuchBoxError."""
        if box not in self._parts and box not in self._journals:
            raise NoSuchBoxError(f"No box {box!r} has ever been heard.")
        return self._box(box)

    def summary(self) -> Summary:
        """Return the province in a few numbers."""
        boxes = [self._state(box) for box in self._names()]
        whole = figures.together(f for known in self._services.values() for f in known.values())
        return Summary(
            at=self._clock.now(),
            day=self._day,
            boxes=len(boxes),
            online=sum(box.line is Line.READY for box in boxes),
            faults=sum(
                device.current and device.report.health is Health.FAULT
                for box in boxes
                for device in box.devices
            ),
            tickets=self._tickets("", whole),
            issued_by_hour=whole.by_hour,
        )

    async def _refresh(self) -> None:
        changed, self._changed = self._changed, set()
        tickets_of, self._tickets_of = self._tickets_of, set()
        if local_day(self._clock.now()) != self._day:
            await self._read_day()
            changed = set(self._names())
        elif tickets_of:
            try:
                await self._read_tickets(tickets_of)
            except MotcuaError:
                self._tickets_of |= tickets_of  # for the next try
                raise
        now_shown = {box: self._state(box) for box in self._names()}
        changed |= {box for box, state in now_shown.items() if self._shown.get(box) != state}
        self._shown = now_shown
        if changed:
            told = Changed(boxes=tuple(sorted(changed)))
            self.hub.tell(CHANGED, msgspec.json.encode(told).decode())

    async def _read_tickets(self, boxes: set[str]) -> None:
        services = await self._worker.do(self._store.figures, self._day, boxes)
        self._journals |= await self._worker.do(self._store.journals, boxes)
        self._services |= services

    async def _read_day(self) -> None:
        day = local_day(self._clock.now())
        self._services = await self._worker.do(self._store.figures, day)
        self._day = day

    def _put_parts(self, parts: Iterable[PartState]) -> None:
        for part in parts:
            self._parts.setdefault(part.box, {})[part.part] = part

    def _names(self) -> list[str]:
        return sorted({*self._parts, *self._journals})

    def _state(self, box: str) -> BoxState:
        parts = self._parts.get(box, {}).values()
        return box_state(box, parts, self._clock.now(), self._stale_after)

    def _box(self, box: str) -> BoxSummary:
        services = self._services.get(box, {})
        journals = self._journals.get(box)
        return BoxSummary(
            state=self._state(box),
            tickets=self._tickets("", figures.together(services.values())),
            services=tuple(self._tickets(name, known) for name, known in services.items()),
            last_event_at=journals.heard_at if journals else None,
            lost_events=journals.lost if journals else 0,
        )

    def _tickets(self, service: str, known: Figures) -> ServiceTickets:
        return ServiceTickets(
            service=service,
            issued=known.issued,
            waiting=known.waiting,
            served=known.served,
            mean_wait_s=known.mean_wait_s,
            longest_wait_s=known.longest_wait_s(self._clock.now()),
        )


def _urgency(box: BoxSummary) -> tuple[int, str, str]:
    state = box.state
    if state.line in (Line.LOST, Line.STALE, Line.UNREACHABLE):
        rank = 0
    elif state.line is Line.READY:
        rank = {Health.FAULT: 1, Health.WARNING: 2, Health.READY: 3}[state.health]
    else:
        rank = 4
    return rank, state.site, state.box
