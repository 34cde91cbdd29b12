"""The box's devices over its bus: how they are, what was scanned, and paper for a ticket."""

import asyncio
from collections.abc import Callable

from devices.contract.errors import (
    BadPayloadError,
    DeadlinePassedError,
    MotcuaError,
)
from devices.contract.identity import DEVICES, BoxId
from devices.contract.message import (
    Connection,
    Health,
    LinkState,
    PartStatus,
    RefusedError,
    decode,
)
from devices.contract.topics import PartTopics
from devices.messages import Kind, PrintReceipt, Scanned
from devices.printer.port import OutOfPaperError
from devices.runtime.alongside import alongside
from devices.runtime.bus import Bus, Packet
from devices.runtime.requests import Ask
from kiosk.api import Site, Ticket
from kiosk.receipt import ticket_receipt
from kiosk.ui.events import DevicesSeen, Event
from kiosk.ui.state import PrinterState

GONE = DevicesSeen(printer=PrinterState.FAULT, scanner=False)


class NotPrintedError(MotcuaError):
    """The ticket is not on paper; `printer` says what the citizen must know."""

    code = "ticket.not_printed"

    def __init__(self, printer: PrinterState, sentence: str) -> None:
        super().__init__(sentence)
        self.printer = printer


class DevicesLink:
    """Listens to the device process and asks it to print."""

    def __init__(self, bus: Bus, ask: Ask, box: BoxId, *, print_within_s: float) -> None:
        self._bus = bus
        self._ask = ask
        self._topics = PartTopics(box, DEVICES)
        self._print_within_s = print_within_s
        self._lost = False
        self._seen = GONE

    async def watch(self, tell: Callable[[Event], None]) -> None:
        """Tell how the devices are and what is scanned; never returns."""
        topics = self._topics
        async with (
            self._bus.listen(topics.status, topics.conn, topics.signal) as inbox,
            alongside(self._watch_line(tell), name="line"),
        ):
            async for packet in inbox:
                if event := self._heard(packet):
                    tell(event)

    async def print_ticket(self, ticket: Ticket, site: Site) -> None:
        """Put a ticket on paper, once however often it is asked; raises NotPrintedError."""
        command = PrintReceipt(job=ticket.id, receipt=ticket_receipt(ticket, site))
        try:
            await self._ask(self._topics.cmd, command, within_s=self._print_within_s)
        except RefusedError as error:
            empty = error.refused.code == OutOfPaperError.code
            printer = PrinterState.NO_PAPER if empty else PrinterState.FAULT
            raise NotPrintedError(printer, error.sentence) from error
        except (DeadlinePassedError, BadPayloadError) as error:
            raise NotPrintedError(PrinterState.FAULT, error.sentence) from error

    async def _watch_line(self, tell: Callable[[Event], None]) -> None:
        while True:
            await self._bus.wait_connected()
            await self._bus.wait_lost()
            tell(GONE)
            await asyncio.sleep(0)

    def _heard(self, packet: Packet) -> Event | None:
        try:
            if packet.topic == self._topics.signal:
                return decode(packet.payload, Scanned)
            if packet.topic == self._topics.conn:
                state = decode(packet.payload, Connection).state
                self._lost = state is not LinkState.READY
            else:
                self._seen = devices_seen(decode(packet.payload, PartStatus))
        except BadPayloadError:
            return None  # another kind of signal, or a newer schema: nothing for this screen
        return GONE if self._lost else self._seen


def devices_seen(status: PartStatus) -> DevicesSeen:
    """Return what a citizen must know of the devices."""
    reports = {report.kind: report for report in status.devices}
    printer, scanner = reports.get(Kind.PRINTER), reports.get(Kind.SCANNER)
    state = PrinterState.READY
    if printer is None or printer.health is Health.FAULT:
        empty = printer is not None and printer.code == OutOfPaperError.code
        state = PrinterState.NO_PAPER if empty else PrinterState.FAULT
    return DevicesSeen(
        printer=state, scanner=scanner is not None and scanner.health is not Health.FAULT
    )
