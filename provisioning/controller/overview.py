"""What the dashboard knows now: every box, its tickets of today, and who wants to hear of changes.

It lives in the loop. Ingest tells it what changed; only that is judged anew, and what time alone
changes (a box that falls silent) waits in a heap for its moment. It asks the store only for the
tickets of boxes that had events. Browsers are told four times a second at most: at once of a box
that is otherwise than it was, within a second of tickets alone.
"""

import asyncio
import heapq
from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime, timedelta

import msgspec
from litestar.response import ServerSentEvent

from devices.contract.clock import Clock, local_day
from devices.contract.errors import MotcuaError
from devices.contract.message import DeviceReport, Health, LinkState
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

_PACE_S = 0.04
_LOOK_AGAIN_S = 5.0
_A_SECOND = 4.0  # tellings, and as many at once after a calm while
_TICKETS_EVERY_S = 0.5
_PLACES_EVERY = timedelta(minutes=1)
_AT_ONCE = 100  # boxes judged before others have their turn in the loop
EVERYTHING: Scope = (EVERYWHERE,)


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
        self.revision = 0
        self.naming = 0  # grows when a box comes, moves or is renamed
        self.needing = 0  # grows when a box comes, moves or needs somebody more or less
        self._parts: dict[str, dict[str, PartState]] = {}
        self._services: dict[str, dict[str, Figures]] = {}
        self._journals: dict[str, JournalFacts] = {}
        self._states: dict[str, BoxState] = {}
        self._looks: dict[str, _Look] = {}
        self._due: list[tuple[datetime, str]] = []
        self._waiting: set[str] = set()  # boxes that are in the heap
        self._day = local_day(clock.now())
        self._heard: set[str] = set()
        self._untold: set[str] = set()
        self._urgent = False  # whether more than tickets is untold
        self._tickets_of: set[str] = set()
        self._news = asyncio.Event()

    async def load(self) -> None:
        """Read what the store knows."""
        self._put_parts(await self._worker.do(self._store.parts))
        self._journals = await self._worker.do(self._store.journals)
        await self._read_day()
        await self._judge(self._names())
        self._untold.clear()

    def tell(self, outcome: Outcome) -> None:
        """Take what ingest changed."""
        self._put_parts(outcome.parts)
        self._heard |= {str(part.box) for part in outcome.parts} | outcome.kept.boxes
        self._tickets_of |= outcome.kept.boxes
        if self._heard:
            self._news.set()

    def moved(self) -> None:
        """Take that units, or where boxes stand in them, changed; else it is seen in a minute."""
        self._placed_at = self._clock.now() - _PLACES_EVERY
        self._news.set()

    async def run(self) -> None:
        """Keep what is known true, and tell browsers what changed; never returns."""
        pace = _Pace()
        tickets_due = 0.0
        while True:
            try:
                async with asyncio.timeout(_PACE_S if self._waits() else _LOOK_AGAIN_S):
                    await self._news.wait()
            except TimeoutError:
                pass
            self._news.clear()
            now = asyncio.get_running_loop().time()
            reads_tickets = now >= tickets_due
            tickets_due = now + _TICKETS_EVERY_S if reads_tickets else tickets_due
            await self._refresh(self._take_tickets_of() if reads_tickets else set())
            self._tell_browsers(pace)
            await asyncio.sleep(_PACE_S)

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

    def _waits(self) -> bool:
        """Whether there is something to do that nobody will wake us for."""
        return bool(self._untold or self._tickets_of)

    def _take_tickets_of(self) -> set[str]:
        taken, self._tickets_of = self._tickets_of, set()
        return taken

    def _tell_browsers(self, pace: "_Pace") -> None:
        if self._untold and pace.allows(asyncio.get_running_loop().time(), urgent=self._urgent):
            self.revision += 1
            self.news.changed(self._untold, ())
            self._untold, self._urgent = set(), False

    async def _refresh(self, tickets_of: set[str]) -> None:
        heard, self._heard = self._heard, set()
        now = self._clock.now()
        try:
            if local_day(now) != self._day:
                await self._read_day()
                heard = self._names()
            elif tickets_of:
                await self._read_tickets(tickets_of)
        except MotcuaError:
            self._tickets_of |= tickets_of  # for the next try
            self._heard |= heard
            raise
        found = self._overdue(now) | self._misplaced(now)
        await self._judge(heard | tickets_of | found)
        self.news.changed((), heard)

    async def _judge(self, boxes: Collection[str]) -> None:
        """Judge boxes anew; those that look otherwise than before are to be told."""
        for at, box in enumerate(boxes):
            if at % _AT_ONCE == _AT_ONCE - 1:
                await asyncio.sleep(0)
            state = self._states[box] = self._state(box)
            self._wait_for(box)
            look, before = self._look(state), self._looks.get(box)
            if before != look:
                self._looks[box] = look
                if before is None or (before.site, before.place.path) != (
                    state.site,
                    look.place.path,
                ):
                    self.naming += 1
                self.branches.put(box, look.place)
                self._untold.add(box)
                self._urgent |= before is None or before.beside_tickets() != look.beside_tickets()

    def _look(self, state: BoxState) -> "_Look":
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
        return _Look(place, state.site, state.line.value, devices, journals.lost if journals else 0)

    def _misplaced(self, now: datetime) -> set[str]:
        """Return the boxes that stand elsewhere than they are counted: looked for once a minute."""
        if now - self._placed_at < _PLACES_EVERY:
            return set()
        self._placed_at = now
        looks = self._looks.items()
        return {box for box, look in looks if self._places.path(box) != look.place.path}

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


class _Look(msgspec.Struct, frozen=True):
    """All that the overview shows of a box: what is the same here is no news."""

    place: Place
    site: str
    line: str
    devices: tuple[tuple[str, bool, tuple[str, ...]], ...]
    lost: int

    def named(self) -> tuple[object, ...]:
        return self.site, self.place.path

    def spot(self) -> tuple[object, ...]:
        return self.place.path, self.place.need

    def beside_tickets(self) -> tuple[object, ...]:
        place = self.place
        return place.path, place.need, place.faults, self.site, self.line, self.devices, self.lost


class _Pace:
    """How often browsers are told: a bucket of tellings, and at least once a second."""

    def __init__(self) -> None:
        self._left = _A_SECOND
        self._at = self._told_at = 0.0

    def allows(self, now: float, *, urgent: bool) -> bool:
        """Whether it is time to tell; then that is counted."""
        self._left = min(_A_SECOND, self._left + (now - self._at) * _A_SECOND)
        self._at = now
        if self._left < 1 or not (urgent or now - self._told_at >= 1.0):
            return False
        self._left -= 1
        self._told_at = now
        return True


def _shown(report: DeviceReport) -> tuple[str, ...]:
    return report.name, report.kind, report.health.value, report.code, report.text
