"""The box's devices over its bus: how they are, what was scanned, and paper for a ticket."""

import asyncio
from collections.abc import Callable
from typing import Any

from devices.chip.messages import ACCESS, ChipProgress, Opened
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
from devices.printer.port import OutOfPaperError, UnconfirmedError
from devices.receipt import Receipt
from devices.runtime.alongside import alongside
from devices.runtime.bus import Bus, Packet
from devices.runtime.requests import Ask
from devices.speaker.aloud import PLUGGED
from kiosk.api.queue import Site, Ticket
from kiosk.receipt import ticket_receipt
from kiosk.ui.events import DevicesSeen, Event
from kiosk.ui.flows.chip.pages import ChipSeen
from kiosk.ui.flows.menu.pages import HeadphonesSeen
from kiosk.ui.world import ChipState, Headphones, PrinterState, ScannerState

_SIGNALS: Any = Scanned | ChipProgress  # a union is no type to mypy
NO_CHIP = ChipSeen(chip=ChipState.NONE)
GONE = DevicesSeen(printer=PrinterState.FAULT, scanner=ScannerState.FAULT)
_PRINTERS = {OutOfPaperError.code: PrinterState.NO_PAPER, NoSuchDeviceError.code: PrinterState.NONE}


class NotPrintedError(MotcuaError):
    """The ticket is not on paper; `printer` says what the citizen must know."""

    code = "ticket.not_printed"

    def __init__(self, printer: PrinterState, sentence: str) -> None:
        super().__init__(sentence)
        self.printer = printer


class MayBePrintedError(NotPrintedError):
    """Nobody can say whether it is on paper; asked for again as the same job, it is there once."""


class DevicesLink:
    """Listens to the device process and asks it to print."""

    def __init__(self, bus: Bus, ask: Ask, box: BoxId, *, print_within_s: float) -> None:
        self._bus = bus
        self._ask = ask
        self._topics = PartTopics(box, DEVICES)
        self._print_within_s = print_within_s
        self._lost = False
        self._seen = GONE
        self._worn = self._told_worn = Headphones.NONE
        self._chip = self._told_chip = NO_CHIP

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
        await self.print_receipt(ticket.id, ticket_receipt(ticket, site))

    async def print_receipt(self, job: str, receipt: Receipt) -> None:
        """Put a receipt on paper, once however often the job is asked; raises NotPrintedError."""
        command = PrintReceipt(job=job, receipt=receipt)
        try:
            await self._ask(self._topics.cmd, command, within_s=self._print_within_s)
        except RefusedError as error:
            code = error.refused.code
            if code == UnconfirmedError.code:
                raise MayBePrintedError(PrinterState.FAULT, error.sentence) from error
            printer = _PRINTERS.get(code, PrinterState.FAULT)
            raise NotPrintedError(printer, error.sentence) from error
        except (DeadlinePassedError, BadPayloadError) as error:
            raise MayBePrintedError(PrinterState.FAULT, error.sentence) from error

    async def _watch_line(self, tell: Callable[[Event], None]) -> None:
        while True:
            await self._bus.wait_connected()
            await self._bus.wait_lost()
            tell(gone(self._seen))
            self._tell_chip(chip_gone(self._chip), tell)
            await asyncio.sleep(0)

    def _pass_on(self, packet: Packet, tell: Callable[[Event], None]) -> None:
        if event := self._heard(packet):
            tell(event)
        if self._worn is not self._told_worn:
            self._told_worn = self._worn
            tell(HeadphonesSeen(headphones=self._worn))
        self._tell_chip(chip_gone(self._chip) if self._lost else self._chip, tell)

    def _tell_chip(self, chip: ChipSeen, tell: Callable[[Event], None]) -> None:
        if chip != self._told_chip:
            self._told_chip = chip
            tell(chip)

    def _heard(self, packet: Packet) -> Event | None:
        try:
            if packet.topic == self._topics.signal:
                told: Scanned | ChipProgress = decode(packet.payload, _SIGNALS)
                return told
            if packet.topic == self._topics.conn:
                state = decode(packet.payload, Connection).state
                self._lost = state is not LinkState.READY
            else:
                status = decode(packet.payload, PartStatus)
                self._seen, self._worn = devices_seen(status), headphones_seen(status)
                self._chip = chip_seen(status)
        except BadPayloadError:
            return None  # another kind of signal, or a newer schema: nothing for this screen
        return gone(self._seen) if self._lost else self._seen


def devices_seen(status: PartStatus) -> DevicesSeen:
    """Return what a citizen must know of the devices; one that is not reported is not fitted."""
    reports = {report.kind: report for report in status.devices}
    return DevicesSeen(
        printer=_printer(reports.get(Kind.PRINTER)), scanner=_scanner(reports.get(Kind.SCANNER))
    )


def headphones_seen(status: PartStatus) -> Headphones:
    """Return whether somebody listens, as far as the box can tell."""
    report = next((one for one in status.devices if one.kind == Kind.HEADPHONES), None)
    if report is None or report.health is Health.FAULT:
        return Headphones.NONE
    plugged = report.facts.get(PLUGGED)
    if plugged is None:
        return Headphones.UNKNOWN
    return Headphones.PLUGGED if plugged else Headphones.UNPLUGGED


def chip_seen(status: PartStatus) -> ChipSeen:
    """Return how the chip reader is; one that is off is none."""
    report = next((one for one in status.devices if one.kind == Kind.CHIP), None)
    if report is None:
        return NO_CHIP
    fault = report.health is Health.FAULT
    takes_can = report.facts.get(ACCESS) == Opened.PACE
    return ChipSeen(chip=ChipState.FAULT if fault else ChipState.READY, takes_can=takes_can)


def chip_gone(seen: ChipSeen) -> ChipSeen:
    """Return how a reader seen before is when nothing more is heard of it."""
    return seen if seen.chip is ChipState.NONE else ChipSeen(chip=ChipState.FAULT)


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
