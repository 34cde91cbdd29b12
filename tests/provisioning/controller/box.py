"""A box of the house's own parts (link, desk, journal) on a real broker, with a printer to play."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from devices.contract.clock import SystemClock
from devices.contract.errors import NoSuchDeviceError
from devices.contract.identity import AGENT, COUNTER, DEVICES, Part
from devices.contract.message import (
    Description,
    DeviceReport,
    Event,
    Health,
    JournalAck,
    JournalEntry,
)
from devices.contract.topics import PartTopics
from devices.messages import Kind
from devices.runtime.alongside import alongside
from devices.runtime.bus import Bus
from devices.runtime.journal import Journal
from devices.runtime.journal_sender import JournalSender
from devices.runtime.part import PartLink, Report, part_on_bus, present
from devices.runtime.requests import Desk
from devices.runtime.settings import BusConfig, ProcessConfig
from provisioning.commands import BoxTested, DeviceOutcome, TestBox

CLOCK = SystemClock()


class HeldJournal:
    """A journal on this thread."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path)
        self._journal = Journal(self._db)

    def write(self, event: Event) -> None:
        with self._db:
            self._journal.append(event, CLOCK.now())

    def waiting(self) -> int:
        return self._journal.waiting()

    async def pending(self, after: int, limit: int) -> list[JournalEntry]:
        return self._journal.pending(after, limit)

    async def forget(self, ack: JournalAck) -> int:
        return self._journal.forget(ack)

    def close(self) -> None:
        self._db.close()


class BoxUnderTest:
    """What a test does to its box."""

    def __init__(
        self, bus: Bus, link: PartLink, journal: HeldJournal, sender: JournalSender
    ) -> None:
        self.bus = bus
        self.journal = journal
        self.tested: list[Kind] = []
        self._link = link
        self._sender = sender

    def tell(self, event: Event) -> None:
        self.journal.write(event)
        self._sender.nudge()

    def printer(self, health: Health, code: str = "", text: str = "") -> None:
        report = DeviceReport(
            name="printer",
            kind="printer",
            driver="simulated",
            health=health,
            code=code,
            text=text,
            since=CLOCK.now(),
            facts={"paper_mm": 80.0, "condition": code or "ready"},
        )
        self._link.tell(Report(health=health, devices=(report,)))

    def board(self, facts: dict[str, str | float | bool], health: Health, code: str = "") -> None:
        """Say how the box's board is."""
        report = DeviceReport(
            name="board",
            kind="board",
            driver="serial",
            health=health,
            code=code,
            since=CLOCK.now(),
            facts=facts,
        )
        self._link.tell(Report(health=health, devices=(report,)))

    async def test(self, order: TestBox) -> BoxTested:
        return BoxTested(devices=tuple(self._tested(kind) for kind in order.devices))

    def _tested(self, kind: Kind) -> DeviceOutcome:
        if kind is not Kind.PRINTER:
            none = NoSuchDeviceError(f"This box has no {kind}.")
            return DeviceOutcome(device=kind, passed=False, text=none.sentence, code=none.code)
        self.tested.append(kind)
        return DeviceOutcome(device=kind, passed=True, text="Test ticket printed.")


@asynccontextmanager
async def box_on(
    port: int, directory: Path, name: str = "box-1", *, site: str = "Phường Mẫu"
) -> AsyncIterator[BoxUnderTest]:
    """Run a box with a devices part, an agent that tests them, and a counter's journal."""
    config = ProcessConfig(box=name, site=site, bus=BusConfig(port=port))
    journal = HeldJournal(directory / f"{name}.sqlite3")
    async with part_on_bus(config, DEVICES, boot=1) as (bus, topics):
        description = Description(boot=1, version="0.1.0", site=site)
        link = PartLink(bus, topics, description, CLOCK)
        desk = Desk(bus, PartTopics(topics.box, AGENT).province_cmd)
        sender = JournalSender(bus, counter_topics(topics), journal)
        box = BoxUnderTest(bus, link, journal, sender)
        desk.on(TestBox, box.test)
        box.printer(Health.READY)
        async with present(link), alongside(desk.serve(), sender.run(), name="box"):
            yield box
    journal.close()


def counter_topics(topics: PartTopics) -> PartTopics:
    return PartTopics(topics.box, Part(COUNTER))
