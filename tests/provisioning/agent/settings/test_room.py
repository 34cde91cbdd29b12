"""The room of settings on its box's bus: what comes, and what it answers."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from devices.config import DevicesConfig
from devices.contract.clock import SystemClock
from devices.contract.identity import AGENT, BoxId
from devices.contract.message import decode, encode
from devices.contract.topics import PartTopics
from devices.runtime.alongside import alongside
from devices.runtime.bus import Packet
from devices.runtime.memory_bus import MemoryBroker, MemoryBus
from provisioning.agent.config import AgentConfig
from provisioning.agent.settings.room import SettingsRoom
from provisioning.agent.settings.simulated import SimulatedParts
from provisioning.agent.standing import Standing
from provisioning.desired import Desired, Reported

TOPICS = PartTopics(BoxId("box-1"), AGENT)
WITHIN_S = 10
REFUSED = Desired(version=4, parts={"kiosk": {"language": "en"}})


class RoomUnderTest:
    def __init__(self, broker: MemoryBroker, bus: MemoryBus) -> None:
        self.broker = broker
        self.bus = bus

    def wants(self, payload: bytes) -> None:
        self.broker.route(Packet(topic=TOPICS.desired, payload=payload, qos=1, retain=True))

    async def reports(self, holds: Callable[[Reported], object], what: str) -> Reported:
        try:
            async with asyncio.timeout(WITHIN_S):
                while True:
                    packet = self.broker.retained.get(TOPICS.reported)
                    if packet and holds(said := decode(packet.payload, Reported)):
                        return said
                    await asyncio.sleep(0.01)
        except TimeoutError:
            pytest.fail(f"never reported: {what}")


@asynccontextmanager
async def room_in(folder: Path, broker: MemoryBroker) -> AsyncIterator[RoomUnderTest]:
    async with broker.connect() as bus:
        standing = Standing(
            bus=bus,
            topics=TOPICS,
            boot=7,
            parts=SimulatedParts(folder, {"devices": DevicesConfig}),
            config=AgentConfig(box="box-1", state_dir=str(folder)),
            clock=SystemClock(),
        )
        async with alongside(SettingsRoom(standing).run(), name="settings"):
            yield RoomUnderTest(broker, bus)


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[RoomUnderTest]:
    async with room_in(tmp_path, MemoryBroker()) as running:
        yield running


async def test_a_box_without_a_document_says_so(room: RoomUnderTest) -> None:
    said = await room.reports(lambda _: True, "anything")
    assert said == Reported(boot=7, version=0, in_force=0)


async def test_what_cannot_be_read_is_told_and_changes_nothing(room: RoomUnderTest) -> None:
    deep = b'{"type":"desired","version":9,"parts":{"devices":' + b'{"a":' * 300 + b"1" + b"}" * 302
    for payload in (b"\xff", b"[" * 5000, encode(REFUSED).replace(b"4", b'"four"'), deep):
        room.wants(payload)
        said = await room.reports(lambda one: "payload.bad" in one.text, "that it is unreadable")
        assert (said.version, said.in_force) == (0, 0)
    room.wants(encode(REFUSED))
    said = await room.reports(lambda one: one.version == 4, "what came after it")
    assert "payload.bad" not in said.text


async def test_the_newest_of_several_is_judged_and_an_older_one_never(
    room: RoomUnderTest,
) -> None:
    room.wants(encode(REFUSED))
    await room.reports(lambda one: one.version == 4, "version 4")
    room.wants(encode(Desired(version=3, parts={})))
    room.wants(encode(Desired(version=5, parts={"room": {}})))
    said = await room.reports(lambda one: one.version == 5, "version 5")
    assert "room: this box has no such part" in said.text


async def test_what_the_broker_forgot_is_reported_again(room: RoomUnderTest) -> None:
    room.wants(encode(REFUSED))
    await room.reports(lambda one: one.version == 4, "version 4")
    room.bus.cut()
    room.broker.retained.clear()
    room.bus.mend()
    await room.reports(lambda one: one.version == 4, "it again")


async def test_who_asks_again_is_answered_again(room: RoomUnderTest) -> None:
    room.wants(encode(REFUSED))
    await room.reports(lambda one: one.version == 4, "version 4")
    room.broker.retained.pop(TOPICS.reported)
    room.wants(encode(REFUSED))
    await room.reports(lambda one: one.version == 4, "it again")


async def test_a_verdict_outlives_the_agent(tmp_path: Path) -> None:
    async with room_in(tmp_path, MemoryBroker()) as first:
        first.wants(encode(REFUSED))
        before = await first.reports(lambda one: one.version == 4, "version 4")
    async with room_in(tmp_path, MemoryBroker()) as second:
        assert await second.reports(lambda _: True, "anything") == before
