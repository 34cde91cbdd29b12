"""What the dashboard knows: figures of the day, and what time alone changes."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from devices.contract.clock import SimulatedClock, local_day
from devices.contract.identity import BoxId, Part
from devices.contract.message import DeviceReport, Event, Health
from devices.runtime.alongside import alongside
from devices.runtime.worker import Worker
from provisioning.controller.board import Asked, Board, NoAtlas
from provisioning.controller.database import Database
from provisioning.controller.fleet import Line, PartState
from provisioning.controller.ingest import Outcome
from provisioning.controller.intake import Entry, judged
from provisioning.controller.keeping import Kept
from provisioning.controller.overview import EVERYTHING, NoSuchBoxError, Overview
from provisioning.controller.store import Store
from tests.provisioning.controller.saying import (
    T0,
    called,
    connection,
    entry,
    event_arrives,
    issued,
    printer,
    status,
)
from tests.waiting import until


class Desk:
    """An overview on a real store, with a clock to move."""

    def __init__(self, store: Store, worker: Worker) -> None:
        self.clock = SimulatedClock(T0)
        self.overview = Overview(store, worker, self.clock, timedelta(seconds=210))
        self._store = store
        self._worker = worker
        self._seq = 0

    @contextlib.asynccontextmanager
    async def store_hangs(self) -> AsyncIterator[None]:
        """Let whoever asks the store wait until the end of the context."""
        freed = threading.Event()
        hanging = asyncio.create_task(self._worker.do(freed.wait))
        try:
            yield
        finally:
            freed.set()
            await hanging

    def told(self, *parts: PartState) -> None:
        self.overview.tell(Outcome(parts, Kept({}), 0))

    async def happened(self, *events: Event) -> None:
        entries = []
        for event in events:
            self._seq += 1
            meant = judged(event_arrives(entry(self._seq, event)))
            assert isinstance(meant, Entry)
            entries.append(meant)
        kept = await self._worker.do(self._store.keep, entries, (), self.clock.now())
        self.overview.tell(Outcome((), kept, 0))


@pytest.fixture
async def desk(database: Database) -> AsyncIterator[Desk]:
    store = Store(database)
    async with Worker("queries") as worker:
        desk = Desk(store, worker)
        await desk.overview.load()
        async with alongside(desk.overview.run(), name="overview"):
            yield desk


def part(box: str, *devices: DeviceReport) -> PartState:
    return PartState(
        box=BoxId(box),
        part=Part("devices"),
        connection=connection(),
        status=status(1, *devices),
        heard_at=T0,
    )


async def test_the_boxes_that_need_somebody_come_first(desk: Desk) -> None:
    near_end = printer(Health.WARNING, "printer.paper_near_end")
    out = printer(Health.FAULT, "printer.out_of_paper")
    desk.told(part("a-good", printer()), part("b-warns", near_end), part("c-fails", out))
    lost = PartState(box=BoxId("d-lost"), part=Part("devices"))
    desk.told(lost)
    board = Board(desk.overview, NoAtlas())

    def order() -> list[str]:
        return [row.box.state.box for row in board.view(EVERYTHING, Asked()).cards]

    expected = ["d-lost", "c-fails", "b-warns", "a-good"]
    await until(lambda: order() == expected, "those that need somebody first")
    summary = desk.overview.summary()
    assert (summary.boxes, summary.online, summary.faults) == (4, 3, 1)


async def test_tickets_are_counted_by_service_and_by_the_hour_in_viet_nam(desk: Desk) -> None:
    """G-3: 02:00 UTC is nine in the morning."""
    await desk.happened(issued(1), issued(2), issued(3, service="dat-dai"))
    await desk.happened(called(1, 90.0), called(3, 30.0, service="dat-dai"))
    await until(lambda: desk.overview.summary().tickets.waiting == 1, "the calls counted")
    summary = desk.overview.summary()
    assert (summary.tickets.issued, summary.tickets.mean_wait_s) == (3, 60.0)
    assert summary.issued_by_hour[9] == 3
    services = desk.overview.box("box-1").services
    assert [(s.service, s.issued, s.waiting) for s in services] == [
        ("dat-dai", 1, 0),
        ("ho-tich", 2, 1),
    ]


async def test_what_looks_the_same_is_no_news(desk: Desk) -> None:
    desk.told(part("box-1", printer()))
    await until(lambda: desk.overview.revision == 1, "it is there")
    again = msgspec.structs.replace(part("box-1", printer()), status=status(2, printer()))
    desk.told(again)
    desk.told(part("box-2", printer()))
    await until(lambda: desk.overview.summary().boxes == 2, "the next one")
    assert desk.overview.revision == 2


async def test_a_slow_store_holds_up_no_state(desk: Desk) -> None:
    desk.told(part("box-1", printer()))
    await until(lambda: desk.overview.summary().faults == 0, "it is well")
    async with desk.store_hangs():
        desk.overview.tell(Outcome((), Kept({}, boxes=frozenset({"box-1"})), 0))  # tickets
        desk.told(part("box-1", printer(Health.FAULT, "printer.out_of_paper")))
        await until(lambda: desk.overview.summary().faults == 1, "its fault is seen")


async def test_what_a_map_shows_grows_old_when_a_box_needs_somebody(desk: Desk) -> None:
    desk.told(part("box-1", printer()))
    await until(lambda: desk.overview.summary().boxes == 1, "it is there")
    before = desk.overview.naming, desk.overview.needing
    desk.told(part("box-1", printer(Health.FAULT, "printer.out_of_paper")))
    await until(lambda: desk.overview.summary().faults == 1, "its fault")
    assert desk.overview.needing > before[1]
    assert desk.overview.naming == before[0], "negative control: it is called as before"


async def test_a_box_that_falls_silent_is_counted_without_a_message(desk: Desk) -> None:
    desk.told(part("box-1", printer()))
    await until(lambda: desk.overview.summary().online == 1, "it is there")
    desk.clock.move(timedelta(seconds=211))
    desk.told(part("box-2", printer()))
    await until(lambda: desk.overview.summary().online == 0, "both are silent for too long")


async def test_a_box_that_speaks_again_is_not_taken_for_silent(desk: Desk) -> None:
    desk.told(part("box-1", printer()))
    await until(lambda: desk.overview.summary().online == 1, "it is there")
    desk.clock.move(timedelta(seconds=200))
    again = msgspec.structs.replace(part("box-1", printer()), heard_at=desk.clock.now())
    desk.told(again)
    desk.clock.move(timedelta(seconds=100))
    desk.told(part("box-2", printer()))
    await until(lambda: desk.overview.summary().boxes == 2, "the next one")
    assert desk.overview.summary().online == 1


async def test_waiting_grows_with_the_clock_alone(desk: Desk) -> None:
    await desk.happened(issued(1))
    await until(lambda: desk.overview.summary().tickets.waiting == 1, "one waits")
    desk.clock.move(timedelta(minutes=25))
    assert desk.overview.summary().tickets.longest_wait_s == 1500.0


async def test_a_new_day_begins_at_midnight_in_viet_nam(desk: Desk) -> None:
    await desk.happened(issued(1))
    await until(lambda: desk.overview.summary().tickets.issued == 1, "one issued")
    desk.clock.set(datetime(2026, 11, 20, 17, 0, 1, tzinfo=UTC))
    assert local_day(desk.clock.now()) != local_day(T0)
    desk.told(part("box-1"))
    await until(lambda: desk.overview.summary().tickets.issued == 0, "a new day")


async def test_who_is_heard_first_as_a_new_day_begins_is_known(desk: Desk) -> None:
    desk.clock.set(datetime(2026, 11, 20, 17, 0, 1, tzinfo=UTC))
    await desk.happened(issued(1))
    cards = desk.overview.cards
    await until(lambda: any(card.last_event_at for card in cards(["box-1"])), "its event")
    assert desk.overview.box("box-1").tickets.issued == 0, "it was issued yesterday"


async def test_a_box_that_falls_silent_is_seen_without_a_message(desk: Desk) -> None:
    desk.told(part("box-1", printer()))
    assert desk.overview.box("box-1").state.line is Line.READY
    desk.clock.move(timedelta(seconds=211))
    assert desk.overview.box("box-1").state.line is Line.STALE


async def test_a_box_never_heard_has_a_name_for_it(desk: Desk) -> None:
    with pytest.raises(NoSuchBoxError):
        desk.overview.box("box-9")
