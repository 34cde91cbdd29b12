"""The book of print jobs: which receipts are on paper, so that none is printed twice.

The power may fail between any two bytes: a job is written down as begun before its first byte,
as sent before its last ones, and as done after the printer's confirmation. What was begun and not
sent is a piece at most, so it is printed again, whole; what was sent and is not done may be on
paper, and nobody knows.
"""

import contextlib
import sqlite3
from collections.abc import Iterator
from enum import Enum, auto
from pathlib import Path

import structlog

from devices.contract.errors import StorageError

KEPT_DONE = 1000
_log = structlog.get_logger()


class JobState(Enum):
    """How far a job has come, as written down."""

    NEW = auto()
    BEGUN = auto()
    SENT = auto()
    DONE = auto()


class JobBook:
    """A SQLite file with the jobs of one printer. Blocking: belongs to one worker thread.

    Every method raises StorageError when the disk refuses. The newest `KEPT_DONE` done jobs are
    remembered, and as many begun ones. A file that is no book any more (a worn card, a power cut)
    is put aside as `.broken`: a second paper is better than none from now on.
    """

    def __init__(self, path: Path) -> None:
        with _storage():
            try:
                self._rows = _opened(path)
            except sqlite3.OperationalError:
                raise  # the disk refuses: full, locked, not there
            except sqlite3.DatabaseError as error:
                aside = path.with_name(path.name + ".broken")
                _log.error("print_jobs.broken", put_aside=str(aside), why=str(error))
                path.replace(aside)
                self._rows = _opened(path)

    def is_done(self, job: str) -> bool:
        """Return whether the job is on paper."""
        return self.state(job) is JobState.DONE

    def state(self, job: str) -> JobState:
        """Return how far the job has come. One that was sent stays sent when it begins again."""
        with _storage():
            row = self._rows.execute("SELECT done, sent FROM job WHERE name = ?", (job,)).fetchone()
        if row is None:
            return JobState.NEW
        done, sent = row
        return JobState.DONE if done else JobState.SENT if sent else JobState.BEGUN

    def ends_in_a_piece(self) -> bool:
        """Return whether the job begun last is not done: some of it may lie in the printer."""
        with _storage():
            row = self._rows.execute("SELECT done FROM job ORDER BY turn DESC LIMIT 1").fetchone()
        return row is not None and not row[0]

    def begin(self, job: str) -> int:
        """Note, durably, that the job's first byte is about to be sent; return how often it was."""
        with _storage():
            row = self._rows.execute(
                "INSERT INTO job (name, done, turn, begun)"
                " VALUES (?, 0, (SELECT COALESCE(MAX(turn), 0) + 1 FROM job), 1)"
                " ON CONFLICT (name) DO UPDATE SET begun = begun + 1, turn = excluded.turn"
                " RETURNING begun",
                (job,),
            ).fetchone()
            self._forget(done=0)
        return int(row[0])

    def sent(self, job: str) -> None:
        """Note, durably, that the last of a job begun is about to be sent: it may come out."""
        with _storage():
            self._rows.execute("UPDATE job SET sent = 1 WHERE name = ?", (job,))

    def done(self, job: str) -> None:
        """Note, durably, that the job is on paper. Doing so again changes nothing."""
        with _storage():
            self._rows.execute(
                "INSERT INTO job (name, done, turn, begun)"
                " VALUES (?, 1, (SELECT COALESCE(MAX(turn), 0) + 1 FROM job), 1)"
                " ON CONFLICT (name) DO UPDATE SET done = 1, turn = excluded.turn WHERE NOT done",
                (job,),
            )
            self._forget(done=1)

    def close(self) -> None:
        """Close the file."""
        with _storage():
            self._rows.close()

    def _forget(self, *, done: int) -> None:
        self._rows.execute(
            "DELETE FROM job WHERE done = ? AND turn <= (SELECT turn FROM job WHERE done = ?"
            " ORDER BY turn DESC LIMIT 1 OFFSET ?)",
            (done, done, KEPT_DONE),
        )


def _opened(path: Path) -> sqlite3.Connection:
    rows = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    try:
        rows.execute("PRAGMA journal_mode=WAL")
        rows.execute("PRAGMA synchronous=FULL")
        rows.execute(
            "CREATE TABLE IF NOT EXISTS job (name TEXT PRIMARY KEY, done INTEGER NOT NULL,"
            " turn INTEGER NOT NULL, begun INTEGER NOT NULL, sent INTEGER NOT NULL DEFAULT 0)"
        )
        columns = {row[1] for row in rows.execute("PRAGMA table_info(job)")}
        if "sent" not in columns:  # a book of before there was a sent
            rows.execute("ALTER TABLE job ADD COLUMN sent INTEGER NOT NULL DEFAULT 0")
    except sqlite3.Error:
        rows.close()
        raise
    return rows


@contextlib.contextmanager
def _storage() -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise StorageError(f"the book of print jobs: {error}") from error
