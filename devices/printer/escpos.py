"""ESC/POS receipt printers: a question between any two bands, a confirmation at the end.

The last of a receipt, its cut and the question whether all is done go out as one: before that
nothing whole can be on paper, and after it the printer is waited for rather than told to forget.
"""

import asyncio
import contextlib
from collections.abc import Iterator
from typing import Annotated, Literal

import msgspec

from devices.contract.errors import DeviceError, MotcuaError, MuteError
from devices.printer import encode
from devices.printer.dialogue import Dialogue
from devices.printer.lines import SerialWireConfig, UsbWireConfig
from devices.printer.port import (
    BeforeLast,
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
_ASK_AGAIN_S = 3.0
_FILLS = 4
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
        self._awaited: str | None = None  # the receipt whose confirmation is still to come
        self._late: str | None = None  # the receipt that came out after its printing had failed

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
        self._awaited = None
        await self._wire.close()

    def expect_piece(self) -> None:
        """Cut before the next receipt."""
        self._torn = True

    async def _ask(self) -> Condition:
        return await self._dialogue.condition() if self._wire.answers else Condition.UNKNOWN

    async def _put(self, receipt: Receipt, name: str, before_last: BeforeLast) -> None:
        await self._let_it_come_out()
        commands = await asyncio.to_thread(self._commands, receipt)
        if self._torn and self._wire.answers:
            await self._come_to_senses()
        if error := refusal(await self._ask(), begun=False):
            raise error
        if self._torn:  # the piece that came out is cut off before the whole one
            await self._wire.write(encode.CUT)
        self._torn = True
        first, last = encode.parted(commands)
        try:
            await self._send(first)
            await before_last()
        except MotcuaError:
            await self._clear()
            raise
        await self._finish(last, name)
        self._torn = False

    def _commands(self, receipt: Receipt) -> list[bytes]:
        config = self._config
        return list(encoded(draw(receipt, config.paper_dots, config.dots_per_mm), config))

    async def _send(self, commands: list[bytes]) -> None:
        for piece in commands:
            await self._wire.write(piece)
            await self._still_online()

    async def _still_online(self, *, begun: bool = True) -> None:
        if not self._wire.answers:
            return
        condition = await self._dialogue.offline_condition()
        if condition and (error := refusal(condition, begun=begun)):
            raise error

    async def _finish(self, last: bytes, name: str) -> None:
        if not self._wire.answers:
            await self._wire.write(last + encode.CUT)
            return
        if self._config.confirm == "processed":
            self._awaited = name
            await self._dialogue.ask_processed(last + encode.CUT)
            await self._processed(begun=True)
        else:
            await self._wire.write(last + encode.CUT)
        if error := refusal(await self._dialogue.condition(), begun=True):
            raise error
        self._awaited = None

    async def _processed(self, *, begun: bool) -> None:
        """Wait until the cut is done; a printer that is silent meanwhile may be busy with it."""
        loop = asyncio.get_running_loop()
        end = loop.time() + self._config.finish_within_s
        again_at = loop.time() + _ASK_AGAIN_S
        while not await self._dialogue.processed(_POLL_S):
            with contextlib.suppress(MuteError):
                await self._still_online(begun=begun)
                if loop.time() > again_at:  # the answer was lost on its way
                    await self._dialogue.ask_processed_again()
                    again_at = loop.time() + _ASK_AGAIN_S
            if loop.time() > end:
                raise UnconfirmedError
        await self._dialogue.hear_out()

    async def _came_out(self, name: str) -> bool:
        await self._let_it_come_out()
        return self._late == name

    async def _let_it_come_out(self) -> None:
        """Wait for what the printer was told to finish and could not: it does so when mended.

        Nothing is printed meanwhile. Raises DeviceError as long as the printer is not ready.
        """
        if self._awaited is None:
            return
        try:
            await self._processed(begun=False)
        except UnconfirmedError:
            self._awaited = None  # it is ready, and will never tell
            return
        if error := refusal(await self._dialogue.condition(), begun=False):
            raise error
        self._late, self._awaited, self._torn = self._awaited, None, False

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
            self._torn = True
            condition = await self._fill()
        if refusal(condition, begun=False):
            await self._wire.write(encode.CLEAR)

    async def _fill(self) -> Condition:
        """Send dots until the printer answers, and no more than the largest picture has."""
        for _ in range(_FILLS - 1):
            await self._wire.write(bytes(encode.MAX_BAND_BYTES // _FILLS))
            with contextlib.suppress(MuteError):
                return await self._dialogue.condition()
        await self._wire.write(bytes(encode.MAX_BAND_BYTES // _FILLS))
        return await self._dialogue.condition(patience=_PATIENCE)

    async def _clear(self) -> None:
        """Have the printer forget the rest of a receipt that failed, if it still listens."""
        with contextlib.suppress(DeviceError, TimeoutError):
            async with asyncio.timeout(_CLEAR_WITHIN_S):
                await self._wire.write(encode.CLEAR)
