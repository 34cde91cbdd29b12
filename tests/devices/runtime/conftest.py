"""Both buses, as one suite sees them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from devices.runtime.bus import Bus, Packet
from devices.runtime.memory_bus import MemoryBroker, MemoryBus
from devices.runtime.mqtt_bus import mqtt_bus
from devices.runtime.settings import BusConfig
from tests.counterparts.mosquitto import RealBroker

NewBus = Callable[..., Awaitable[Bus]]


class Line:
    """What both counterparts can do to the line."""

    def __init__(
        self, new: NewBus, cut: Callable[[], Awaitable[None]], mend: Callable[[], Awaitable[None]]
    ) -> None:
        self.new = new
        self.cut = cut
        self.mend = mend


@pytest.fixture(params=["memory", pytest.param("mosquitto", marks=pytest.mark.real)])
async def line(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Line]:
    async with AsyncExitStack() as stack:
        if request.param == "memory":
            yield _memory(stack)
        else:
            broker = await stack.enter_async_context(RealBroker(tmp_path))
            yield _real(stack, broker)


def _memory(stack: AsyncExitStack) -> Line:
    broker = MemoryBroker()
    buses: list[MemoryBus] = []

    async def new(name: str, *, will: Packet | None = None) -> Bus:
        bus = await stack.enter_async_context(broker.connect(will=will))
        buses.append(bus)
        assert name
        return bus

    async def cut() -> None:
        for bus in buses:
            bus.cut()

    async def mend() -> None:
        for bus in buses:
            bus.mend()

    return Line(new, cut, mend)


def _real(stack: AsyncExitStack, broker: RealBroker) -> Line:
    async def new(name: str, *, will: Packet | None = None) -> Bus:
        config = BusConfig(port=broker.port)
        bus = await stack.enter_async_context(mqtt_bus(config, name, will=will))
        async with asyncio.timeout(10):
            await bus.wait_connected()
        return bus

    return Line(new, broker.kill, broker.start)
