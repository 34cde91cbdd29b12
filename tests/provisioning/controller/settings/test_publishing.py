"""Documents on their way to boxes and answers on their way back, over a broker that may forget."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from devices.contract.identity import AGENT, DEVICES, BoxId
from devices.contract.message import decode, encode
from devices.contract.topics import PartTopics
from devices.runtime.bus import Packet
from devices.runtime.memory_bus import MemoryBroker, MemoryBus
from provisioning.controller.database import Database
from provisioning.controller.registry.records import Standing
from provisioning.controller.settings.facts import Progress
from provisioning.controller.settings.profiles import Draft, Key, Level
from provisioning.desired import Desired, Document, Reported
from tests.provisioning.controller.settings.land import Land, three_boxes
from tests.provisioning.controller.settings.province import ProvinceUnderTest, province_on

KIOSKS = Key(Level.ROLE, "kiosk")
WITHIN_S = 10


class Running:
    """The room on a broker in this process."""

    def __init__(self, broker: MemoryBroker, bus: MemoryBus, room: ProvinceUnderTest) -> None:
        self.broker = broker
        self.bus = bus
        self.room = room

    async def save(self, document: Document, base: int = 0) -> int:
        draft = Draft(key=KIOSKS, document=document, why="thử", base=base)
        change = await self.room.queries.do(self.room.settings.settings.save, draft, "an")
        self.room.settings.tell()
        return change.id

    def wanted_of(self, box: str) -> Desired | None:
        packet = self.broker.retained.get(PartTopics(BoxId(box), AGENT).desired)
        return decode(packet.payload, Desired) if packet else None

    def version_of(self, box: str) -> int:
        wanted = self.wanted_of(box)
        return wanted.version if wanted else 0

    async def says(self, box: str, payload: bytes, part: str = AGENT) -> None:
        topic = PartTopics(BoxId(box), AGENT if part == AGENT else DEVICES).reported
        self.broker.route(Packet(topic=topic, payload=payload, qos=1, retain=True))

    async def progress(self, box: str) -> Progress:
        return (await self.room.settings.box(box)).progress


async def until(holds: Callable[[], object], what: str) -> None:
    try:
        async with asyncio.timeout(WITHIN_S):
            while not holds():
                await asyncio.sleep(0.01)
    except TimeoutError:
        pytest.fail(f"never seen: {what}")


@asynccontextmanager
async def running_on(database: Database, land: Land | None = None) -> AsyncIterator[Running]:
    broker = MemoryBroker()
    async with broker.connect() as bus, province_on(bus, database, land=land) as room:
        yield Running(broker, bus, room)


@pytest.fixture
def url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
async def running(database: Database) -> AsyncIterator[Running]:
    async with running_on(database) as one:
        yield one


async def test_what_is_saved_is_retained_for_each_box_it_is_of(running: Running) -> None:
    await running.save({"kiosk": {"language": "en"}})
    await until(lambda: running.wanted_of("k-2"), "the document of k-2")
    wanted = Desired(version=1, parts={"kiosk": {"language": "en"}})
    assert (running.wanted_of("k-1"), running.wanted_of("k-2")) == (wanted, wanted)
    assert running.wanted_of("r-1") is None, "no kiosk"


async def test_a_broker_that_forgot_everything_is_told_again(running: Running) -> None:
    await running.save({"kiosk": {"language": "en"}})
    await until(lambda: running.wanted_of("k-2"), "the document of k-2")
    running.bus.cut()
    running.broker.retained.clear()
    running.bus.mend()
    await until(lambda: running.wanted_of("k-2"), "it again")


async def test_a_controller_that_begins_anew_tells_all_it_knows(database: Database) -> None:
    async with running_on(database) as before:
        await before.save({"kiosk": {"language": "en"}})
    async with running_on(database) as after:
        await until(lambda: after.wanted_of("k-1"), "the document from the database")


async def test_a_box_that_moves_gets_what_its_new_place_says(running: Running) -> None:
    await running.save({"kiosk": {"language": "en"}})
    await until(lambda: running.wanted_of("k-1"), "the document")
    running.room.land.put("k-1", role="room")
    await until(
        lambda: (running.wanted_of("k-1") or Desired(version=0, parts={})).version == 2, "2"
    )
    assert running.wanted_of("k-1") == Desired(version=2, parts={})


async def test_of_a_retired_box_nothing_is_left_at_the_broker(database: Database) -> None:
    async with running_on(database) as before:
        await before.save({"kiosk": {"language": "en"}})
        await until(lambda: before.wanted_of("k-1"), "the document")
    land = three_boxes()
    land.put("k-1", standing=Standing.RETIRED)
    async with running_on(database, land) as after:
        await until(lambda: after.wanted_of("k-2"), "the document of k-2")
        assert after.wanted_of("k-1") is None


async def test_what_boxes_report_is_kept_and_what_is_no_report_is_not(running: Running) -> None:
    await running.save({"kiosk": {"language": "en"}})
    good = encode(Reported(boot=1, version=1, in_force=1))
    for payload in (
        b"",
        b"\xff\x00",
        b"[" * 4000,
        good.replace(b'"version":1', b'"version":-1'),
        good.replace(b'"version":1', b'"version":99999999999999999999'),
    ):
        await running.says("k-1", payload)
    await running.says("k-2", good, part="devices")
    await running.says("unheard-of", good)
    await running.says("k-1", good)
    async with asyncio.timeout(WITHIN_S):
        while await running.progress("k-1") is not Progress.IN_FORCE:
            await asyncio.sleep(0.01)
    assert await running.progress("k-2") is Progress.OFFLINE


async def test_a_box_ahead_of_an_older_database_is_sent_a_later_version(running: Running) -> None:
    await running.save({"kiosk": {"language": "en"}})
    await until(lambda: running.wanted_of("k-1"), "the document")
    await running.says("k-1", encode(Reported(boot=1, version=41, in_force=41)))
    await until(
        lambda: (running.wanted_of("k-1") or Desired(version=0, parts={})).version == 42, "42"
    )
