"""Who is ready since when, as the box's bus tells it."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from devices.contract.identity import DEVICES, BoxId
from devices.contract.message import Connection, LinkState, encode
from devices.contract.topics import PartTopics
from devices.runtime.bus import Bus, Packet
from devices.runtime.memory_bus import MemoryBroker
from devices.runtime.mqtt_bus import mqtt_bus
from devices.runtime.settings import BusConfig
from provisioning.agent.settings.births import births_on
from tests.counterparts.mosquitto import RealBroker

BOX = BoxId("box-1")
TOPIC = PartTopics(BOX, DEVICES).conn
SOON_S = 5.0


@pytest.fixture(params=["memory", pytest.param("mosquitto", marks=pytest.mark.real)])
async def buses(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[tuple[Bus, Bus]]:
    async with AsyncExitStack() as stack:
        if request.param == "memory":
            broker = MemoryBroker()
            yield (
                await stack.enter_async_context(broker.connect()),
                await stack.enter_async_context(broker.connect()),
            )
            return
        real = await stack.enter_async_context(RealBroker(tmp_path))
        config = BusConfig(port=real.port)
        both = [await stack.enter_async_context(mqtt_bus(config, name)) for name in ("a", "b")]
        for bus in both:
            await bus.wait_connected()
        yield both[0], both[1]


async def says(bus: Bus, state: LinkState, boot: int) -> None:
    payload = encode(Connection(state=state, boot=boot))
    await bus.publish(Packet(topic=TOPIC, payload=payload, qos=1, retain=True))


async def test_what_was_born_before_is_known(buses: tuple[Bus, Bus]) -> None:
    here, there = buses
    await says(there, LinkState.READY, 4)
    async with births_on(here, BOX, ["devices", "kiosk"]) as births:
        assert await births.known(["devices"], SOON_S) == {"devices": 4}
        assert await births.known(["kiosk"], 0.05) == {"kiosk": 0}


async def test_only_a_newer_boot_that_is_ready_counts(buses: tuple[Bus, Bus]) -> None:
    here, there = buses
    await says(there, LinkState.READY, 4)
    async with births_on(here, BOX, ["devices"]) as births:
        before = await births.known(["devices"], SOON_S)
        assert await births.late(before, 0.1) == ("devices",)
        await says(there, LinkState.SLEEPING, 4)
        assert await births.late(before, 0.1) == ("devices",)
        await says(there, LinkState.READY, 5)
        assert await births.late(before, SOON_S) == ()


async def test_a_part_that_ends_or_begins_anew_has_fallen(buses: tuple[Bus, Bus]) -> None:
    here, there = buses
    await says(there, LinkState.READY, 4)
    async with births_on(here, BOX, ["devices"]) as births:
        await births.known(["devices"], SOON_S)
        await says(there, LinkState.LOST, 3)
        assert await births.fallen(["devices"], 0.2) == (), "the will of an older boot"
        await says(there, LinkState.LOST, 4)
        assert await births.fallen(["devices"], SOON_S) == ("devices",)
