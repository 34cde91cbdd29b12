"""Orders are carried out once, in time, whatever restarts: the book alone, without a bus."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from devices.contract.clock import SimulatedClock
from devices.contract.errors import BusyError, DeviceError, StorageError
from devices.contract.message import Done, Message, Refused
from devices.runtime.worker import Worker
from provisioning.agent.remote.book import Book, DamagedBookError, Written
from provisioning.agent.remote.machine import SimulatedMachineConfig
from provisioning.agent.remote.once import ExpiredOrderError, Once
from provisioning.commands import Reboot

NOW = datetime(2026, 11, 23, 5, tzinfo=UTC)
ORDER = Reboot(order="a" * 24, not_after=NOW + timedelta(hours=1))


class Deed:
    """What an order does, counted."""

    def __init__(self, error: Exception | None = None) -> None:
        self.times = 0
        self.waits: asyncio.Event | None = None
        self._error = error

    async def __call__(self, order: Reboot) -> Message:
        del order
        self.times += 1
        if self.waits:
            await self.waits.wait()
        if self._error:
            raise self._error
        return Done()


@asynccontextmanager
async def agent(folder: Path, now: datetime = NOW) -> AsyncIterator[Once]:
    """Run the book as an agent that has just begun does."""
    machine = SimulatedMachineConfig(boot_file=str(folder / "boots")).build()
    async with Worker("book") as worker:
        book = await worker.do(Book, folder / "orders.sqlite")
        yield Once(book, worker, machine, SimulatedClock(now))
        await worker.do(book.close)


async def test_asked_twice_it_is_done_once_and_answered_the_same(tmp_path: Path) -> None:
    deed = Deed()
    async with agent(tmp_path) as once:
        assert await once.carry_out(ORDER, deed) == Done()
    async with agent(tmp_path) as again:
        assert await again.carry_out(ORDER, deed) == Done()
    assert deed.times == 1


async def test_a_failure_is_remembered_as_well(tmp_path: Path) -> None:
    deed = Deed(DeviceError("It is broken."))
    async with agent(tmp_path) as once:
        first = await once.carry_out(ORDER, deed)
        assert first == Refused(code="device.failed", text="It is broken.", retry=True)
        assert await once.carry_out(ORDER, deed) == first
    assert deed.times == 1


async def test_what_is_under_way_is_not_begun_beside_itself(tmp_path: Path) -> None:
    deed = Deed()
    deed.waits = asyncio.Event()
    async with agent(tmp_path) as once:
        first = asyncio.create_task(once.carry_out(ORDER, deed))
        while not deed.times:
            await asyncio.sleep(0)
        with pytest.raises(BusyError):
            await once.carry_out(ORDER, deed)
        deed.waits.set()
        assert await first == Done()
    assert deed.times == 1


@pytest.mark.parametrize("through", [None, lambda _, __: False])
async def test_what_a_restart_interrupted_is_not_begun_again(
    tmp_path: Path, through: object
) -> None:
    book = Book(tmp_path / "orders.sqlite")
    book.begin(ORDER.order, boot="first", run="earlier")
    book.close()
    deed = Deed()
    async with agent(tmp_path) as once:
        answer = await once.carry_out(ORDER, deed, through)  # type: ignore[arg-type]  # of either kind
    assert isinstance(answer, Refused)
    assert answer.code == "order.interrupted"
    assert deed.times == 0


async def test_the_restart_that_was_ordered_is_its_own_success(tmp_path: Path) -> None:
    book = Book(tmp_path / "orders.sqlite")
    book.begin(ORDER.order, boot="before", run="earlier")
    book.close()

    def rebooted(_: Reboot, written: Written) -> bool:
        return written.boot != "after"

    async with agent(tmp_path) as once:
        assert await once.carry_out(ORDER, Deed(), rebooted) == Done()


async def test_too_late_is_too_late_and_says_what_the_clock_says(tmp_path: Path) -> None:
    deed = Deed()
    async with agent(tmp_path, ORDER.not_after + timedelta(minutes=1)) as once:
        with pytest.raises(ExpiredOrderError, match="clock says 2026-11-23 06:01:00"):
            await once.carry_out(ORDER, deed)
    async with agent(tmp_path, ORDER.not_after + timedelta(seconds=20)) as once:
        assert await once.carry_out(ORDER, deed) == Done(), "clocks are some seconds apart"
    async with agent(tmp_path, ORDER.not_after + timedelta(days=1)) as once:
        assert await once.carry_out(ORDER, deed) == Done(), "what was done is told for ever"
    assert deed.times == 1


async def test_the_book_keeps_a_thousand(tmp_path: Path) -> None:
    book = Book(tmp_path / "orders.sqlite")
    for number in range(1010):
        book.begin(f"{number:024x}", boot="b", run="r")
    assert book.find(f"{9:024x}") is None
    assert book.find(f"{10:024x}") is not None
    book.close()


def written_in(folder: Path, reply_bytes: int = 500) -> Path:
    """Return a book with 200 orders in it, as an agent that ended left it."""
    path = folder / "orders.sqlite"
    book = Book(path)
    for number in range(200):
        book.begin(f"{number:024x}", boot="b", run="r")
        book.end(f"{number:024x}", b"x" * reply_bytes)
    book.close()
    return path


@pytest.mark.parametrize("at", [0, 20_000])
def test_a_damaged_book_is_set_aside_under_its_time_and_a_new_one_begun(
    tmp_path: Path, at: int
) -> None:
    path = written_in(tmp_path)
    whole = path.read_bytes()
    damaged = whole[:at] + b"\xff" * 8192 + whole[at + 8192 :]
    path.write_bytes(damaged)
    book = Book(path, SimulatedClock(NOW))
    book.begin(ORDER.order, boot="b", run="r")
    assert book.find(f"{1:024x}") is None
    assert book.set_aside_at == NOW
    book.close()
    assert (tmp_path / "orders.sqlite.broken-20261123T050000Z").read_bytes() == damaged
    again = Book(path)
    assert again.find(ORDER.order) is not None, "the new one stays"
    assert again.set_aside_at == NOW
    again.close()


def test_a_sound_book_is_never_set_aside(tmp_path: Path) -> None:
    book = Book(written_in(tmp_path))
    assert book.find(f"{1:024x}") is not None
    assert book.set_aside_at is None
    book.close()


def test_a_book_that_is_damaged_while_it_is_open_refuses_one_order(tmp_path: Path) -> None:
    path = written_in(tmp_path, reply_bytes=20_000)  # more than SQLite remembers by itself
    book = Book(path, SimulatedClock(NOW))
    with path.open("r+b") as file:
        file.write(b"\xff" * path.stat().st_size)
    with pytest.raises(DamagedBookError):
        for number in range(200):
            book.find(f"{number:024x}")
    book.begin(ORDER.order, boot="b", run="r")
    assert book.find(ORDER.order) is not None
    assert book.set_aside_at == NOW
    book.close()


def test_a_disk_that_refuses_is_no_damage(tmp_path: Path) -> None:
    (tmp_path / "orders.sqlite").mkdir()
    with pytest.raises(StorageError):
        Book(tmp_path / "orders.sqlite")
    assert [one.name for one in tmp_path.iterdir()] == ["orders.sqlite"]


def test_only_the_newest_few_set_aside_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "orders.sqlite"
    for day in range(5):
        path.write_bytes(b"no book" * 1000)
        Book(path, SimulatedClock(NOW + timedelta(days=day))).close()
    kept = sorted(one.name for one in tmp_path.glob("*.broken-*"))
    assert kept == [f"orders.sqlite.broken-202611{day}T050000Z" for day in (25, 26, 27)]
