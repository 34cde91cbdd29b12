"""The box's devices over its bus: how they are, what was scanned, and paper for a ticket."""

import asyncio
from collections.abc import Callable

from devices.contract.errors import (
    BadPayloadError,
    DeadlinePassedError,
    MotcuaError,
    NoSuchDeviceError,
)
from devices.contract.identity import DEVICES, BoxId
from devices.contract.message import (
    Connection,
    DeviceReport,
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
from kiosk.ui.state import PrinterState, ScannerState

GONE = DevicesSeen(printer=PrinterState.FAULT, scanner=ScannerState.FAULT)
_PRINTERS = {OutOfPaperError.code: PrinterState.NO_PAPER, NoSuchDeviceError.code: PrinterState.NONE}


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
                self._pass_on(packet, tell)
                del packet  # a card is not kept until the next one comes (domain PRI-2)

    async def print_ticket(self, ticket: Ticket, site: Site) -> None:
        """Put a ticket on paper, once however often it is asked; raises NotPrintedError."""
        command = PrintReceipt(job=ticket.id, receipt=ticket_receipt(ticket, site))
        try:
            await self._ask(self._topics.cmd, command, within_s=self._print_within_s)
        except RefusedError as error:
            printer = _PRINTERS.get(error.refused.code, PrinterState.FAULT)
            raise NotPrintedError(printer, error.sentence) from error
        except (DeadlinePassedError, BadPayloadError) as error:
            raise NotPrintedError(PrinterState.FAULT, error.sentence) from error

    async def _watch_line(self, tell: Callable[[Event], None]) -> None:
        while True:
            await self._bus.wait_connected()
            await self._bus.wait_lost()
            tell(gone(self._seen))
            await asyncio.sleep(0)

    def _pass_on(self, packet: Packet, tell: Callable[[Event], None]) -> None:
        if event := self._heard(packet):
            tell(event)

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
        return gone(self._seen) if self._lost else self._seen


def devices_seen(status: PartStatus) -> DevicesSeen:
    """Return what a citizen must know of the devices; one that is not reported is not fitted."""
    reports = {report.kind: report for report in status.devices}
    return DevicesSeen(
        printer=_printer(reports.get(Kind.PRINTER)), scanner=_scanner(reports.get(Kind.SCANNER))
    )


def gone(seen: DevicesSeen) -> DevicesSeen:
    """Return how devices seen before are when nothing more is heard of them."""
    no_printer = seen.printer is PrinterState.NONE
    no_scanner = seen.scanner is ScannerState.NONE
    return DevicesSeen(
        printer=PrinterState.NONE if no_printer else GONE.printer,
        scanner=ScannerState.NONE if no_scanner else GONE.scanner,
    )


def _printer(report: DeviceReport | None) -> PrinterState:
    if report is None:
        return PrinterState.NONE
    if report.health is Health.FAULT:
        return _PRINTERS.get(report.code, PrinterState.FAULT)
    return PrinterState.READY


def _scanner(report: DeviceReport | None) -> ScannerState:
    if report is None:
        return ScannerState.NONE
    return ScannerState.FAULT if report.health is Health.FAULT else ScannerState.READY
