"""Sampling a fleet: what changed is written, and nothing is lost to a store that refuses."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from devices.contract.clock import SimulatedClock
from devices.contract.errors import StorageError
from devices.runtime.worker import Worker
from provisioning.controller.database import Database
from provisioning.controller.figures import Figures
from provisioning.controller.fleet import BoxState, box_state
from provisioning.controller.history.history import History
from provisioning.controller.history.sampler import Sampler
from tests.provisioning.controller.province import parts_of
from tests.provisioning.controller.saying import T0

BOXES = 2300


def fleet() -> list[tuple[BoxState, Figures]]:
    return [
        (box_state(f"b{at}", parts_of(f"b{at}", "", 1, T0), T0, timedelta(hours=1)), Figures())
        for at in range(BOXES)
    ]


@pytest.fixture
async def worker() -> AsyncIterator[Worker]:
    async with Worker("history") as one:
        yield one


async def test_every_box_is_written_and_then_only_what_changed(
    database: Database, worker: Worker
) -> None:
    clock = SimulatedClock(T0)
    history, states = History(database), fleet()
    sampler = Sampler(lambda: states, history, worker, clock)
    assert await sampler.sample() == 2 * BOXES, "line and paper"
    clock.move(timedelta(minutes=5))
    assert await sampler.sample() == 0
    states[7] = states[7][0], Figures(issued=3, waiting=1)
    clock.move(timedelta(minutes=5))
    assert await sampler.sample() == 2
    assert {s.name for s in history.read("b7", T0 - timedelta(days=1))} == {
        "line",
        "paper",
        "tickets",
        "waiting",
    }


async def test_what_the_store_refused_is_written_the_next_time(
    database: Database, worker: Worker
) -> None:
    clock = SimulatedClock(T0)
    states = fleet()[:5]
    history = History(database)
    sampler = Sampler(lambda: states, history, worker, clock)
    with database.writing() as db:
        db.exec_driver_sql("ALTER TABLE sample RENAME TO away")
    with pytest.raises(StorageError):
        await sampler.sample()
    with database.writing() as db:
        db.exec_driver_sql("ALTER TABLE away RENAME TO sample")
    assert await sampler.sample() == 10


async def test_what_is_old_is_rolled_up(database: Database, worker: Worker) -> None:
    clock = SimulatedClock(T0)
    history, states = History(database), fleet()[:3]
    sampler = Sampler(lambda: states, history, worker, clock)
    await sampler.sample()
    clock.move(timedelta(days=8))
    await sampler.roll_up()
    assert {s.span for s in history.read("b1", T0 - timedelta(days=1))} == {3600}
