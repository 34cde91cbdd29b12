"""The port to the broker: publish, and listen with a bound. Twins: `memory_bus`, `mqtt_bus`."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import Literal, Protocol

import msgspec

Qos = Literal[0, 1]
DEFAULT_INBOX = 256


class Packet(msgspec.Struct, frozen=True, kw_only=True):
    """One message as it travels. `expiry_s=0` means it never expires (MQTT 5 §3.3.2.3.3)."""

    topic: str
    payload: bytes
    qos: Qos = 0
    retain: bool = False
    expiry_s: int = 0
    response_topic: str = ""
    correlation: bytes = b""
    actor: str = ""


class Inbox:
    """What a listener has not read yet.

    When it is full the oldest packet is dropped and counted.
    """

    def __init__(self, limit: int) -> None:
        self._packets: deque[Packet] = deque(maxlen=limit)
        self._arrived = asyncio.Event()
        self.dropped = 0

    def put(self, packet: Packet) -> None:
        """Add a packet."""
        if len(self._packets) == self._packets.maxlen:
            self.dropped += 1
        self._packets.append(packet)
        self._arrived.set()

    async def get(self) -> Packet:
        """Return the oldest packet, waiting for one."""
        while not self._packets:
            self._arrived.clear()
            await self._arrived.wait()
        return self._packets.popleft()

    async def __aiter__(self) -> AsyncIterator[Packet]:
        while True:
            yield await self.get()


class Bus(Protocol):
    """A connection to a broker that heals by itself."""

    @property
    def connected(self) -> bool:
        """Whether the line is up now."""
        ...

    async def wait_connected(self) -> None:
        """Wait until the line is up."""
        ...

    async def wait_lost(self) -> None:
        """Wait until the line that is up now is lost (returns at once when it is down)."""
        ...

    async def publish(self, packet: Packet) -> None:
        """Send a packet; with QoS 1, return when the broker has it.

        Raises LineDownError at once when the line is down, or when it drops meanwhile.
        """
        ...

    def listen(
        self, *filters: str, limit: int = DEFAULT_INBOX
    ) -> AbstractAsyncContextManager[Inbox]:
        """Subscribe for as long as the context lasts; retained packets come again at each new line.

        Two listeners of one bus must not use overlapping filters unless the filters are equal.
        """
        ...


def matches(filter_: str, topic: str) -> bool:
    """Return whether a topic falls under a filter (MQTT 5 §4.7)."""
    wanted, levels = filter_.split("/"), topic.split("/")
    if topic.startswith("$") and wanted[0] in ("+", "#"):
        return False
    for at, level in enumerate(wanted):
        if level == "#":
            return True
        if at >= len(levels) or level not in ("+", levels[at]):
            return False
    return len(wanted) == len(levels)
