"""A receipt printer in this process, which fails the way printers fail."""

import asyncio
from collections import deque
from pathlib import Path
from typing import Annotated, ClassVar

import msgspec
from PIL import Image

from devices.contract.errors import DeviceError, MuteError
from devices.faults import Faults
from devices.printer.escpos import PaperDots
from devices.printer.port import (
    BeforeLast,
    OutOfPaperError,
    Printer,
    PrinterDriverConfig,
    refusal,
)
from devices.printer.raster import draw
from devices.printer.status import Condition
from devices.receipt import Receipt

_REMEMBERED = 1000
MUTE = "mute"
CONDITIONS = {
    "paper-near-end": Condition.PAPER_NEAR_END,
    "paper-out": Condition.PAPER_OUT,
    "cover-open": Condition.COVER_OPEN,
    "offline": Condition.OFFLINE,
}


class SimulatedPrinterConfig(PrinterDriverConfig, frozen=True, kw_only=True, tag="simulated"):
    """A roll for `receipts_left` receipts (none: endless; 1.5: the second stops in the middle).

    `folder` gets each receipt as `0001.png`, `0002.png` ... `faults_file` holds one word, read at
    every check and print: a key of `CONDITIONS`, `mute`, or a word of `devices.faults`.
    """

    for_trials: ClassVar[bool] = True
    receipts_left: Annotated[float, msgspec.Meta(ge=0)] | None = None
    paper_dots: PaperDots = 576
    folder: str = ""
    faults_file: str = ""
    print_s: Annotated[float, msgspec.Meta(ge=0, le=60)] = 0.0

    def build(self) -> "SimulatedPrinter":
        """Return the twin."""
        return SimulatedPrinter(self)


class SimulatedPrinter(Printer):
    """`printed` are the receipts that came out whole, `pieces` counts those that did not."""

    def __init__(self, config: SimulatedPrinterConfig) -> None:
        self._config = config
        self._faults = Faults(config.faults_file)
        self._left = config.receipts_left
        self.printed: deque[Receipt] = deque(maxlen=_REMEMBERED)
        self.pieces = 0

    def put_roll(self, receipts: float | None) -> None:
        """Put in a new roll."""
        self._left = receipts

    async def open(self) -> None:
        """Take hold of nothing, unless it is ordered to fail."""
        await self._condition()

    async def close(self) -> None:
        """Let go of nothing."""

    async def _ask(self) -> Condition:
        return await self._condition()

    async def _put(self, receipt: Receipt, name: str, before_last: BeforeLast) -> None:
        del name
        if error := refusal(await self._condition(), begun=False):
            raise error
        drawing = await asyncio.to_thread(draw, receipt, self._config.paper_dots)
        await asyncio.sleep(self._config.print_s)
        if error := refusal(await self._condition(), begun=True):
            self.pieces += 1
            raise error
        if self._left is not None and self._left < 1:
            self._left = 0
            self.pieces += 1
            raise OutOfPaperError(begun=True)
        await before_last()
        if self._left is not None:
            self._left -= 1
        if self._config.folder:
            _save(drawing.whole(), Path(self._config.folder))
        self.printed.append(receipt)

    async def _condition(self) -> Condition:
        word = self._faults.word()
        if word == MUTE:
            raise MuteError("The printer does not answer.")
        if word not in CONDITIONS:
            await self._faults.strike()
        if self._left == 0:
            return Condition.PAPER_OUT
        return CONDITIONS.get(word, Condition.READY)


def _save(picture: Image.Image, folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        numbers = (int(path.stem) for path in folder.glob("*.png") if path.stem.isdecimal())
        piece = folder / f"{max(numbers, default=0) + 1:04d}.png"
        part = piece.with_suffix(".part")
        picture.save(part, "PNG")
        part.replace(piece)  # whoever watches the folder sees whole receipts only
    except OSError as error:
        raise DeviceError(f"{folder}: {error.strerror}") from error
