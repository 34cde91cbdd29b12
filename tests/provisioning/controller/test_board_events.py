"""What boards lived through, found among all that boxes told; on both databases."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from devices.board.messages import (
    BoardButtonPressed,
    BoardEvent,
    BoardRestarted,
    BoxPowerCycled,
    SwitchChanged,
)
from devices.contract.clock import SimulatedClock
from devices.runtime.alongside import alongside
from devices.runtime.worker import Worker
from provisioning.controller.alerts.cycles import PowerCycles
from provisioning.controller.board_events import moments
from provisioning.controller.database import Database
from provisioning.controller.intake import Entry, judged
from provisioning.controller.store import Store
from provisioning.controller.tables import EVENT, OF_BOARDS_LIFE
from tests.provisioning.controller.saying import T0, entry, event_arrives
from tests.waiting import until

_WHO: dict[str, Any] = {"board": "e6614c311b4d8a2f", "boot": 7}


def keep(database: Database, *events: BoardEvent, box: str = "box-1", first: int = 1) -> None:
    entries = []
    for seq, event in enumerate(events, first):
        told = entry(seq, event, at=T0 + timedelta(seconds=seq))
        arrived = judged(event_arrives(told, box, part="devices"))
        assert isinstance(arrived, Entry)
        entries.append(arrived)
    Store(database).keep(entries, (), T0)


def pressed(number: int) -> BoardEvent:
    return BoardButtonPressed(**_WHO, event=number, button="call-1")


def test_restarts_and_power_cuts_are_found_newest_first_and_no_press(database: Database) -> None:
    restarted = BoardRestarted(**_WHO, event=1, cause="watchdog", version="1.2.0")
    opened = SwitchChanged(**_WHO, event=2, switch="tamper", closed=False)
    cycled = BoxPowerCycled(**_WHO, event=60, silent_s=310, times=1)
    keep(database, restarted, opened, *(pressed(number) for number in range(3, 60)), cycled)
    keep(database, restarted, box="box-2")
    with database.reading() as db:
        found = moments(db, "box-1", before=2**53, limit=2)
        assert [one.event for one in found] == [cycled, opened]
        older = moments(db, "box-1", before=found[-1].id, limit=2)
        assert [(one.event, one.at) for one in older] == [(restarted, T0 + timedelta(seconds=1))]


def test_the_database_reads_few_events_to_find_them(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    query = select(EVENT.c.id).where(OF_BOARDS_LIFE, EVENT.c.box == "x").order_by(EVENT.c.id.desc())
    with database.reading() as db:
        plan = str(db.execute(text(f"EXPLAIN QUERY PLAN {query}"), {"box_1": "x"}).all())
        assert "ix_event_board" in plan
    database.close()


@pytest.mark.parametrize("before_it_begins", [True, False])
async def test_a_power_cut_counts_for_an_hour_also_over_a_restart_of_ours(
    database: Database,
    before_it_begins: bool,  # noqa: FBT001 - pytest's
) -> None:
    clock = SimulatedClock(T0)
    cycled = BoxPowerCycled(**_WHO, event=1, silent_s=310, times=1)
    if before_it_begins:
        keep(database, cycled)
    async with Worker("queries") as worker:
        cycles = PowerCycles(database, worker, clock, every_s=0.02)
        async with alongside(cycles.run(), name="cycles"):
            if not before_it_begins:
                keep(database, pressed(1), cycled)
            await until(lambda: cycles.of("box-1", clock.now()) == 1, "one power cut")
            assert cycles.of("box-2", clock.now()) == 0
            clock.move(timedelta(hours=2))
            assert cycles.of("box-1", clock.now()) == 0
