"""The book of print jobs: nothing twice on paper, whatever ends the process."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.contract.errors import StorageError
from devices.printer.jobs import KEPT_DONE, JobBook, JobState


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "jobs.db"


@pytest.fixture
def book(path: Path) -> Iterator[JobBook]:
    book = JobBook(path)
    yield book
    book.close()


def test_a_job_is_done_once_it_is_on_paper_and_not_before(book: JobBook) -> None:
    assert not book.is_done("t-1")
    book.begin("t-1")
    assert not book.is_done("t-1")
    book.done("t-1")
    assert book.is_done("t-1")
    assert not book.is_done("t-2")


def test_a_job_begun_and_not_done_may_begin_again_and_is_counted(book: JobBook) -> None:
    assert [book.begin("t-1"), book.begin("t-1")] == [1, 2]


def test_a_done_job_stays_done_whatever_is_told_later(book: JobBook) -> None:
    book.done("t-1")
    book.begin("t-1")
    book.done("t-1")
    assert book.is_done("t-1")


def test_what_was_written_is_there_for_the_next_process(path: Path, book: JobBook) -> None:
    """The first book is never closed: its process was killed."""
    book.begin("t-1")
    book.done("t-1")
    book.begin("t-2")
    after = JobBook(path)
    assert after.is_done("t-1")
    assert not after.is_done("t-2")
    assert after.begin("t-2") == 2
    after.close()


def test_the_newest_done_jobs_are_kept_and_older_ones_forgotten(path: Path, book: JobBook) -> None:
    for number in range(KEPT_DONE + 5):
        book.done(f"t-{number}")
    assert not book.is_done("t-4")
    assert book.is_done("t-5")
    assert book.is_done(f"t-{KEPT_DONE + 4}")
    rows = sqlite3.connect(path)
    assert rows.execute("SELECT COUNT(*) FROM job").fetchone() == (KEPT_DONE,)
    rows.close()


def test_jobs_given_up_do_not_fill_the_disk_nor_push_out_done_ones(
    path: Path, book: JobBook
) -> None:
    book.done("t-done")
    for number in range(KEPT_DONE + 5):
        book.begin(f"t-{number}")
    assert book.is_done("t-done")
    rows = sqlite3.connect(path)
    assert rows.execute("SELECT COUNT(*) FROM job").fetchone() == (KEPT_DONE + 1,)
    rows.close()


def test_a_file_that_is_no_book_is_put_aside_and_printing_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "jobs.db"
    path.write_bytes(b"not a database" * 100)
    book = JobBook(path)
    book.done("t-1")
    assert book.is_done("t-1")
    assert (tmp_path / "jobs.db.broken").read_bytes().startswith(b"not a database")
    book.close()


def test_a_disk_that_refuses_is_a_storage_error(tmp_path: Path) -> None:
    with pytest.raises(StorageError):
        JobBook(tmp_path / "no such folder" / "jobs.db")


def test_a_job_that_may_be_on_paper_stays_so_until_it_is_done(path: Path, book: JobBook) -> None:
    assert book.state("t-1") is JobState.NEW
    book.begin("t-1")
    assert book.state("t-1") is JobState.BEGUN
    book.sent("t-1")
    book.begin("t-1")
    assert book.state("t-1") is JobState.SENT
    assert not book.is_done("t-1")
    after = JobBook(path)
    assert after.state("t-1") is JobState.SENT
    after.done("t-1")
    assert after.state("t-1") is JobState.DONE
    after.close()


def test_a_book_whose_last_job_is_not_done_says_that_a_piece_may_lie_in_the_printer(
    book: JobBook,
) -> None:
    assert not book.ends_in_a_piece()
    book.begin("t-1")
    assert book.ends_in_a_piece()
    book.begin("t-2")
    book.done("t-2")
    assert not book.ends_in_a_piece()
    book.begin("t-1")
    assert book.ends_in_a_piece()


def test_a_book_of_before_there_was_a_sent_is_read_on(path: Path) -> None:
    rows = sqlite3.connect(path, isolation_level=None)
    rows.execute(
        "CREATE TABLE job (name TEXT PRIMARY KEY, done INTEGER NOT NULL,"
        " turn INTEGER NOT NULL, begun INTEGER NOT NULL)"
    )
    rows.execute("INSERT INTO job VALUES ('t-1', 1, 1, 1), ('t-2', 0, 2, 1)")
    rows.close()
    book = JobBook(path)
    assert (book.state("t-1"), book.state("t-2")) == (JobState.DONE, JobState.BEGUN)
    book.close()
