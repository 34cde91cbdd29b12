"""The book of print jobs: which receipts are on paper, so that none is printed twice.

The power may fail between any two bytes: a job is written down as begun before its first byte,
and as done after the printer's confirmation. A job that was begun and not done may be half on
paper; it is printed again, whole.
"""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import structlog

from devices.contract.errors import StorageError

KEPT_DONE = 1000
_log = structlog.get_logger()


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
        with _storage():
            row = self._rows.execute("SELECT done FROM job WHERE name = ?", (job,)).fetchone()
        return row is not None and bool(row[0])

    def begin(self, job: str) -> int:
        """Note, durably, that the job's first byte is about to be sent; return how often it was."""
        with _storage():
            row = self._rows.execute(
                "INSERT INTO job (name, done, turn, begun)"
                " VALUES (?, 0, (SELECT COALESCE(MAX(turn), 0) + 1 FROM job), 1)"
                " ON CONFLICT (name) DO UPDATE SET begun = begun + 1 RETURNING begun",
                (job,),
            ).fetchone()
            self._forget(done=0)
        return int(row[0])

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
            " turn INTEGER NOT NULL, begun INTEGER NOT NULL)"
        )
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
