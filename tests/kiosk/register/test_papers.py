"""A file and its row: both, or neither."""

import asyncio
import threading
from pathlib import Path

import pytest

from devices.contract.clock import SimulatedClock
from devices.contract.errors import BusyError, StorageError
from devices.runtime.worker import Worker
from kiosk.backoffice.sealing import Seal
from kiosk.register.dossiers.papers import Arriving, Papers
from kiosk.register.main import TABLES
from kiosk.register.store import Store
from tests.kiosk.register.office import MONDAY
from tests.kiosk.register.wishes import PDF


def papers_of(folder: Path, store: Store) -> Papers:
    seal = Seal(b"k" * 32)
    clock = SimulatedClock(MONDAY)
    return Papers(folder / "papers", seal, store, clock, most_bytes=10**6, room=10**6)


def came(papers: Papers) -> Arriving:
    file = papers.arriving()
    file.add(PDF)
    file.whole()
    return file


async def test_a_file_whose_row_the_busy_database_does_not_take_is_gone(tmp_path: Path) -> None:
    begun, free = threading.Event(), threading.Event()

    def hold() -> None:
        begun.set()
        free.wait(30)

    async with Worker("store", limit=1) as database:
        store = await database.do(Store, tmp_path / "register.sqlite", TABLES)
        papers = await database.do(papers_of, tmp_path, store)
        refused, taken = [await database.do(came, papers) for _ in range(2)]
        try:
            held = asyncio.ensure_future(database.do(hold))
            await asyncio.to_thread(begun.wait, 10)
            behind = asyncio.ensure_future(database.do(papers.of, ""))
            await asyncio.sleep(0)  # it takes the one place that waits
            with pytest.raises(BusyError):
                await database.do(papers.keep, "counter", "a", refused)
        finally:
            free.set()
        await asyncio.gather(held, behind)
        refused.end()
        assert [path.suffix for path in (tmp_path / "papers").iterdir()] == [".part"], "the other"
        row = await database.do(papers.keep, "counter", "a", taken)
        taken.end()
        assert [path.name for path in (tmp_path / "papers").iterdir()] == [row.id]
        assert await database.do(lambda: b"".join(papers.read(row.id))) == PDF
        await database.do(store.close)


def test_a_file_that_ended_before_its_row_was_written_has_none(tmp_path: Path) -> None:
    """A request that waited too long for the database ends its file while its row still waits."""
    with Store(tmp_path / "register.sqlite", TABLES) as store:
        papers = papers_of(tmp_path, store)
        file = came(papers)
        file.end()
        with pytest.raises(StorageError):
            papers.keep("counter", "a", file)
        assert papers.known("counter", "a") is None
