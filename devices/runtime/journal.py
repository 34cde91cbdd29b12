"""Events that must reach the province: written with their fact, kept until stored there.

The journal is a table in its owner's own database, so that a fact and its event are one
transaction. Its functions are plain and blocking: the owner calls them on the thread that owns the
connection.
"""

import sqlite3
import time
from datetime import datetime

import msgspec

from devices.contract.errors import JournalFullError
from devices.contract.message import Event, JournalAck, JournalEntry, encode

DEFAULT_LIMIT = 1_000_000

_SCHEMA = """
CREATE TABLE IF NOT EXISTS journal (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    event BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS journal_boot (boot INTEGER NOT NULL);
"""


class Journal:
    """The events of one part, oldest first.

    `boot` names this store's incarnation: a new store has a higher one.
    """

    def __init__(self, db: sqlite3.Connection, *, limit: int = DEFAULT_LIMIT) -> None:
        self._db = db
        self._limit = limit
        db.executescript(_SCHEMA)
        with db:
            row = db.execute("SELECT boot FROM journal_boot").fetchone()
            self.boot = row[0] if row else int(time.time())
            if not row:
                db.execute("INSERT INTO journal_boot VALUES (?)", (self.boot,))

    def append(self, event: Event, at: datetime) -> int:
        """Write an event in the owner's transaction, return its `seq`; raises JournalFullError.

        The owner's transaction then fails as a whole: nothing happens that the province would never
        hear of.
        """
        oldest, newest = self._ends()
        if newest - oldest + 1 >= self._limit:
            raise JournalFullError(f"{self._limit} events wait for the province.")
        cursor = self._db.execute(
            "INSERT INTO journal (at, event) VALUES (?, ?)", (at.isoformat(), encode(event))
        )
        return int(cursor.lastrowid or 0)

    def pending(self, after: int, limit: int) -> list[JournalEntry]:
        """Return at most `limit` entries above `after`, oldest first."""
        oldest, _ = self._ends()
        rows = self._db.execute(
            "SELECT seq, at, event FROM journal WHERE seq > ? ORDER BY seq LIMIT ?", (after, limit)
        )
        return [
            JournalEntry(
                boot=self.boot,
                seq=seq,
                oldest=oldest,
                at=datetime.fromisoformat(at),
                event=msgspec.Raw(event),
            )
            for seq, at, event in rows
        ]

    def forget(self, ack: JournalAck) -> int:
        """Delete what the province has stored and return how many entries went.

        An ack of an older incarnation is ignored. One of the future means that this store was put
        back to an earlier state (a restored disk, a clock gone wrong at its birth): it becomes a
        new incarnation, so that the province does not take what follows for what it has.
        """
        if ack.boot > self.boot or (ack.boot == self.boot and ack.seq > self._last()):
            self._become(max(ack.boot + 1, int(time.time())))
        if ack.boot != self.boot:
            return 0
        with self._db:
            return self._db.execute("DELETE FROM journal WHERE seq <= ?", (ack.seq,)).rowcount

    def waiting(self) -> int:
        """Return how many entries the province has not stored yet."""
        oldest, newest = self._ends()
        return newest - oldest + 1

    def _last(self) -> int:
        row = self._db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'journal'").fetchone()
        return int(row[0]) if row else 0

    def _become(self, boot: int) -> None:
        with self._db:
            self._db.execute("UPDATE journal_boot SET boot = ?", (boot,))
        self.boot = boot

    def _ends(self) -> tuple[int, int]:
        oldest, newest = self._db.execute("SELECT MIN(seq), MAX(seq) FROM journal").fetchone()
        return (oldest, newest) if newest is not None else (1, 0)
