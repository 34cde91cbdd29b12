"""ESC/POS receipt printers: a question between any two bands, a confirmation at the end."""

import asyncio
import contextlib
from collections.abc import Iterator
from typing import Annotated, Literal

import msgspec

from devices.contract.errors import DeviceError, MuteError
from devices.printer import encode
from devices.printer.dialogue import Dialogue
from devices.printer.lines import SerialWireConfig, UsbWireConfig
from devices.printer.port import (
    Printer,
    PrinterDriverConfig,
    UnconfirmedError,
    refusal,
)
from devices.printer.raster import Drawing, draw
from devices.printer.status import Condition
from devices.printer.wires import FileWireConfig, StalledError, TcpWireConfig, Wire
from devices.receipt import Receipt

_MM_PER_INCH = 25.4
_POLL_S = 0.5
_CLEAR_WITHIN_S = 2.0
_PATIENCE = 4.0  # what it was given to swallow is to be printed first

PaperDots = Annotated[int, msgspec.Meta(ge=128, le=1024, multiple_of=8)]


class EscposConfig(PrinterDriverConfig, frozen=True, kw_only=True, tag="escpos"):
    """An ESC/POS printer. `paper_dots` is the printable width: 576 on 80 mm paper, 384 on 58 mm.

    `qr = "raster"` draws QR symbols ourselves: every printer prints them. `"native"` has the
    printer draw them, for slow serial lines. `confirm = "processed"` waits for GS r after the
    cut; `"status"` is for printers without it.
    """

    wire: UsbWireConfig | SerialWireConfig | TcpWireConfig | FileWireConfig = UsbWireConfig()
    paper_dots: PaperDots = 576
    dots_per_mm: Annotated[int, msgspec.Meta(ge=5, le=10)] = 8
    qr: Literal["raster", "native"] = "raster"
    confirm: Literal["processed", "status"] = "processed"
    answer_within_s: Annotated[float, msgspec.Meta(gt=0, le=10)] = 1.0
    finish_within_s: Annotated[float, msgspec.Meta(gt=0, le=60)] = 20.0

    def build(self) -> "EscposPrinter":
        """Return the printer on its wire."""
        return EscposPrinter(self, self.wire.connect())


def encoded(drawing: Drawing, config: EscposConfig) -> Iterator[bytes]:
    """Yield a drawing's whole commands, from the reset to before the cut."""
    yield encode.start(round(config.dots_per_mm * _MM_PER_INCH))
    yield from encode.native(drawing) if config.qr == "native" else encode.raster(drawing)


class EscposPrinter(Printer):
    """An ESC/POS printer on a wire."""

    def __init__(self, config: EscposConfig, wire: Wire) -> None:
        self._config = config
        self._wire = wire
        self._dialogue = Dialogue(wire, config.answer_within_s)
        self._torn = False

    async def open(self) -> None:
        """Connect, and bring a printer that was left in mid-print back to its senses."""
        await self._wire.open()
        try:
            if self._wire.answers:
                await self._come_to_senses()
        except BaseException:
            await self._wire.close()
            raise

    async def close(self) -> None:
        """Disconnect."""
        await self._wire.close()

    async def _ask(self) -> Condition:
        return await self._dialogue.condition() if self._wire.answers else Condition.UNKNOWN

    async def _put(self, receipt: Receipt) -> None:
        commands = await asyncio.to_thread(self._commands, receipt)
        if self._torn and self._wire.answers:
            await self._come_to_senses()
        if error := refusal(await self._ask(), begun=False):
            raise error
        if self._torn:  # the piece that came out is cut off before the whole one
            await self._wire.write(encode.CUT)
        self._torn = True
        try:
            await self._send(commands)
        except DeviceError:
            await self._clear()
            raise
        self._torn = False

    def _commands(self, receipt: Receipt) -> list[bytes]:
        config = self._config
        return list(encoded(draw(receipt, config.paper_dots, config.dots_per_mm), config))

    async def _send(self, commands: list[bytes]) -> None:
        for piece in commands:
            await self._wire.write(piece)
            await self._still_online()
        await self._wire.write(encode.CUT)
        if self._wire.answers:
            await self._confirm()

    async def _still_online(self) -> None:
        if not self._wire.answers:
            return
        condition = await self._dialogue.offline_condition()
        if condition and (error := refusal(condition, begun=True)):
            raise error

    async def _confirm(self) -> None:
        """Wait until the cut is done, and look once more: only then is the receipt on paper."""
        if self._config.confirm == "processed":
            await self._dialogue.ask_processed()
            loop = asyncio.get_running_loop()
            end = loop.time() + self._config.finish_within_s
            while not await self._dialogue.processed(_POLL_S):
                await self._still_online()
                if loop.time() > end:
                    raise UnconfirmedError(begun=True)
        if error := refusal(await self._dialogue.condition(), begun=True):
            raise error

    async def _come_to_senses(self) -> None:
        """Have the printer listen: in mid-picture it takes questions for dots, so fill that.

        What an offline printer holds of an unfinished receipt is forgotten, or it would come out
        beside the receipt's reprint.
        """
        try:
            condition = await self._dialogue.condition()
        except StalledError:
            raise
        except MuteError:
            await self._wire.write(bytes(encode.MAX_BAND_BYTES))
            self._torn = True
            condition = await self._dialogue.condition(patience=_PATIENCE)
        if refusal(condition, begun=False):
            await self._wire.write(encode.CLEAR)

    async def _clear(self) -> None:
        """Have the printer forget the rest of a receipt that failed, if it still listens."""
        with contextlib.suppress(DeviceError, TimeoutError):
            async with asyncio.timeout(_CLEAR_WITHIN_S):
                await self._wire.write(encode.CLEAR)
