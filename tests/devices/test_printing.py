"""A job is on paper once, whoever asks, how often, and whatever dies in between."""

import asyncio
import contextlib
import sqlite3
from collections import deque
from pathlib import Path

from devices.contract.message import Health
from devices.host import Equipment
from devices.hosted import Fitted
from devices.messages import Kind, PrintReceipt
from devices.printer.port import BeforeLast, CoverOpenError, reprinted
from devices.printer.simulated import SimulatedPrinter, SimulatedPrinterConfig
from devices.receipt import Receipt, Text
from tests.devices.boxes import box_in_memory
from tests.waiting import until


def job(name: str) -> PrintReceipt:
    return PrintReceipt(job=name, receipt=Receipt(blocks=(Text(text=name),)))


class LonelyPrinter(SimulatedPrinter):
    """The twin, which breaks when two use it at once. `begun` counts receipts begun."""

    check_every_s = 0.05

    def __init__(self, config: SimulatedPrinterConfig) -> None:
        super().__init__(config)
        self.begun = 0
        self._in_use = False

    async def _put(self, receipt: Receipt, name: str, before_last: BeforeLast) -> None:
        if self._in_use:
            raise RuntimeError("two receipts on one roll")
        self._in_use = True
        self.begun += 1
        try:
            await super()._put(receipt, name, before_last)
        finally:
            self._in_use = False


def a_printer(print_s: float = 0.0) -> LonelyPrinter:
    return LonelyPrinter(SimulatedPrinterConfig(print_s=print_s))


def with_(printer: SimulatedPrinter) -> Equipment:
    return Equipment(printer=Fitted(printer, "simulated"))


async def test_a_job_asked_again_is_not_printed_again(tmp_path: Path) -> None:
    printer = a_printer()
    async with box_in_memory(with_(printer), tmp_path) as user:
        assert [(await user.ask(job("j1"))).already for _ in range(3)] == [False, True, True]
        assert not (await user.ask(job("j2"))).already
    assert printer.begun == 2


class BookBreaker(LonelyPrinter):
    """The twin, at whose receipt's end the disk fills up."""

    def __init__(self, book: Path) -> None:
        super().__init__(SimulatedPrinterConfig())
        self._book = book

    async def _put(self, receipt: Receipt, name: str, before_last: BeforeLast) -> None:
        async def and_fill_the_disk() -> None:
            await before_last()
            with contextlib.closing(sqlite3.connect(self._book)) as book, book:
                book.execute(
                    "CREATE TRIGGER full BEFORE UPDATE ON job"
                    " BEGIN SELECT RAISE(ABORT, 'disk full'); END"
                )

        await super()._put(receipt, name, and_fill_the_disk)


async def test_a_job_on_paper_is_not_printed_again_when_the_disk_refuses_to_note_it(
    tmp_path: Path,
) -> None:
    printer = BookBreaker(tmp_path / "print-jobs.sqlite")
    async with box_in_memory(with_(printer), tmp_path) as user:
        assert [(await user.ask(job("j1"))).already for _ in range(2)] == [False, True]
    assert printer.begun == 1


async def test_a_job_done_is_not_printed_again_after_a_restart(tmp_path: Path) -> None:
    async with box_in_memory(with_(a_printer()), tmp_path) as user:
        await user.ask(job("j1"))
    printer = a_printer()
    async with box_in_memory(with_(printer), tmp_path, boot=2) as user:
        assert (await user.ask(job("j1"))).already
        assert not (await user.ask(job("j2"))).already
    assert printer.begun == 1


async def test_a_job_broken_off_by_the_end_of_the_process_is_printed_whole(
    tmp_path: Path,
) -> None:
    slow = a_printer(print_s=60)
    async with box_in_memory(with_(slow), tmp_path) as user:
        asking = asyncio.ensure_future(user.ask(job("j1")))
        await until(lambda: slow.begun == 1, "it prints")
        asking.cancel()
    assert not slow.printed
    printer = a_printer()
    async with box_in_memory(with_(printer), tmp_path, boot=2) as user:
        assert not (await user.ask(job("j1"))).already
    assert len(printer.printed) == 1


