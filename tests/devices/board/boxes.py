"""A device process with a board, on a bus in memory; beside it a user, and the province."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec

from devices.board.messages import AnyBoardEvent
from devices.contract.clock import SystemClock
from devices.contract.message import JournalAck, JournalEntry, decode, encode
from devices.display.board import BoardPanelConfig
from devices.host import DeviceHost, Equipment, Station
from devices.hosted import Fitted
from devices.panel_io.board import BoardPanelIoConfig
from devices.runtime.alongside import alongside
from devices.runtime.bus import Bus, Packet
from devices.runtime.memory_bus import MemoryBroker
from tests.devices.board.rigs import Rig
from tests.devices.boxes import BRISK, TOPICS, User, user_on

_EVENTS = msgspec.json.Decoder(AnyBoardEvent)


Stored = dict[tuple[int, int], AnyBoardEvent]


class Province:
    """Stores a journal's entries and acknowledges them, while it `answers`."""

    def __init__(self, bus: Bus, stored: Stored) -> None:
        self._bus = bus
        self.stored = stored
        self.answers = True

    @property
    def events(self) -> list[AnyBoardEvent]:
        return list(self.stored.values())

    def of(self, kind: type[AnyBoardEvent]) -> list[AnyBoardEvent]:
        return [event for event in self.events if isinstance(event, kind)]

    async def ingests(self) -> None:
        async with self._bus.listen(TOPICS.event, limit=10_000) as inbox:
            async for packet in inbox:
                if not self.answers:
                    continue
                entry = decode(packet.payload, JournalEntry)
                self.stored[entry.boot, entry.seq] = _EVENTS.decode(entry.event)
                ack = JournalAck(boot=entry.boot, seq=entry.seq)
                await self._bus.publish(Packet(topic=TOPICS.ack, payload=encode(ack), retain=True))


def on_board(rig: Rig) -> Equipment:
    """Return a box whose board has its panel, buttons and lamps."""
    return Equipment(
        board=Fitted(rig.board, "serial"),
        panel=Fitted(BoardPanelConfig().build_on(rig.board), "board"),
        panel_io=Fitted(BoardPanelIoConfig().build_on(rig.board), "board"),
    )


@asynccontextmanager
async def devices_on(bus: Bus, equipment: Equipment, state_dir: Path) -> AsyncIterator[None]:
    """Run the devices until the body ends."""
    station = Station(
        bus=bus,
        topics=TOPICS,
        boot=1,
        state_dir=state_dir,
        clock=SystemClock(),
        status_every_s=0.2,
    )
    host = DeviceHost(equipment, station, backoff=BRISK)
    ready = asyncio.Event()
    async with alongside(host.run(ready.set), name="host"):
        await ready.wait()
        yield


@asynccontextmanager
async def box_with_board(
    rig: Rig, state_dir: Path, stored: Stored | None = None, *, answers: bool = True
) -> AsyncIterator[tuple[User, Province]]:
    """Run a box, and a province that has stored something before; at first it `answers` or not."""
    broker = MemoryBroker()
    async with broker.connect() as host_bus, broker.connect() as user_bus, broker.connect() as up:
        province = Province(up, {} if stored is None else stored)
        province.answers = answers
        async with (
            user_on(user_bus) as user,
            alongside(province.ingests(), name="province"),
        ):
            user.on_signal = lambda _: None  # presses; a test that wants them listens itself
            async with devices_on(host_bus, on_board(rig), state_dir):
                yield user, province
