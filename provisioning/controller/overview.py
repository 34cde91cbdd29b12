"""What the dashboard knows now: every box, its tickets of today, and who wants to hear of changes.

It lives in the loop. Ingest tells it what changed; only that is judged anew, and what time alone
changes (a box that falls silent) waits in a heap for its moment. It asks the store only for the
tickets of boxes that had events; a store that is slow or fails holds up no state of a box.
"""

import asyncio
import contextlib
import heapq
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import TypeVar

import msgspec
from litestar.response import ServerSentEvent

from devices.contract.clock import Clock, local_day
from devices.contract.errors import MotcuaError, NotFoundError
from devices.contract.message import DeviceReport, Health, LinkState
from devices.runtime.alongside import alongside
from devices.runtime.supervisor import keep
from devices.runtime.worker import Worker
from provisioning.controller import figures
from provisioning.controller.branches import Branches, Place, Scope, Tally, need_of
from provisioning.controller.figures import Figures
from provisioning.controller.fleet import BoxState, PartState, box_state
from provisioning.controller.ingest import Outcome
from provisioning.controller.news import News
from provisioning.controller.queries import JournalFacts
from provisioning.controller.rights import EVERYWHERE, Named
from provisioning.controller.store import Store
from provisioning.controller.telling import Look, Telling

_One = TypeVar("_One")
_PACE_S = 0.04
_LOOK_AGAIN_S = 5.0
_TICKETS_EVERY_S = 0.5
_PLACES_EVERY = timedelta(minutes=1)
_AT_ONCE = 100  # boxes judged before others have their turn in the loop
EVERYTHING: Scope = (EVERYWHERE,)


class NoSuchBoxError(NotFoundError):
    """No box of this name has ever been heard."""


class ServiceTickets(msgspec.Struct, frozen=True, kw_only=True):
    """Today's tickets of a service, or of all; a wait is None when nobody waited."""

    service: str
    issued: int
    waiting: int
    served: int
    mean_wait_s: float | None
    longest_wait_s: float | None


class BoxSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A box, whole: how it is, its tickets of today, its journals; `path` is its units.

    `name` is what people call it: its own, its site's, or that of the box.
    """

    state: BoxState
    name: str
    path: tuple[str, ...]
    tickets: ServiceTickets
    services: tuple[ServiceTickets, ...]
    last_event_at: datetime | None
    lost_events: int


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """The province, or a part of it, in a few numbers; `needs` counts boxes by their state."""

    at: datetime
    day: date
    boxes: int
    online: int
    needs: dict[str, int]
    faults: int
    faults_by_kind: dict[str, int]
    tickets: ServiceTickets
    issued_by_hour: tuple[int, ...]


class _Nowhere:
    def path(self, box: str) -> tuple[str, ...]:
        del box
        return ()

    def name(self, place: str) -> str:
        return place


class Overview:
    """The state behind the pages and the API."""

    def __init__(
        self,
        store: Store,
        worker: Worker,
        clock: Clock,
        stale_after: timedelta,
        places: Named | None = None,
    ) -> None:
        self._store = store
        self._worker = worker
        self._clock = clock
        self._stale_after = stale_after
        self._places = places or _Nowhere()
        self._placed_at = clock.now()
        self.branches = Branches()
        self.news = News(self.path)
        self._telling = Telling(lambda boxes: self.news.changed(boxes, ()))
        self.naming = 0  # grows when a box comes, moves or is renamed
        self.needing = 0  # grows when a box comes, moves or needs somebody more or less
        self._parts: dict[str, dict[str, PartState]] = {}
        self._services: dict[str, dict[str, Figures]] = {}
        self._journals: dict[str, JournalFacts] = {}
        self._states: dict[str, BoxState] = {}
        self._looks: dict[str, Look] = {}
        self._due: list[tuple[datetime, str]] = []
        self._waiting: set[str] = set()  # boxes that are in the heap
        self._day = local_day(clock.now())
        self._heard: set[str] = set()
        self._is_heard = asyncio.Event()
        self._tickets_of: set[str] = set()
        self._has_tickets = asyncio.Event()

    @property
    def revision(self) -> int:
        """A number that grows whenever browsers are told that a box is otherwise."""
        return self._telling.revision

    async def load(self) -> None:
        """Read what the store knows."""
        self._put_parts(await self._worker.do(self._store.parts))
        await self._read_day()
        await self._judge(self._names())
        self._telling.forget()

    def tell(self, outcome: Outcome) -> None:
        """Take what ingest changed."""
        self._put_parts(outcome.parts)
        self._hear({str(part.box) for part in outcome.parts} | outcome.kept.boxes)
        self._tickets_of |= outcome.kept.boxes
        if self._tickets_of:
            self._has_tickets.set()

    def moved(self) -> None:
        """Take that units, or where boxes stand in them, changed; else it is seen in a minute."""
        self._placed_at = self._clock.now() - _PLACES_EVERY
        self._is_heard.set()

    async def run(self) -> None:
        """Keep what is known true, and tell browsers what changed; never returns."""
        async with alongside(keep("tickets", self._keep_tickets), name="tickets"):
            await self._keep_judged()

    def stream(self, reach: Scope) -> ServerSentEvent:
        """Return a browser's stream of changes within reach."""
        return self.news.stream(reach, self._states)

    def stream_of(self, box: str) -> ServerSentEvent:
        """Return a browser's stream of what one box tells; raises NoSuchBoxError."""
        self._known(box)
        return self.news.stream_of(box)

    def path(self, box: str) -> tuple[str, ...]:
        """Return the units a box stands in, root first."""
        return self._places.path(box)

    def states(self) -> Iterator[tuple[BoxState, Figures]]:
        """Yield every box as it was judged last, with its tickets of today."""
        for box, look in self._looks.items():
            yield self._states[box], look.place.figures

    def names(self) -> Iterable[str]:
        """Return all boxes that were judged."""
        return self._states.keys()

    def judged(self, box: str) -> BoxState:
        """Return a box of the branches as it was judged last."""
        return self._states[box]

    def cards(self, boxes: Iterable[str]) -> list[BoxSummary]:
        """Return these boxes as they were judged last; unknown ones are left out."""
        return [self._summed(self._states[box]) for box in boxes if box in self._states]

    def box(self, box: str) -> BoxSummary:
        """Return a box as it is at this moment; raises NoSuchBoxError."""
        self._known(box)
        return self._summed(self._state(box))

    def summary(self, scope: Scope = EVERYTHING) -> Summary:
        """Return a scope in a few numbers."""
        tally = self.tally(scope)
        return Summary(
            at=self._clock.now(),
            day=self._day,
            boxes=tally.boxes,
            online=tally.online,
            needs={need.value: count for need, count in tally.needs.items()},
            faults=sum(tally.faults.values()),
            faults_by_kind=tally.faults,
            tickets=self._tickets("", tally.figures),
            issued_by_hour=tally.figures.by_hour,
        )

    def tally(self, scope: Scope) -> Tally:
        """Return a scope's counts."""
        return self.branches.tally(scope)

    async def _keep_judged(self) -> None:
        """Judge those that were heard, and tell browsers; never returns."""
        while True:
            within_s = _PACE_S if self._telling.waits else _LOOK_AGAIN_S
            await _set_within(self._is_heard, within_s)
            heard, self._heard = self._heard, set()
            now = self._clock.now()
            await self._judge(heard | self._overdue(now) | await self._misplaced(now))
            self.news.changed((), heard)
            self._telling.tell(asyncio.get_running_loop().time())
            await asyncio.sleep(_PACE_S)

    async def _keep_tickets(self) -> None:
        """Read the tickets of those that had events, and of all on a new day; never returns."""
        while True:
            await _set_within(self._has_tickets, _LOOK_AGAIN_S)
            boxes, self._tickets_of = self._tickets_of, set()
            try:
                if local_day(self._clock.now()) != self._day:
                    await self._read_day()
                    boxes = self._names()
                elif boxes:
                    await self._read_tickets(boxes)
            except MotcuaError:
                self._tickets_of |= boxes
                self._has_tickets.set()  # for the next try
                raise
            self._hear(boxes)
            await asyncio.sleep(_TICKETS_EVERY_S)

    def _hear(self, boxes: set[str]) -> None:
        if boxes:
            self._heard |= boxes
            self._is_heard.set()

    async def _judge(self, boxes: Iterable[str]) -> None:
        """Judge boxes anew; those that look otherwise than before are to be told."""
        async for box in _in_turns(boxes):
            state = self._states[box] = self._state(box)
            self._wait_for(box)
            look, before = self._look(state), self._looks.get(box)
            if before != look:
                self._looks[box] = look
                self.naming += _differs(Look.named, before, look)
                self.needing += _differs(Look.spot, before, look)
                self.branches.put(box, look.place)
                self._telling.note(box, before, look)

    def _look(self, state: BoxState) -> Look:
        known = self._services.get(state.box, {})
        faults = (d.report for d in state.devices if d.current and d.report.health is Health.FAULT)
        place = Place(
            path=self._places.path(state.box),
            need=need_of(state),
            faults=tuple(sorted(report.kind for report in faults)),
            figures=figures.together(known.values()) if known else Figures(),
        )
        devices = tuple((d.part, d.current, _shown(d.report)) for d in state.devices)
        journals = self._journals.get(state.box)
        return Look(place, state.site, state.line.value, devices, journals.lost if journals else 0)

    async def _misplaced(self, now: datetime) -> set[str]:
        """Return the boxes that stand elsewhere than they are counted: looked for once a minute."""
        if now - self._placed_at < _PLACES_EVERY:
            return set()
        self._placed_at = now
        looks = self._looks.items()
        path = self._places.path
        return {box async for box, look in _in_turns(looks) if path(box) != look.place.path}

    def _wait_for(self, box: str) -> None:
        """Put a box into the heap for the moment its silence will mean something."""
        due = self._silent_at(box)
        if due is not None and box not in self._waiting:
            self._waiting.add(box)
            heapq.heappush(self._due, (due, box))

    def _overdue(self, now: datetime) -> set[str]:
        """Take the boxes out of the heap whose moment has come; some will have spoken since."""
        found = set()
        while self._due and self._due[0][0] < now:
            _, box = heapq.heappop(self._due)
            self._waiting.discard(box)
            found.add(box)
        return found

    def _silent_at(self, box: str) -> datetime | None:
        """Return when the next part of a box is silent for too long; None when none can be."""
        after = self._clock.now() - self._stale_after
        heard = (
            part.heard_at
            for part in self._parts.get(box, {}).values()
            if part.heard_at and part.connection and part.connection.state is LinkState.READY
        )
        first = min((at for at in heard if at >= after), default=None)
        return first + self._stale_after if first else None

    async def _read_tickets(self, boxes: set[str]) -> None:
        services = await self._worker.do(self._store.figures, self._day, boxes)
        self._journals |= await self._worker.do(self._store.journals, boxes)
        self._services |= services

    async def _read_day(self) -> None:
        day = local_day(self._clock.now())
        self._services = await self._worker.do(self._store.figures, day)
        self._journals = await self._worker.do(self._store.journals)
        self._day = day

    def _put_parts(self, parts: Iterable[PartState]) -> None:
        for part in parts:
            self._parts.setdefault(part.box, {})[part.part] = part

    def _names(self) -> set[str]:
        return {*self._parts, *self._journals}

    def _known(self, box: str) -> None:
        if box not in self._parts and box not in self._journals:
            raise NoSuchBoxError(f"No box {box!r} has ever been heard.")

    def _state(self, box: str) -> BoxState:
        parts = self._parts.get(box, {}).values()
        return box_state(box, parts, self._clock.now(), self._stale_after)

    def _summed(self, state: BoxState) -> BoxSummary:
        services = self._services.get(state.box, {})
        journals = self._journals.get(state.box)
        return BoxSummary(
            state=state,
            name=self._called(state),
            path=self._places.path(state.box),
            tickets=self._tickets("", figures.together(services.values())),
            services=tuple(self._tickets(name, known) for name, known in services.items()),
            last_event_at=journals.heard_at if journals else None,
            lost_events=journals.lost if journals else 0,
        )

    def _called(self, state: BoxState) -> str:
        name = self._places.name(state.box)
        return state.site if state.site and name == state.box else name

    def _tickets(self, service: str, known: Figures) -> ServiceTickets:
        return ServiceTickets(
            service=service,
            issued=known.issued,
            waiting=known.waiting,
            served=known.served,
            mean_wait_s=known.mean_wait_s,
            longest_wait_s=known.longest_wait_s(self._clock.now()),
        )


async def _in_turns(many: Iterable[_One]) -> AsyncIterator[_One]:
    """Yield them all; others have their turn in the loop between hundreds."""
    for at, one in enumerate(many):
        if at % _AT_ONCE == _AT_ONCE - 1:
            await asyncio.sleep(0)
        yield one


async def _set_within(event: asyncio.Event, seconds: float) -> None:
    """Wait for an event, for so long at most, and take it."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
    event.clear()


def _differs(part: Callable[[Look], object], before: Look | None, now: Look) -> bool:
    return before is None or part(before) != part(now)


def _shown(report: DeviceReport) -> tuple[str, ...]:
    return report.name, report.kind, report.health.value, report.code, report.text
