"""A cancellation that comes with the broker's answer still cancels."""

import asyncio
from pathlib import Path

import pytest

from devices.runtime.bus import Bus, Packet
from devices.runtime.mqtt_bus import mqtt_bus
from devices.runtime.settings import BusConfig
from tests.counterparts.mosquitto import RealBroker

pytestmark = pytest.mark.real

MOMENTS = 150


async def listens_for_ever(bus: Bus, topic: str) -> None:
    async with bus.listen(topic) as inbox:
        await inbox.get()


async def publishes_for_ever(bus: Bus, topic: str) -> None:
    while True:
        await bus.publish(Packet(topic=topic, payload=b"", qos=1))


@pytest.mark.parametrize("work", [listens_for_ever, publishes_for_ever])
async def test_work_cancelled_at_any_moment_ends(work: object, tmp_path: Path) -> None:
    async with (
        RealBroker(tmp_path) as broker,
        mqtt_bus(BusConfig(port=broker.port), "x") as bus,
    ):
        await asyncio.wait_for(bus.wait_connected(), 10)
        for at in range(MOMENTS):
            assert callable(work)
            task = asyncio.create_task(work(bus, f"a/{at}"))
            for _ in range(at % 30):  # turns of the loop: another moment each time
                await asyncio.sleep(0)
            await asyncio.sleep(at // 30 * 0.0005)
            task.cancel()
            done, _ = await asyncio.wait({task}, timeout=5)
            assert done, f"moment {at}: the cancellation was swallowed"


async def test_a_bus_that_ends_while_it_connects_ends_at_once(tmp_path: Path) -> None:
    async with RealBroker(tmp_path) as broker:
        for at in range(MOMENTS):
            async with asyncio.timeout(8), mqtt_bus(BusConfig(port=broker.port), f"c{at}"):
                for _ in range(at % 50):
                    await asyncio.sleep(0)
                await asyncio.sleep(at // 50 * 0.001)
