"""A listener hears, in whatever moment of the connecting it comes."""

import asyncio
from pathlib import Path

import pytest

from devices.runtime.bus import Packet
from devices.runtime.mqtt_bus import mqtt_bus
from devices.runtime.settings import BusConfig
from tests.counterparts.mosquitto import RealBroker

pytestmark = pytest.mark.real


async def test_a_listener_that_comes_while_the_bus_connects_hears_what_is_retained(
    tmp_path: Path,
) -> None:
    async with RealBroker(tmp_path) as broker:
        config = BusConfig(port=broker.port)
        async with mqtt_bus(config, "teller") as teller:
            await teller.wait_connected()
            await teller.publish(Packet(topic="told", payload=b"1", qos=1, retain=True))
        for step in range(200):
            async with mqtt_bus(config, "listener") as bus, bus.listen("other"):
                await asyncio.sleep(step / 20_000)
                async with bus.listen("told") as inbox, asyncio.timeout(10):
                    assert (await inbox.get()).payload == b"1"
