"""The port of receipt printers: a receipt comes out whole, or an error says how far it came."""

import asyncio
import contextlib
from abc import abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import ClassVar

from devices.contract.errors import DeviceError, MuteError
from devices.contract.message import Health
from devices.device import Device, DeviceState, DriverConfig, SelfTest
from devices.messages import Kind
from devices.printer.status import Condition
from devices.receipt import Columns, Gap, Qr, Receipt, Rule, Size, Text

_NOTHING = "Nothing was printed."
_A_PIECE = "A piece may have come out; it is not valid."


class PrinterError(DeviceError):
    """The printer cannot print.

    `begun` says whether some of the receipt may be on paper; such a piece is never valid, the
    whole receipt is printed again. Not begun means that not one byte of it was sent.
    """

    code = "printer.failed"
    _left: ClassVar[str] = _A_PIECE

    def __init__(self, sentence: str = "", *, begun: bool = False) -> None:
        fact = sentence or (type(self).__doc__ or "").partition("\n")[0]
        super().__init__(f"{fact} {self._left if begun else _NOTHING}")
        self.begun = begun


class OutOfPaperError(PrinterError):
    """The roll is finished."""

    code = "printer.out_of_paper"


class CoverOpenError(PrinterError):
    """The printer's cover is open."""

    code = "printer.cover_open"


class PrinterOfflineError(PrinterError):
    """The printer is offline."""

    code = "printer.offline"


class CutterError(PrinterError):
    """The cutter is stuck."""

    code = "printer.cutter"


class BrokenPrinterError(PrinterError):
    """The printer reports a failure that only service can mend."""

    code = "printer.broken"


class UnconfirmedError(PrinterError):
    """The printer took the data, and did not say that it is on paper.

    Who asks for the same job again does not get it twice.
    """

    code = "printer.unconfirmed"
    _left: ClassVar[str] = "It may be there, or come out later."

    def __init__(self, sentence: str = "") -> None:
        super().__init__(sentence, begun=True)


class ReceiptTooLargeError(PrinterError):
    """The receipt does not fit on the paper."""

    code = "printer.too_large"
    retry = False


_REFUSALS: dict[Condition, type[PrinterError]] = {
    Condition.PAPER_OUT: OutOfPaperError,
    Condition.COVER_OPEN: CoverOpenError,
    Condition.OFFLINE: PrinterOfflineError,
    Condition.CUTTER_STUCK: CutterError,
    Condition.BROKEN: BrokenPrinterError,
}
_WARNINGS: dict[Condition, tuple[str, str]] = {
    Condition.PAPER_NEAR_END: ("printer.paper_near_end", "The roll is nearly finished."),
    Condition.UNKNOWN: (
        "printer.status_unknown",
        "This connection cannot ask the printer how it is.",
    ),
}


def refusal(condition: Condition, *, begun: bool) -> PrinterError | None:
    """Return why a printer in this condition prints nothing (more); None when it prints."""
    error = _REFUSALS.get(condition)
    return error(begun=begun) if error else None


def state_of(condition: Condition) -> DeviceState:
    """Return a condition as a state: what stops printing is a fault, what soon will a warning."""
    facts: dict[str, str | float | bool] = {"condition": condition.value}
    if error := _REFUSALS.get(condition):
        text = (error.__doc__ or "").partition("\n")[0]
        return DeviceState(health=Health.FAULT, code=error.code, text=text, facts=facts)
    if condition in _WARNINGS:
        code, text = _WARNINGS[condition]
        return DeviceState(health=Health.WARNING, code=code, text=text, facts=facts)
    return DeviceState(facts=facts)


BeforeLast = Callable[[], Awaitable[None]]
"""Is awaited before the last of a receipt is sent.

What fails until it has returned leaves a piece at most; what fails later may be whole on paper.
"""


async def nothing_to_note() -> None:
    """Do nothing."""


REPRINT = Text(text="IN LẠI · REPRINT", size=Size.SMALL, bold=True)


