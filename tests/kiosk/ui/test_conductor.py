"""The conductor: what it counts, and what it does not keep."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from devices.contract.clock import SystemClock
from devices.contract.identity import KIOSK, BoxId
from devices.contract.topics import PartTopics
from devices.messages import ScanKind, Scanned
from devices.runtime.alongside import alongside
from devices.runtime.memory_bus import MemoryBroker
from devices.runtime.part import Report
from devices.runtime.requests import asking
from kiosk.ui.asked import AskedStore
from kiosk.ui.clerk import BackRoom
from kiosk.ui.conductor import Conductor
from kiosk.ui.config import CounterLinkConfig
from kiosk.ui.devices_link import DevicesLink
from kiosk.ui.flows.number.clerk import NumberClerk
from kiosk.ui.flows.number.pages import Printed
from kiosk.ui.link import CounterClient
from tests.kiosk.ui.office import LookedAt
from tests.kiosk.ui.site import CARD, ROOM, open_state
from tests.waiting import until

BOX = BoxId("gio-linh-1")


@asynccontextmanager
async def conducting(folder: Path) -> AsyncIterator[tuple[Conductor, list[Report]]]:
    """Run a conductor on an ordinary morning; nobody answers its clerk."""
    reports: list[Report] = []
    clock = SystemClock()
    conductor = Conductor(
        open_state(), LookedAt(), clock, rooms=lambda _: ROOM, report=reports.append
    )
    async with (
        MemoryBroker().connect() as bus,
        asking(bus, PartTopics(BOX, KIOSK).reply, KIOSK) as ask,
        CounterClient(CounterLinkConfig(), BOX) as counter,
    ):
        clerk = NumberClerk(
            counter,
            DevicesLink(bus, ask, BOX, print_within_s=0.2),
            AskedStore(folder),
            clock,
            kiosk=BOX,
            number_within_s=1.0,
            tell=conductor.tell,
        )
        async with alongside(conductor.run(BackRoom((clerk,))), name="session"):
            yield conductor, reports


async def test_a_ticket_told_printed_twice_is_counted_once(tmp_path: Path) -> None:
    """A kiosk that takes up what it owes may ask for the ticket a citizen takes just then."""
    async with conducting(tmp_path) as (conductor, reports):
        for ticket in ("A012", "A012", "A013"):
            conductor.tell(Printed(ticket=ticket))
        await until(lambda: len(reports) == 3, "three reports")
        assert [report.figures["printed_today"] for report in reports] == [1, 1, 2]


async def test_a_card_that_was_heard_is_not_kept_until_the_next_event(tmp_path: Path) -> None:
    """PRI-2."""
    scanned = Scanned(kind=ScanKind.IDENTITY_CARD, card=CARD)
    at_first = sys.getrefcount(scanned)
    async with conducting(tmp_path) as (conductor, reports):
        conductor.tell(scanned)
        await until(lambda: len(reports) == 1, "a report")
        assert sys.getrefcount(scanned) == at_first
