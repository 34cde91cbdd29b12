"""The conductor: events in, the session's step, screens and effects out; in one asyncio thread."""

import asyncio
from collections.abc import Callable
from datetime import date

import structlog
from msgspec.structs import replace

from devices.contract.clock import Clock, local_day
from devices.contract.errors import MotcuaError
from devices.contract.message import DeviceReport, Health
from devices.messages import Scanned
from devices.runtime.part import Report
from devices.runtime.supervisor import keep
from kiosk.api.queue import Site
from kiosk.ui.bridge import Surface
from kiosk.ui.clerk import BackRoom
from kiosk.ui.events import (
    AnyEffect,
    BeginSession,
    CounterLost,
    Event,
    SiteSeen,
    TimePassed,
    Touched,
)
from kiosk.ui.flows.number.pages import NumberTaken, Printed
from kiosk.ui.link import CounterClient
from kiosk.ui.room import Room
from kiosk.ui.session import next_time, step
from kiosk.ui.speech.narrator import Narrator, in_voice
from kiosk.ui.state import Access, State
from kiosk.ui.view import view
from kiosk.ui.world import PrinterState

_EVENTS = 256
_FAILURES_BEFORE_LOST = 2
_log = structlog.get_logger()


class Tally:
    """What happened at this kiosk today (domain G-3)."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._day: date | None = None
        self._counts: dict[str, float] = {}
        self._printed: set[str] = set()

    def add(self, name: str) -> None:
        """Count one."""
        self._turn()
        self._counts[name] = self._counts.get(name, 0.0) + 1.0

    def add_printed(self, ticket: str) -> None:
        """Count a ticket on paper, once however often it is told."""
        self._turn()
        self._printed.add(ticket)

    def figures(self) -> dict[str, float]:
        """Return the counts of the day."""
        self._turn()
        names = ("sessions_today", "tickets_today")
        counts = {name: self._counts.get(name, 0.0) for name in names}
        return counts | {"printed_today": float(len(self._printed))}

    def _turn(self) -> None:
        today = local_day(self._clock.now())
        if today != self._day:
            self._day, self._counts, self._printed = today, {}, set()


class Conductor:
    """Owns the state. `tell` may be called from the loop's thread as often as one likes."""

    def __init__(
        self,
        state: State,
        surface: Surface,
        clock: Clock,
        *,
        rooms: Callable[[Access], Room],
        report: Callable[[Report], None],
    ) -> None:
        now = clock.monotonic()
        self._state = replace(state, touched_at=now, turned_at=now)
        self._surface = surface
        self._clock = clock
        self._rooms = rooms
        self._report = report
        self._names: DeviceReport | None = None
        self._tally = Tally(clock)
        self._narrator = Narrator()
        self._events: asyncio.Queue[Event] = asyncio.Queue(_EVENTS)

    def tell(self, event: Event) -> None:
        """Let something happen. When far behind, touches and scans are dropped first."""
        behind = self._events.qsize()
        optional = isinstance(event, Touched | Scanned)
        if behind >= (_EVENTS // 2 if optional else _EVENTS):
            _log.warning("event.dropped", kind=type(event).__name__)
            return
        self._events.put_nowait(event)

    def tell_of_names(self, report: DeviceReport | None) -> None:
        """Say in the status, from now on, how the site's names are; None where all is well."""
        self._names = report
        self._tell_report()

    async def run(self, back_room: BackRoom) -> None:
        """Turn events into screens; never returns."""
        self._show()
        while True:
            self._take(await self._next(), back_room)  # no name here keeps a card (domain PRI-2)

    async def _next(self) -> Event:
        due = next_time(self._state)
        wait_s = None if due is None else max(0.0, due - self._clock.monotonic())
        try:
            async with asyncio.timeout(wait_s):
                return await self._events.get()
        except TimeoutError:
            return TimePassed()

    def _take(self, event: Event, back_room: BackRoom) -> None:
        self._count(event)
        state = replace(self._state, wall=self._clock.now())
        self._state, effects = step(state, event, self._clock.monotonic())
        self._show()
        for effect in (*effects, *self._narrated(event)):
            self._count(effect)
            back_room.do(effect, self._state.world.site)
        self._tell_report()

    def _show(self) -> None:
        self._surface.show(view(self._state, self._rooms(self._state.access)))

    def _narrated(self, event: Event) -> tuple[AnyEffect, ...]:
        state = in_voice(self._state)
        screen = view(state, self._rooms(state.access))
        return self._narrator.follow(self._state, screen, event)

    def _count(self, happened: Event | AnyEffect) -> None:
        match happened:
            case BeginSession():
                self._tally.add("sessions_today")
            case NumberTaken():
                self._tally.add("tickets_today")
            case Printed(ticket=ticket):
                self._tally.add_printed(ticket)
            case _:
                pass

    def _tell_report(self) -> None:
        world = self._state.world
        figures = self._tally.figures() | {
            "counter_reachable": float(bool(world.reachable)),
            "printer_ready": float(world.printer is PrinterState.READY),
            "tickets_without_paper": float(sum(owed.failed for owed in self._state.owed)),
        }
        health = Health.READY if world.reachable else Health.FAULT
        reports = (world.catalogue_report, world.languages_report, self._names)
        devices = tuple(report for report in reports if report)
        self._report(Report(health=health, devices=devices, figures=figures))


async def watch_counter(
    counter: CounterClient, tell: Callable[[Event], None], first: Callable[[Site], None]
) -> None:
    """Tell how the site is, and when it cannot be reached; never returns.

    `first` is called with the site each time the line is there again.
    """
    failures = 0

    async def watch() -> None:
        nonlocal failures
        greeted = False
        async for site in counter.sites():
            failures = 0
            tell(SiteSeen(site=site))
            if not greeted:
                greeted = True
                first(site)

    def failed(_: MotcuaError) -> None:
        nonlocal failures
        failures += 1
        if failures == _FAILURES_BEFORE_LOST:
            tell(CounterLost())

    await keep("counter", watch, on_failure=failed)
