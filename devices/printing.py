"""Receipts on paper, each job once, across restarts of the process and failures of the power."""

import functools
from collections import deque
from pathlib import Path

import structlog

from devices.contract.errors import MotcuaError
from devices.hosted import Hosted
from devices.messages import PrintReceipt, ReceiptPrinted
from devices.printer.jobs import JobBook
from devices.printer.port import Printer
from devices.runtime.worker import Worker

_LATE_S = 15.0  # the driver's own deadline comes first
_UNBOOKED = 64  # a disk that refuses one job's end refuses the next one's beginning
_log = structlog.get_logger()


class Printing:
    """Prints on one printer and keeps its book, which is opened with the first job.

    A box whose disk refuses the book prints nothing, and its other devices do not notice.
    """

    def __init__(self, printer: Hosted[Printer], book: Path, worker: Worker) -> None:
        self._printer = printer
        self._path = book
        self._worker = worker
        self._book: JobBook | None = None
        self._unbooked: deque[str] = deque(maxlen=_UNBOOKED)

    async def print(self, command: PrintReceipt) -> ReceiptPrinted:
        """Put the receipt on paper unless it is; raises DeviceError, BusyError or StorageError."""
        if await self._is_done(command.job):  # needs no printer, so a broken one does not matter
            return ReceiptPrinted(job=command.job, already=True)
        return await self._printer.use(
            functools.partial(self._print_once, command),
            within_s=Printer.print_within_s + _LATE_S,
        )

    async def _print_once(self, command: PrintReceipt, printer: Printer) -> ReceiptPrinted:
        if await self._is_done(command.job):  # asked twice, and the first has had its turn
            return ReceiptPrinted(job=command.job, already=True)
        await self._worker.do(self._begin, command.job)
        await printer.print(command.receipt)
        try:
            await self._worker.do(self._done, command.job)
        except MotcuaError as error:  # it is on paper all the same
            self._unbooked.append(command.job)
            _log.error("print.not_booked", code=error.code, text=error.sentence)
        return ReceiptPrinted(job=command.job)

    async def _is_done(self, job: str) -> bool:
        return job in self._unbooked or await self._worker.do(lambda: self._opened().is_done(job))

    def _begin(self, job: str) -> None:
        self._opened().begin(job)

    def _done(self, job: str) -> None:
        self._opened().done(job)

    def _opened(self) -> JobBook:
        if self._book is None:
            self._book = JobBook(self._path)
        return self._book

    async def close(self) -> None:
        """Close the book."""
        if self._book is not None:
            await self._worker.do(self._book.close)
