"""What the box was ordered and what came of it, on its disk: nothing is done twice. Blocking."""

from pathlib import Path

import msgspec

from devices.runtime.database import opened, transaction, translated

_LIMIT_MB = 64
_KEPT = 1000
_TABLE = """
CREATE TABLE IF NOT EXISTS done (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    boot TEXT NOT NULL,
    run TEXT NOT NULL,
    reply BLOB
)
"""


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """An order that was begun: during which start of the machine and run of the agent.

    `reply` is None for one that has not ended, or was interrupted.
    """

    boot: str
    run: str
    reply: bytes | None


class Book:
    """The book; raises StorageError when the disk refuses. The newest 1,000 orders are kept."""

    def __init__(self, path: Path) -> None:
        self._db = opened(path, limit_mb=_LIMIT_MB)
        with translated():
            self._db.execute(_TABLE)

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def find(self, name: str) -> Written | None:
        """Return what is written of an order."""
        with translated():
            row = self._db.execute(
                "SELECT boot, run, reply FROM done WHERE name = ?", (name,)
            ).fetchone()
        return row and Written(boot=row[0], run=row[1], reply=row[2])

    def begin(self, name: str, *, boot: str, run: str) -> None:
        """Write that the order is begun: on the disk before it is."""
        with transaction(self._db):
            self._db.execute(
                "INSERT INTO done (name, boot, run) VALUES (?, ?, ?)", (name, boot, run)
            )
            self._db.execute(
                "DELETE FROM done WHERE number <= (SELECT max(number) FROM done) - ?", (_KEPT,)
            )

    def end(self, name: str, reply: bytes) -> None:
        """Write what came of it."""
        with transaction(self._db):
            self._db.execute("UPDATE done SET reply = ? WHERE name = ?", (reply, name))
