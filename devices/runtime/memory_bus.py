"""The bus's twin: a broker in this process, whose lines can be cut and mended."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from devices.contract.errors import LineDownError
from devices.runtime.bus import DEFAULT_INBOX, Inbox, Packet, matches


class MemoryBroker:
    """Retained packets and live listeners, as a broker has them.

    It forgets everything with the process.
    """

    def __init__(self) -> None:
        self.retained: dict[str, Packet] = {}
        self._buses: list[MemoryBus] = []

    @asynccontextmanager
    async def connect(self, *, will: Packet | None = None) -> "AsyncIterator[MemoryBus]":
        """Connect a bus. Leaving the context in order sends no will; `MemoryBus.die` does."""
        bus = MemoryBus(self, will)
        self._buses.append(bus)
        try:
            yield bus
        finally:
            bus.cut()
            self._buses.remove(bus)

    def route(self, packet: Packet) -> None:
        """Keep the packet when it is retained, and hand it to every listener."""
        if packet.retain and packet.payload:
            self.retained[packet.topic] = packet
        elif packet.retain:
            self.retained.pop(packet.topic, None)
        for bus in self._buses:
            bus.deliver(packet)


class MemoryBus:
    """One connection to a `MemoryBroker`."""

    def __init__(self, broker: MemoryBroker, will: Packet | None) -> None:
        self._broker = broker
        self._will = will
        self._listeners: list[tuple[tuple[str, ...], Inbox]] = []
        self._up = asyncio.Event()
        self._down = asyncio.Event()
        self._up.set()

    @property
    def connected(self) -> bool:
        """Whether the line is up."""
        return self._up.is_set()

    async def wait_connected(self) -> None:
        """Wait until the line is up."""
        await self._up.wait()

    async def wait_lost(self) -> None:
        """Wait until the line is down."""
        await self._down.wait()

    async def publish(self, packet: Packet) -> None:
        """Route the packet; raises LineDownError when the line is cut."""
        await asyncio.sleep(0)
        if not self.connected:
            raise LineDownError
        self._broker.route(packet)

    @asynccontextmanager
    async def listen(self, *filters: str, limit: int = DEFAULT_INBOX) -> AsyncIterator[Inbox]:
        """Subscribe for as long as the context lasts."""
        listener = (filters, Inbox(limit))
        self._listeners.append(listener)
        if self.connected:
            self._give_retained(listener)
        try:
            yield listener[1]
        finally:
            self._listeners.remove(listener)

    def deliver(self, packet: Packet) -> None:
        """Hand a packet to the listeners it concerns, if the line is up."""
        if not self.connected:
            return
        live = _as_live(packet)
        for filters, inbox in self._listeners:
            if any(matches(filter_, packet.topic) for filter_ in filters):
                inbox.put(live)

    def cut(self) -> None:
        """Cut the line: what is sent meanwhile is lost, as with QoS 0 and a clean session."""
        self._up.clear()
        self._down.set()

    def mend(self) -> None:
        """Mend the line: retained packets come again."""
        self._up.set()
        self._down.clear()
        for listener in self._listeners:
            self._give_retained(listener)

    def die(self) -> None:
        """Cut the line as a crash does: the broker sends the will."""
        self.cut()
        if self._will:
            self._broker.route(self._will)

    def _give_retained(self, listener: tuple[tuple[str, ...], Inbox]) -> None:
        filters, inbox = listener
        for packet in list(self._broker.retained.values()):
            if any(matches(filter_, packet.topic) for filter_ in filters):
                inbox.put(packet)


def _as_live(packet: Packet) -> Packet:
    if not packet.retain:
        return packet
    return Packet(
        topic=packet.topic,
        payload=packet.payload,
        qos=packet.qos,
        expiry_s=packet.expiry_s,
        response_topic=packet.response_topic,
        correlation=packet.correlation,
        actor=packet.actor,
    )
