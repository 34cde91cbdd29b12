"""`motcua ingest`: two share the load, and neither kills nor cuts lose or double anything."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from devices.runtime.alongside import alongside
from devices.runtime.mqtt_bus import mqtt_bus
from devices.runtime.ports import free_port
from devices.runtime.settings import BusConfig
from provisioning.controller.database import Database
from provisioning.controller.ingest import Outcome
from provisioning.controller.store import Store
from provisioning.controller.stored import hear
from tests.counterparts.mosquitto import RealBroker
from tests.provisioning.controller.box import BoxUnderTest, box_on
from tests.provisioning.controller.saying import issued
from tests.waiting import until

pytestmark = pytest.mark.real
MOTCUA = str(Path(sys.executable).with_name("motcua"))
KILLS, CUTS, WORKERS = 12, 4, 2
BOXES = ("box-1", "box-2", "box-3")


def written(directory: Path, port: int, http: int, store: str) -> Path:
    path = directory / "controller.toml"
    path.write_text(
        f'state_dir = "{directory}/state"\nstore = "{store}"\n'
        f"ingest.workers = 0\nbus.port = {port}\nhttp.port = {http}\n"
    )
    return path


class Tended:
    """A process that is started again whenever it ends, as systemd does."""

    def __init__(self, word: str, config: Path) -> None:
        self._command = (MOTCUA, word, "--config", str(config))
        self.pid = 0
        self.starts = 0

    async def run(self) -> None:
        while True:
            process = await asyncio.create_subprocess_exec(
                *self._command, stderr=asyncio.subprocess.DEVNULL
            )
            self.pid, self.starts = process.pid, self.starts + 1
            try:
                await process.wait()
            finally:
                if process.returncode is None:
                    process.kill()
                    await process.wait()


@contextlib.asynccontextmanager
async def boxes_on(port: int, directory: Path) -> AsyncIterator[list[BoxUnderTest]]:
    async with contextlib.AsyncExitStack() as stack:
        yield [await stack.enter_async_context(box_on(port, directory, name)) for name in BOXES]


async def test_two_workers_and_the_broker_are_killed_over_and_over_and_nothing_is_lost_or_doubled(
    tmp_path: Path, postgres_url: str
) -> None:
    database = Database(postgres_url)
    with contextlib.closing(database):
        await _two_workers_are_killed(tmp_path, postgres_url, Store(database))


async def _two_workers_are_killed(tmp_path: Path, postgres_url: str, store: Store) -> None:
    told = 0

    def stored() -> int:
        return sum(mark.seq for mark in store.marks().values())

    async def tell(boxes: list[BoxUnderTest], more: int) -> None:
        """Let boxes tell until so much more of it is stored."""
        nonlocal told
        enough = await asyncio.to_thread(stored) + more
        async with asyncio.timeout(60):
            while await asyncio.to_thread(stored) < enough:
                told += 1
                for box in boxes:
                    box.tell(issued(told))
                await asyncio.sleep(0.02)

    async with RealBroker(tmp_path / "broker") as broker:
        config = written(tmp_path, broker.port, free_port(), postgres_url)
        workers = [Tended("ingest", config) for _ in range(WORKERS)]
        lives = (worker.run() for worker in workers)
        async with alongside(*lives, name="workers"), boxes_on(broker.port, tmp_path) as boxes:
            await tell(boxes, 1)
            for kill in range(KILLS):
                await tell(boxes, 30)
                if kill * CUTS // KILLS != (kill + 1) * CUTS // KILLS:
                    await broker.kill()
                    await broker.start()
                os.kill(workers[kill % WORKERS].pid, signal.SIGKILL)
            await until(
                lambda: all(box.journal.waiting() == 0 for box in boxes),
                "all acknowledged",
                within_s=60,
            )
    assert sum(worker.starts for worker in workers) >= KILLS, "each kill found a living worker"
    for box in BOXES:
        assert [e.seq for e in store.events(box=box, limit=10**6)] == list(range(1, told + 1))
    assert {mark.lost for mark in store.marks().values()} == {0}


async def test_a_worker_says_whose_events_it_has_stored(tmp_path: Path) -> None:
    async with RealBroker(tmp_path / "broker") as broker:
        config = written(tmp_path, broker.port, free_port(), f"sqlite:///{tmp_path}/a.sqlite3")
        heard: list[Outcome] = []
        async with (
            mqtt_bus(BusConfig(port=broker.port), "dashboard") as bus,
            alongside(hear(bus, "province", heard.append), name="hears"),
            alongside(Tended("ingest", config).run(), name="worker"),
            box_on(broker.port, tmp_path) as box,
        ):
            box.tell(issued(1))
            await until(lambda: stored_of(heard) == {"box-1"}, "told", within_s=30)


def stored_of(heard: list[Outcome]) -> set[str]:
    return {box for outcome in heard if outcome.kept.stored for box in outcome.kept.boxes}
