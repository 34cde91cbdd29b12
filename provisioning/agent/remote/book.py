"""What the box was ordered and what came of it, on its disk: nothing is done twice. Blocking.

A file that is no book any more (a worn card, a power cut) is set aside under its time, and a new
one begun: a box that takes no orders for ever is worse than an order that is carried out again.
"""

import contextlib
import re
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import structlog

from devices.contract.clock import Clock, SystemClock
from devices.contract.errors import StorageError
from devices.runtime.database import opened, transaction, translated

_LIMIT_MB = 64
_KEPT = 1000
_KEPT_ASIDE = 3
_ASIDE = re.compile(r"\.broken-(\d{8}T\d{6}Z)\Z")
_STAMP = "%Y%m%dT%H%M%SZ"
_PIECES = ("", "-wal", "-shm")  # SQLite's own files beside it
_DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_TABLE = """
CREATE TABLE IF NOT EXISTS done (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    boot TEXT NOT NULL,
    run TEXT NOT NULL,
    reply BLOB
)
"""
_log = structlog.get_logger()


class DamagedBookError(StorageError):
    """The book was damaged, and is set aside. The order was not looked up."""

    code = "orders.set_aside"
    retry = True


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """An order that was begun: during which start of the machine and run of the agent.

    `reply` is None for one that has not ended, or was interrupted.
    """

    boot: str
    run: str
    reply: bytes | None


class Book:
    """The book; raises StorageError when the disk refuses. The newest 1,000 orders are kept.

    One that turns out to be damaged raises DamagedBookError once; the next order finds a new one.
    """

    def __init__(self, path: Path, clock: Clock | None = None) -> None:
        self._path = path
        self._clock = clock or SystemClock()
        try:
            self._db = _opened(path)
        except StorageError as error:
            if not _is_damage(error):
                raise
            self._set_aside(error)
            self._db = _opened(path)

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    @property
    def set_aside_at(self) -> datetime | None:
        """When a book was set aside the last time, by this machine's clock then."""
        stamps = [found[1] for _, found in self._asides()]
        return datetime.strptime(max(stamps), _STAMP).replace(tzinfo=UTC) if stamps else None

    def find(self, name: str) -> Written | None:
        """Return what is written of an order."""
        with self._sound(), translated():
            row = self._db.execute(
                "SELECT boot, run, reply FROM done WHERE name = ?", (name,)
            ).fetchone()
        return row and Written(boot=row[0], run=row[1], reply=row[2])

    def begin(self, name: str, *, boot: str, run: str) -> None:
        """Write that the order is begun: on the disk before it is."""
        with self._sound(), transaction(self._db):
            self._db.execute(
                "INSERT INTO done (name, boot, run) VALUES (?, ?, ?)", (name, boot, run)
            )
            self._db.execute(
                "DELETE FROM done WHERE number <= (SELECT max(number) FROM done) - ?", (_KEPT,)
            )

    def end(self, name: str, reply: bytes) -> None:
        """Write what came of it."""
        with self._sound(), transaction(self._db):
            self._db.execute("UPDATE done SET reply = ? WHERE name = ?", (reply, name))

    @contextlib.contextmanager
    def _sound(self) -> Iterator[None]:
        try:
            yield
        except StorageError as error:
            if not _is_damage(error):
                raise
            self._db.close()
            self._set_aside(error)
            self._db = _opened(self._path)
            raise DamagedBookError(error.sentence) from error

    def _set_aside(self, why: StorageError) -> None:
        """Rename the file and SQLite's own beside it; the newest few set aside are kept."""
        suffix = f".broken-{self._clock.now():{_STAMP}}"
        with translated():
            for piece in reversed(_PIECES):  # the book last: until then it is found damaged again
                with contextlib.suppress(FileNotFoundError):
                    file = self._path.with_name(self._path.name + piece)
                    file.replace(file.with_name(f"{file.name}{suffix}"))
            stamps = sorted({found[1] for _, found in self._asides()})
            for file, found in self._asides():
                if found[1] in stamps[:-_KEPT_ASIDE]:
                    file.unlink()
        _log.error("orders.set_aside", put_aside=self._path.name + suffix, why=why.sentence)

    def _asides(self) -> list[tuple[Path, re.Match[str]]]:
        files = self._path.parent.glob(f"{self._path.name}*")
        return [(file, found) for file in files if (found := _ASIDE.search(file.name))]


def _opened(path: Path) -> sqlite3.Connection:
    """Open or make a sound book; raises StorageError."""
    database = opened(path, limit_mb=_LIMIT_MB)
    try:
        with translated():
            database.execute(_TABLE)
            found = database.execute("PRAGMA quick_check(1)").fetchone()[0]
    except BaseException:
        database.close()
        raise
    if found != "ok":
        database.close()
        raise DamagedBookError(f"{path}: {found}")
    return database


def _is_damage(error: StorageError) -> bool:
    code = getattr(error.__cause__, "sqlite_errorcode", 0)
    return isinstance(error, DamagedBookError) or (code & 0xFF) in _DAMAGE
