"""Receipts on paper, each job once, across restarts of the process and failures of the power."""

import functools
from collections import deque
from pathlib import Path

import structlog

from devices.contract.errors import MotcuaError
from devices.hosted import Hosted
from devices.messages import PrintReceipt, ReceiptPrinted
from devices.printer.jobs import JobBook, JobState
from devices.printer.port import Printer, UnconfirmedError, reprinted
from devices.runtime.worker import Worker

_LATE_S = 15.0  # the driver's own deadline comes first
_IN_DOUBT = "The printer did not say that the receipt is on paper"
_UNBOOKED = 64  # a disk that refuses one job's end refuses the next one's beginning
_log = structlog.get_logger()


class Printing:
    """Prints on one printer and keeps its book, which is opened with the first job.

    A job that failed before its last bytes were sent is printed again as it is. One that failed
    later is first asked after, where the printer can still tell; where it cannot (the line was cut,
    the process killed in that moment) it is printed again with a mark (`port.reprinted`).

    A box whose disk refuses the book prints nothing, and its other devices do not notice.
    """

    def __init__(self, printer: Hosted[Printer], book: Path, worker: Worker) -> None:
        self._printer = printer
        self._path = book
        self._worker = worker
        self._book: JobBook | None = None
        self._unbooked: deque[str] = deque(maxlen=_UNBOOKED)
        self._unsettled = ""
        self._looked_back = False

    async def print(self, command: PrintReceipt) -> ReceiptPrinted:
        """Put the receipt on paper unless it is; raises DeviceError, BusyError or StorageError.

        UnconfirmedError says that it may be on paper; any other error, that it is not.
        """
        if await self._is_done(command.job):  # needs no printer, so a broken one does not matter
            return ReceiptPrinted(job=command.job, already=True)
        try:
            return await self._printer.use(
                functools.partial(self._print_once, command),
                within_s=Printer.print_within_s + _LATE_S,
            )
        except MotcuaError as error:
            if await self._state(command.job) is JobState.SENT:
                raise UnconfirmedError(f"{_IN_DOUBT} ({error.code}).") from error
            raise

    async def _print_once(self, command: PrintReceipt, printer: Printer) -> ReceiptPrinted:
        job, receipt = command.job, command.receipt
        await self._look_back(printer)
        if await self._is_done(job):  # asked twice, and the first has had its turn
            return ReceiptPrinted(job=job, already=True)
        if await self._state(job) is JobState.SENT:
            _log.warning("print.again", job=job)
            receipt = reprinted(receipt)
        await self._worker.do(self._begin, job)

        async def before_last() -> None:
            await self._worker.do(lambda: self._opened().sent(job))
            self._unsettled = job

        await printer.print(receipt, name=job, before_last=before_last)
        self._unsettled = ""
        await self._note_done(job)
        return ReceiptPrinted(job=job)

    async def _look_back(self, printer: Printer) -> None:
        """Have the printer tell what became of the job that it did not confirm."""
        if not self._looked_back and await self._worker.do(
            lambda: self._opened().ends_in_a_piece()
        ):
            printer.expect_piece()
        self._looked_back = True
        if not self._unsettled:
            return
        if await printer.came_out(self._unsettled):
            await self._note_done(self._unsettled)
        self._unsettled = ""

    async def _note_done(self, job: str) -> None:
        try:
            await self._worker.do(lambda: self._opened().done(job))
        except MotcuaError as error:  # it is on paper all the same
            self._unbooked.append(job)
            _log.error("print.not_booked", code=error.code, text=error.sentence)

    async def _is_done(self, job: str) -> bool:
        return job in self._unbooked or await self._state(job) is JobState.DONE

    async def _state(self, job: str) -> JobState:
        return await self._worker.do(lambda: self._opened().state(job))

    def _begin(self, job: str) -> None:
        self._opened().begin(job)

    def _opened(self) -> JobBook:
        if self._book is None:
            self._book = JobBook(self._path)
        return self._book

    async def close(self) -> None:
        """Close the book."""
        if self._book is not None:
            await self._worker.do(self._book.close)
