"""A part's own SQLite: what it has committed is on the disk, and its size has a bound. Blocking."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from devices.contract.errors import StorageError

_BUSY_S = 2.0
_MIB = 2**20


def opened(path: Path, *, limit_mb: int) -> sqlite3.Connection:
    """Open or make a database of at most `limit_mb`: WAL, `synchronous=FULL`; raises StorageError.

    Whoever holds the connection keeps to one thread at a time.
    """
    with translated():
        path.parent.mkdir(parents=True, exist_ok=True)
        database = sqlite3.connect(
            path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False
        )
        try:
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = FULL")
            page = int(database.execute("PRAGMA page_size").fetchone()[0])
            database.execute(f"PRAGMA max_page_count = {limit_mb * _MIB // page}")
        except BaseException:
            database.close()
            raise
        return database


@contextlib.contextmanager
def transaction(database: sqlite3.Connection) -> Iterator[None]:
    """Make everything inside one fact: all of it is on the disk at the end, or nothing is."""
    with translated():
        database.execute("BEGIN IMMEDIATE")
        try:
            yield
            database.execute("COMMIT")
        finally:
            if database.in_transaction:
                database.execute("ROLLBACK")


@contextlib.contextmanager
def translated() -> Iterator[None]:
    """Turn what the disk does to SQLite into StorageError; a bug of ours stays a bug."""
    try:
        yield
    except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
        raise
    except (sqlite3.DatabaseError, OSError) as error:
        raise StorageError(f"The database: {error}") from error
