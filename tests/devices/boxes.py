"""A box's device process under test, and a user of it: on the memory bus, or on a real broker."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

from devices.contract.clock import SystemClock
from devices.contract.identity import DEVICES, KIOSK, BoxId
from devices.contract.message import (
    Command,
    DeviceReport,
    Health,
    Message,
    PartStatus,
    RefusedError,
    decode,
)
from devices.contract.topics import PartTopics
from devices.host import DeviceHost, Equipment, Station
from devices.hosted import Limits
from devices.messages import Kind, Scanned
from devices.runtime.alongside import alongside
from devices.runtime.backoff import Backoff
from devices.runtime.bus import Bus, Inbox, Packet
from devices.runtime.memory_bus import MemoryBroker
from devices.runtime.requests import Ask, asking
from tests.waiting import until

R = TypeVar("R", bound=Message)

BOX = BoxId("gio-linh-1")
TOPICS = PartTopics(BOX, DEVICES)
NEIGHBOUR = PartTopics(BOX, KIOSK)
BRISK = Backoff(least_s=0.02, most_s=0.1)
SHORT = Limits(open_s=0.5, check_s=0.5)


class User:
    """A neighbour of the device process, and the province: it asks, and reads all that is told."""

    def __init__(self, bus: Bus, inside: Ask, province: Ask) -> None:
        self._bus = bus
        self.inside = inside
        self._province = province
        self.statuses: list[PartStatus] = []
        self.scans: list[Scanned] = []
        self.on_signal: Callable[[bytes], None] | None = None

    async def ask(self, command: Command[R], *, within_s: float = 20) -> R:
        return await self.inside(TOPICS.cmd, command, within_s=within_s)

    async def ask_from_province(self, command: Command[R]) -> R:
        return await self._province(TOPICS.province_cmd, command, within_s=20)

    async def send(self, payload: bytes) -> None:
        """Send what is no command, to both desks."""
        for topic, reply in (
            (TOPICS.cmd, NEIGHBOUR.reply),
            (TOPICS.province_cmd, TOPICS.province_reply),
        ):
            correlation = secrets.token_bytes(8)
            await self._bus.publish(
                Packet(topic=topic, payload=payload, correlation=correlation, response_topic=reply)
            )

    async def refusal(self, command: Command[Any]) -> str:
        """Ask what should be refused; returns the code, or an empty text when it was done."""
        return await _code(self.ask(command))

    async def refusal_by_province(self, command: Command[Any]) -> str:
        return await _code(self.ask_from_province(command))

    def device(self, kind: Kind) -> DeviceReport:
        """Return what the latest retained status says of the device."""
        return next(device for device in self.statuses[-1].devices if device.kind == kind)

    async def sees(self, kind: Kind, health: Health, code: str = "") -> None:
        """Wait until the status says so of the device."""

        def told() -> bool:
            if not self.statuses:
                return False
            device = self.device(kind)
            return (device.health, device.code) == (health, code)

        await until(told, f"{kind} is {health} {code}")

    async def reads(self, *, scans: int) -> None:
        """Wait until so many scans have been told."""
        await until(lambda: len(self.scans) == scans, f"{scans} scans are told")

    async def read_statuses(self, inbox: Inbox) -> None:
        async for packet in inbox:
            self.statuses.append(decode(packet.payload, PartStatus))

    async def read_scans(self, inbox: Inbox) -> None:
        async for packet in inbox:
            if self.on_signal:
                self.on_signal(packet.payload)
            else:
                self.scans.append(decode(packet.payload, Scanned))


async def _code(answer: Awaitable[Message]) -> str:
    try:
        await answer
    except RefusedError as error:
        return error.refused.code
    return ""


@asynccontextmanager
async def user_on(bus: Bus) -> AsyncIterator[User]:
    async with AsyncExitStack() as stack:
        inside = await stack.enter_async_context(asking(bus, NEIGHBOUR.reply, "kiosk"))
        province = await stack.enter_async_context(asking(bus, TOPICS.province_reply, "operator"))
        user = User(bus, inside, province)
        statuses = await stack.enter_async_context(bus.listen(TOPICS.status))
        scans = await stack.enter_async_context(bus.listen(TOPICS.signal))
        await stack.enter_async_context(
            alongside(user.read_statuses(statuses), user.read_scans(scans), name="user")
        )
        yield user


@asynccontextmanager
async def box_in_memory(
    equipment: Equipment, state_dir: Path, *, boot: int = 1, limits: Limits = SHORT
) -> AsyncIterator[User]:
    """Run the devices on a bus in memory, until the body ends."""
    broker = MemoryBroker()
    async with broker.connect() as host_bus, broker.connect() as user_bus:
        station = Station(
            bus=host_bus, topics=TOPICS, boot=boot, state_dir=state_dir, clock=SystemClock()
        )
        host = DeviceHost(equipment, station, limits=limits, backoff=BRISK)
        ready = asyncio.Event()
        async with user_on(user_bus) as user, alongside(host.run(ready.set), name="host"):
            await ready.wait()
            yield user