def reprinted(receipt: Receipt) -> Receipt:
    """Return the receipt with `REPRINT` above it: the first one may be on paper too."""
    return Receipt(blocks=(REPRINT, *receipt.blocks))


TEST_RECEIPT = Receipt(
    blocks=(
        Text(text="IN THỬ", size=Size.TITLE, bold=True),
        Text(text="Máy in hoạt động bình thường", bold=True),
        Rule(),
        Text(text="ẮẰẲẴẶ ẤẦẨẪẬ ẾỀỂỄỆ ỐỒỔỖỘ ỚỜỞỠỢ ỨỪỬỮỰ ỲỴỶỸ Đ"),
        Text(text="ắằẳẵặ ấầẩẫậ ếềểễệ ốồổỗộ ớờởỡợ ứừửữự ỳỵỷỹ đ"),
        Columns(name="Trái", value="Phải"),
        Rule(),
        Qr(data="motcua test"),
        Gap(height_mm=1),
        Text(text="Phiếu kiểm tra kỹ thuật, không có giá trị", size=Size.SMALL),
    )
)


class Printer(Device):
    """A receipt printer. The base owes the deadlines; a driver owes `_put` and `_ask`."""

    kind: ClassVar[str] = Kind.PRINTER
    check_every_s: ClassVar[float] = 0.5  # so that a state is told within a second
    print_within_s: ClassVar[float] = 90.0
    ask_within_s: ClassVar[float] = 4.0

    async def print(
        self, receipt: Receipt, *, name: str = "", before_last: BeforeLast = nothing_to_note
    ) -> None:
        """Put the receipt on paper: whole, cut, and confirmed where the printer can be asked.

        Raises PrinterError (see `begun`), or the DeviceError that the printer is mute or gone; and
        what `before_last` raises, with nothing whole on paper.
        """
        async with _within(self.print_within_s, "The printer did not finish in time."):
            await self._put(receipt, name, before_last)

    async def came_out(self, name: str) -> bool:
        """Return whether the receipt, unconfirmed when its `print` failed, is on paper since then.

        False means that nobody can tell. Raises DeviceError while the printer cannot say.
        """
        async with _within(self.print_within_s, "The printer did not finish in time."):
            return await self._came_out(name)

    def expect_piece(self) -> None:
        """Cut before the next receipt: a piece of another one may lie in the printer."""

    async def check(self) -> DeviceState:
        """Return the state; paper out is a state like others, a mute printer raises MuteError."""
        async with _within(self.ask_within_s, "The printer does not say how it is."):
            return state_of(await self._ask())

    async def self_test(self) -> SelfTest:
        """Print a test ticket."""
        try:
            await self.print(TEST_RECEIPT)
            state = await self.check()
        except DeviceError as error:
            return SelfTest(passed=False, text=error.sentence)
        return SelfTest(passed=True, text=f"A test ticket was printed. {state.text}".strip())

    @abstractmethod
    async def _put(self, receipt: Receipt, name: str, before_last: BeforeLast) -> None:
        """Print; raises DeviceError, and what `before_last` raises."""

    async def _came_out(self, name: str) -> bool:
        """See `came_out`; a driver that knows more says so. Raises DeviceError."""
        del name
        return False

    @abstractmethod
    async def _ask(self) -> Condition:
        """Ask the printer how it is; raises DeviceError when it does not answer."""


class PrinterDriverConfig(DriverConfig, frozen=True, kw_only=True):
    """Base of the printer drivers' configurations."""

    def build(self) -> Printer:
        """Return the printer, not opened yet."""
        raise NotImplementedError


@contextlib.asynccontextmanager
async def _within(seconds: float, sentence: str) -> AsyncIterator[None]:
    limit = asyncio.timeout(seconds)
    try:
        async with limit:
            yield
    except TimeoutError as error:
        if not limit.expired():
            raise
        raise MuteError(sentence) from error
