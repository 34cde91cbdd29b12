"""The clerk for slips: one paper a wish, also when nobody knew at first whether it is there."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from devices.contract.identity import KIOSK
from devices.contract.topics import PartTopics
from devices.messages import PrintReceipt, ReceiptPrinted
from devices.printer.port import OutOfPaperError, PrinterError, UnconfirmedError
from devices.receipt import Receipt, Rule
from devices.runtime.alongside import alongside
from devices.runtime.memory_bus import MemoryBroker
from devices.runtime.requests import Desk, asking
from kiosk.ui.devices_link import DevicesLink
from kiosk.ui.events import Event, PrintSlip, SlipNotPrinted, SlipPrinted
from kiosk.ui.flows.slips import SlipClerk
from kiosk.ui.world import PrinterState
from tests.devices.boxes import BOX, TOPICS

SLIP = PrintSlip(receipt=Receipt(blocks=(Rule(),)))


@asynccontextmanager
async def before_a_printer(
    *refusals: PrinterError,
) -> AsyncIterator[tuple[SlipClerk, list[Event], list[str]]]:
    """Yield a clerk whose printing is refused so, and then done; what he tells; the jobs asked."""
    left, told, jobs = list(refusals), list[Event](), list[str]()
    broker = MemoryBroker()

    async def put(command: PrintReceipt) -> ReceiptPrinted:
        jobs.append(command.job)
        if left:
            raise left.pop(0)
        return ReceiptPrinted(job=command.job)

    async with (
        broker.connect() as box,
        broker.connect() as bus,
        asking(bus, PartTopics(BOX, KIOSK).reply, KIOSK) as ask,
    ):
        desk = Desk(box, TOPICS.cmd)
        desk.on(PrintReceipt, put)
        async with alongside(desk.serve(), name="desk"):
            yield SlipClerk(DevicesLink(bus, ask, BOX, print_within_s=5), told.append), told, jobs


async def print_slip(clerk: SlipClerk) -> None:
    printing = clerk.begin(SLIP, None)
    assert printing
    await printing


async def test_a_slip_that_may_be_on_paper_is_asked_for_again_as_the_same_job() -> None:
    async with before_a_printer(UnconfirmedError()) as (clerk, told, jobs):
        await print_slip(clerk)
    assert told == [SlipPrinted()]
    assert len(jobs) == 2
    assert len(set(jobs)) == 1


async def test_a_slip_that_is_not_on_paper_is_told_at_once() -> None:
    async with before_a_printer(OutOfPaperError()) as (clerk, told, jobs):
        await print_slip(clerk)
    assert told == [SlipNotPrinted(printer=PrinterState.NO_PAPER)]
    assert len(jobs) == 1
