"""Calls, announced one at a time over the bus's twin."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec

from devices.contract.clock import SimulatedClock
from devices.contract.errors import MuteError
from devices.contract.identity import COUNTER, DEVICES, BoxId
from devices.contract.message import Message
from devices.contract.topics import PartTopics
from devices.messages import Said, Say
from devices.runtime.alongside import alongside
from devices.runtime.memory_bus import MemoryBroker, MemoryBus
from devices.runtime.requests import Desk, asking
from devices.runtime.worker import Worker
from kiosk.api.queue import Call, TakeTicket
from kiosk.counter.announcer import Announcer
from kiosk.counter.config import VoiceConfig
from kiosk.counter.live import LiveSite
from kiosk.counter.main import DATABASE
from kiosk.counter.store import Store
from tests.kiosk.counter.site import MONDAY, sample_config

BOX = BoxId("gio-linh-1")
COUNTER_TOPICS, DEVICE_TOPICS = PartTopics(BOX, COUNTER), PartTopics(BOX, DEVICES)


class Speaker:
    """A device process with a speaker, which may be deaf or refuse."""

    def __init__(self, bus: MemoryBus, *, broken: bool = False) -> None:
        self.said: list[str] = []
        self._broken = broken
        self._speaking = False
        self.desk = Desk(bus, DEVICE_TOPICS.cmd)
        self.desk.on(Say, self._say)

    async def _say(self, say: Say) -> Message:
        if self._broken:
            raise MuteError
        assert not self._speaking, "two calls at once"
        self._speaking = True
        await asyncio.sleep(0.05)
        self._speaking = False
        self.said.append(say.text)
        return Said(seconds=0.05)


class Hall:
    """A site, its announcer, and what the boards were shown."""

    def __init__(self, site: LiveSite, bus: MemoryBus, announcer: Announcer) -> None:
        self.site, self.bus, self.announcer = site, bus, announcer
        self.board: list[str] = []
        self._told = site.hub.tell
        site.hub.tell = self._tell  # type: ignore[method-assign]

    def _tell(self, event: str, data: str) -> None:
        if event == "call":
            self.board.append(msgspec.json.decode(data, type=Call).number)
        self._told(event, data)

    async def call(self, counter: str, service: str, language: str = "vi") -> None:
        wish = TakeTicket(
            request=f"r{time.monotonic_ns()}", kiosk="k", service=service, language=language
        )
        await self.site.change(self.site.tickets.take, wish)
        call = await self.site.change(self.site.desks.next, counter, "")
        assert call
        self.announcer.add(call)

    async def quiet(self, calls: int) -> None:
        """Wait until so many calls were announced to their end."""
        async with asyncio.timeout(15):
            while len(self.board) < calls or self.site.announcing:
                await asyncio.sleep(0.01)


@asynccontextmanager
async def hall(tmp_path: Path, broker: MemoryBroker, **voice: float) -> AsyncIterator[Hall]:
    config = sample_config(tmp_path, voice=VoiceConfig(**{"show_s": 0.2, "within_s": 0.6, **voice}))  # type: ignore[arg-type]
    async with (
        broker.connect() as bus,
        Worker("store") as worker,
        asking(bus, COUNTER_TOPICS.reply, COUNTER) as ask,
    ):
        store = await worker.do(Store, tmp_path / DATABASE)
        site = LiveSite(config, store, worker, SimulatedClock(MONDAY))
        announcer = Announcer(site, bus, ask, DEVICE_TOPICS.cmd)
        try:
            async with alongside(announcer.run(), name="announcer"):
                yield Hall(site, bus, announcer)
        finally:
            await worker.do(store.close)


async def test_two_calls_at_once_are_both_shown_and_both_spoken_one_after_the_other(
    tmp_path: Path,
) -> None:
    """QUE-5."""
    broker = MemoryBroker()
    async with hall(tmp_path, broker) as site, broker.connect() as devices:
        speaker = Speaker(devices)
        async with alongside(speaker.desk.serve(), name="devices"):
            await asyncio.gather(site.call("1", "ho-tich"), site.call("3", "cu-tru"))
            await site.quiet(2)
    assert sorted(site.board) == ["A001", "D001"]
    assert sorted(speaker.said) == [
        "Xin mời công dân có số thứ tự A không không một đến quầy số một",
        "Xin mời công dân có số thứ tự D không không một đến quầy số ba",
    ]


async def test_a_ticket_taken_in_english_is_called_in_both_languages(tmp_path: Path) -> None:
    broker = MemoryBroker()
    async with hall(tmp_path, broker) as site, broker.connect() as devices:
        speaker = Speaker(devices)
        async with alongside(speaker.desk.serve(), name="devices"):
            await site.call("1", "ho-tich", "en")
            await site.quiet(1)
    assert [text.split()[0] for text in speaker.said] == ["Xin", "Ticket"]


async def test_a_deaf_a_broken_or_a_cut_off_speaker_holds_nobody_up(tmp_path: Path) -> None:
    broker = MemoryBroker()
    async with hall(tmp_path, broker) as site, broker.connect() as devices:
        await site.call("1", "ho-tich")  # nobody there: deaf
        await site.quiet(1)
        async with alongside(Speaker(devices, broken=True).desk.serve(), name="devices"):
            await site.call("2", "dat-dai")
            await site.quiet(2)
        site.bus.cut()
        await site.call("3", "cu-tru")
        await site.quiet(3)
    assert site.board == ["A001", "C001", "D001"]


async def test_each_call_is_on_the_board_for_its_time(tmp_path: Path) -> None:
    broker = MemoryBroker()
    async with hall(tmp_path, broker, show_s=0.4) as site:
        site.bus.cut()
        began = time.monotonic()
        await asyncio.gather(site.call("1", "ho-tich"), site.call("3", "cu-tru"))
        await site.quiet(2)
        assert time.monotonic() - began >= 0.8


async def test_a_call_nobody_heard_before_a_crash_is_announced_after_it(tmp_path: Path) -> None:
    broker = MemoryBroker()
    async with hall(tmp_path, broker, show_s=30.0) as site:
        site.bus.cut()
        await site.call("1", "ho-tich")
        async with asyncio.timeout(5):
            while not site.board:
                await asyncio.sleep(0.01)
    async with hall(tmp_path, broker) as again:
        again.bus.cut()
        await again.quiet(1)
        await again.call("3", "cu-tru")
        await again.quiet(2)
    assert again.board == ["A001", "D001"]
    async with hall(tmp_path, broker) as once_more:
        once_more.bus.cut()
        await once_more.call("2", "dat-dai")
        await once_more.quiet(1)
    assert once_more.board == ["C001"]


async def test_a_full_queue_drops_the_oldest_call_and_counts_it(tmp_path: Path) -> None:
    broker = MemoryBroker()
    async with hall(tmp_path, broker, show_s=0.3, queue=2) as site:
        site.bus.cut()
        await site.call("1", "ho-tich")
        async with asyncio.timeout(5):
            while not site.board:
                await asyncio.sleep(0.01)
        for counter, service in (("2", "dat-dai"), ("3", "cu-tru")):
            await site.call(counter, service)
        call = await site.site.do(site.site.store.latest_calls, MONDAY.date(), 1)
        site.announcer.add(call[0])
        await site.quiet(3)
    assert site.announcer.dropped == 1
    assert site.board == ["A001", "D001", "D001"]