async def test_two_receipts_at_once_come_out_one_after_the_other(tmp_path: Path) -> None:
    printer = a_printer(print_s=0.2)
    async with box_in_memory(with_(printer), tmp_path) as user, asyncio.TaskGroup() as group:
        asked = [group.create_task(user.ask(job(name))) for name in ("j1", "j2", "j1")]
    assert [task.result().already for task in asked] == [False, False, True]
    assert len(printer.printed) == 2


async def test_the_roll_that_ends_in_mid_run_costs_one_reprint_at_most(tmp_path: Path) -> None:
    printer = LonelyPrinter(SimulatedPrinterConfig(receipts_left=1.5))
    async with box_in_memory(with_(printer), tmp_path) as user:
        assert await user.refusal(job("j1")) == ""
        assert await user.refusal(job("j2")) == "printer.out_of_paper"
        await user.sees(Kind.PRINTER, Health.FAULT, "printer.out_of_paper")
        printer.put_roll(None)
        await user.sees(Kind.PRINTER, Health.READY)
        assert await user.refusal(job("j2")) == ""
    assert len(printer.printed) == 2
    assert printer.pieces == 1


async def test_a_job_done_needs_no_printer(tmp_path: Path) -> None:
    faults = tmp_path / "faults"
    printer = LonelyPrinter(SimulatedPrinterConfig(faults_file=str(faults)))
    async with box_in_memory(with_(printer), tmp_path) as user:
        await user.ask(job("j1"))
        faults.write_text("unplugged")
        await user.sees(Kind.PRINTER, Health.FAULT, "device.unplugged")
        assert (await user.ask(job("j1"))).already
        assert await user.refusal(job("j2")) == "device.unplugged"


async def test_a_disk_that_refuses_the_book_refuses_the_job_before_a_byte_is_sent(
    tmp_path: Path,
) -> None:
    printer = a_printer()
    async with box_in_memory(with_(printer), tmp_path / "missing") as user:
        assert await user.refusal(job("j1")) == "storage.failed"
        assert printer.begun == 0
        (tmp_path / "missing").mkdir()
        assert await user.refusal(job("j1")) == ""


class Forgetter(LonelyPrinter):
    """The twin, whose cover is opened in the last moment of its first receipt.

    `keeps` says whether it prints the rest when mended, or has lost it.
    """

    def __init__(self, *, keeps: bool) -> None:
        super().__init__(SimulatedPrinterConfig())
        self._keeps = keeps

    async def _put(self, receipt: Receipt, name: str, before_last: BeforeLast) -> None:
        async def and_open_the_cover() -> None:
            await before_last()
            raise CoverOpenError(begun=True)

        first = not self.begun
        await super()._put(receipt, name, and_open_the_cover if first else before_last)

    async def _came_out(self, name: str) -> bool:
        return self._keeps and name == "j1"


async def test_a_job_that_comes_out_after_its_failure_is_not_printed_again(tmp_path: Path) -> None:
    printer = Forgetter(keeps=True)
    async with box_in_memory(with_(printer), tmp_path) as user:
        assert await user.refusal(job("j1")) == "printer.unconfirmed"
        assert not (await user.ask(job("j2"))).already
        assert (await user.ask(job("j1"))).already
    assert printer.printed == deque([job("j2").receipt])


async def test_a_job_nobody_can_tell_about_is_printed_again_with_a_mark(tmp_path: Path) -> None:
    printer = Forgetter(keeps=False)
    async with box_in_memory(with_(printer), tmp_path) as user:
        assert await user.refusal(job("j1")) == "printer.unconfirmed"
        assert not (await user.ask(job("j1"))).already
        assert (await user.ask(job("j1"))).already
    assert printer.printed == deque([reprinted(job("j1").receipt)])


async def test_a_job_in_doubt_stays_so_while_the_printer_is_away(tmp_path: Path) -> None:
    async with box_in_memory(with_(Forgetter(keeps=True)), tmp_path) as user:
        assert await user.refusal(job("j1")) == "printer.unconfirmed"
    faults = tmp_path / "faults"
    faults.write_text("unplugged")
    gone = LonelyPrinter(SimulatedPrinterConfig(faults_file=str(faults)))
    async with box_in_memory(with_(gone), tmp_path, boot=2) as user:
        await user.sees(Kind.PRINTER, Health.FAULT, "device.unplugged")
        assert await user.refusal(job("j1")) == "printer.unconfirmed"
        assert await user.refusal(job("j2")) == "device.unplugged"
