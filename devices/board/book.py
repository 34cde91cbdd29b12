"""What a board told, on the box's disk: once, until the province has it. Blocking; one thread's."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import structlog

from devices.board.messages import BoardEvent
from devices.contract.clock import Clock, SystemClock
from devices.contract.errors import StorageError
from devices.contract.message import JournalAck, JournalEntry
from devices.runtime.database import opened, transaction, translated
from devices.runtime.journal import DEFAULT_LIMIT, Journal
from devices.runtime.set_aside import is_damage, newest_aside, put_aside

T = TypeVar("T")

BOOK = "board-events.sqlite"
Port = tuple[str, int]
"""Where a board is: path and baud."""
_LIMIT_MB = 512
_SCHEMA = """
CREATE TABLE IF NOT EXISTS board_mark (
    board TEXT PRIMARY KEY,
    boot INTEGER NOT NULL,
    event INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS board_start (starts INTEGER NOT NULL, rested INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS board_awake (path TEXT NOT NULL, baud INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS board_lived (part TEXT PRIMARY KEY);
"""
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Start:
    """How this start of the process came: `in_vain` are those before it since all parts lived.

    `after_rest`: the last process ended in order, and its hold of the watchdog is to be ended.
    `lived`: the parts that were all seen alive when they were last.
    """

    in_vain: int
    after_rest: bool
    lived: frozenset[str] = frozenset()


class EventBook:
    """A journal, and beside it how far each board's events are in it.

    A board keeps only the events of its present boot. Those of another boot than the mark's are
    therefore new ones, whatever their number: a board that was given a new flash counts from 1.
    """

    def __init__(self, path: Path, *, limit: int = DEFAULT_LIMIT) -> None:
        """Open or make it; raises StorageError."""
        self._db = opened(path, limit_mb=_LIMIT_MB)
        try:
            with translated():
                self._db.executescript(_SCHEMA)
                self._journal = Journal(self._db, limit=limit)
        except BaseException:
            self._db.close()
            raise

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def take(self, events: Sequence[tuple[BoardEvent, datetime]]) -> int:
        """Write those that are not written yet, with the mark, as one fact; returns how many.

        Raises JournalFullError or StorageError; then nothing of them is written.
        """
        new = 0
        with transaction(self._db):
            for event, at in events:
                if not self._is_new(event):
                    continue
                self._journal.append(event, at)
                self._db.execute(
                    "INSERT OR REPLACE INTO board_mark VALUES (?, ?, ?)",
                    (event.board, event.boot, event.event),
                )
                new += 1
        return new

    def pending(self, after: int, limit: int) -> list[JournalEntry]:
        """Return entries above `after`, oldest first; raises StorageError."""
        with translated():
            return self._journal.pending(after, limit)

    def forget(self, ack: JournalAck) -> int:
        """Delete what is stored in the province; return how many entries went."""
        with translated():
            return self._journal.forget(ack)

    def started(self) -> Start:
        """Note a start of this process, and return what is known of those before."""
        with transaction(self._db):
            row = self._db.execute("SELECT starts, rested FROM board_start").fetchone()
            starts, rested = row or (0, 0)
            self._set_start(starts + 1, rested=0)
            lived = frozenset(part for (part,) in self._db.execute("SELECT part FROM board_lived"))
        return Start(in_vain=starts, after_rest=bool(rested), lived=lived)

    def all_lived(self, parts: Sequence[str]) -> None:
        """Note that these, which are all, have proved that they live."""
        with transaction(self._db):
            self._set_start(0, rested=0)
            self._db.execute("DELETE FROM board_lived")
            self._db.executemany("INSERT INTO board_lived VALUES (?)", [(part,) for part in parts])

    def rested(self) -> None:
        """Note that this process ended in order, and that it let the watchdog hold still."""
        with transaction(self._db):
            self._set_start(0, rested=1)

    def woke(self, port: Port) -> None:
        """Note where the board is that watches over the box."""
        with transaction(self._db):
            self._db.execute("DELETE FROM board_awake")
            self._db.execute("INSERT INTO board_awake VALUES (?, ?)", port)

    def slept(self) -> None:
        """Note that no board watches over the box any more."""
        with transaction(self._db):
            self._db.execute("DELETE FROM board_awake")

    def awake(self) -> Port | None:
        """Return where the board is that watches over the box; raises StorageError."""
        with translated():
            row = self._db.execute("SELECT path, baud FROM board_awake").fetchone()
        return (str(row[0]), int(row[1])) if row else None

    def _set_start(self, starts: int, *, rested: int) -> None:
        self._db.execute("DELETE FROM board_start")
        self._db.execute("INSERT INTO board_start VALUES (?, ?)", (starts, rested))

    def _is_new(self, event: BoardEvent) -> bool:
        row: tuple[int, int] | None = self._db.execute(
            "SELECT boot, event FROM board_mark WHERE board = ?", (event.board,)
        ).fetchone()
        return row is None or row[0] != event.boot or event.event > row[1]


class DamagedEventsError(StorageError):
    """The book of events was damaged, and is set aside; a new one is begun."""

    code = "board.events_set_aside"


class LateBook:
    """The book, opened with its first use: a disk that refuses it stops nothing else.

    One that turns out to be damaged is set aside under its time, and a new one begun: what waited
    in it for the province stays in that file.
    """

    def __init__(
        self, path: Path, clock: Clock | None = None, *, limit: int = DEFAULT_LIMIT
    ) -> None:
        self.set_aside_at: datetime | None = None
        """When a book was set aside the last time, as far as is known since the first use."""
        self._path = path
        self._clock = clock or SystemClock()
        self._limit = limit
        self._book: EventBook | None = None

    def do(self, work: Callable[[EventBook], T]) -> T:
        """Do it with the open book; raises StorageError.

        DamagedEventsError: nothing was done, and the next work finds a new book.
        """
        try:
            return work(self._book or self._opened())
        except StorageError as error:
            if not is_damage(error):
                raise
            self._set_aside(error)
            raise DamagedEventsError(error.sentence) from error

    def close(self) -> None:
        """Close it, if it is open."""
        book, self._book = self._book, None
        if book is not None:
            book.close()

    def _opened(self) -> EventBook:
        self.set_aside_at = newest_aside(self._path)
        self._book = EventBook(self._path, limit=self._limit)
        return self._book

    def _set_aside(self, why: StorageError) -> None:
        self.close()
        name = put_aside(self._path, self._clock)
        self.set_aside_at = self._clock.now()
        _log.error("board.events_set_aside", put_aside=name, why=why.sentence)
