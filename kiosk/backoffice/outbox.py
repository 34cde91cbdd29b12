"""What must reach a provincial system in the end: kept with its fact, until that system has it.

The outbox is a table in its owner's own database, so that a fact and what has to be told of it are
one transaction. Its functions are plain and blocking: the owner calls them on the thread that owns
the connection. Contents are sealed; they go when the system has them, or an officer drops them.
"""

import secrets
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import msgspec

from devices.contract.clock import Clock
from devices.contract.errors import BusyError, MotcuaError
from devices.runtime.database import transaction, translated
from kiosk.backoffice.sealing import Seal, UnreadableError

DEFAULT_LIMIT = 10_000
KEEP = timedelta(days=7)
SCHEMA = """
CREATE TABLE IF NOT EXISTS outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    sealed BLOB NOT NULL,
    since TEXT NOT NULL,
    fresh_from TEXT NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    code TEXT NOT NULL DEFAULT '',
    reason BLOB NOT NULL DEFAULT x'',
    given_up INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS outbox_by_subject ON outbox (subject, seq);
"""
_TOLD = "id, kind, subject, since, tries, code, reason, given_up"


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """Something to be sent, opened. `id` is its idempotency key at the other side."""

    id: str
    kind: str
    subject: str
    content: bytes


class Outstanding(msgspec.Struct, frozen=True, kw_only=True):
    """What an officer sees of an item: "not sent since ...", why, and whether it was given up."""

    id: str
    kind: str
    subject: str
    since: datetime
    tries: int
    code: str
    reason: str
    given_up: bool


class Outbox:
    """The items of one owner, oldest first; of each subject only the oldest is ever on its way.

    `on_sent` is called in the transaction in which an item leaves, with what the other side calls
    it now. An item that was given up holds back the later ones of its subject, until an officer
    sends it again or drops it.
    """

    def __init__(
        self,
        db: sqlite3.Connection,
        seal: Seal,
        clock: Clock,
        *,
        keep: timedelta = KEEP,
        limit: int = DEFAULT_LIMIT,
        on_sent: Callable[[Item, str], None] | None = None,
    ) -> None:
        self._db = db
        self._seal = seal
        self._clock = clock
        self._keep = keep
        self._limit = limit
        self._on_sent = on_sent
        with translated():
            db.execute("PRAGMA secure_delete = ON")
            db.executescript(SCHEMA)

    def put(self, kind: str, subject: str, content: bytes) -> str:
        """Add an item in the owner's transaction and return its id; raises BusyError when full."""
        if self.waiting() >= self._limit:
            raise BusyError(f"{self._limit} items wait for the province's systems.")
        item = secrets.token_hex(16)
        sealed = self._seal.close(content, _name(item, kind, subject))
        now = self._clock.now().astimezone(UTC).isoformat()
        self._db.execute(
            "INSERT INTO outbox (id, kind, subject, sealed, since, fresh_from)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (item, kind, subject, sealed, now, now),
        )
        return item

    def waiting(self) -> int:
        """Return how many items there are, given up or not."""
        return int(self._db.execute("SELECT COUNT(*) FROM outbox").fetchone()[0])

    def stuck(self) -> int:
        """Return how many were given up."""
        sql = "SELECT COUNT(*) FROM outbox WHERE given_up = 1"
        return int(self._db.execute(sql).fetchone()[0])

    def holds(self, kind: str, subject: str) -> bool:
        """Return whether anything of this kind and subject is here, given up or not."""
        sql = "SELECT 1 FROM outbox WHERE subject = ? AND kind = ?"
        return self._db.execute(sql, (subject, kind)).fetchone() is not None

    def kind(self, item: str) -> str:
        """Return an item's kind, nothing when it is gone."""
        row = self._db.execute("SELECT kind FROM outbox WHERE id = ?", (item,)).fetchone()
        return str(row[0]) if row else ""

    def ready(self) -> dict[str, str]:
        """Return the kinds of what may be sent now by their ids, one a subject, oldest first."""
        with translated():
            rows = self._db.execute(
                "SELECT id, kind FROM outbox WHERE given_up = 0 AND seq IN"
                " (SELECT MIN(seq) FROM outbox GROUP BY subject) ORDER BY seq"
            )
            return {str(item): str(kind) for item, kind in rows}

    def item(self, item: str) -> Item | None:
        """Return it opened, None when it is gone; one that cannot be opened is given up."""
        with translated():
            row = self._db.execute(
                "SELECT kind, subject, sealed FROM outbox WHERE id = ?", (item,)
            ).fetchone()
        if row is None:
            return None
        kind, subject, sealed = row
        try:
            content = self._seal.open(sealed, _name(item, kind, subject))
        except UnreadableError as error:
            self.failed(item, error)
            return None
        return Item(id=item, kind=kind, subject=subject, content=content)

    def sent(self, item: Item, named: str = "") -> None:
        """Forget an item that the other side has."""
        with transaction(self._db):
            gone = self._db.execute("DELETE FROM outbox WHERE id = ?", (item.id,)).rowcount
            if gone and self._on_sent:
                self._on_sent(item, named)

    def failed(self, item: str, error: MotcuaError) -> None:
        """Keep why it was not sent. What would fail again, and what is too old, is given up."""
        with transaction(self._db):
            row = self._db.execute(
                "SELECT kind, subject, fresh_from FROM outbox WHERE id = ?", (item,)
            ).fetchone()
            if row is None:
                return
            kind, subject, fresh_from = row
            too_old = self._clock.now() - datetime.fromisoformat(fresh_from) > self._keep
            reason = self._seal.close(error.sentence.encode(), _name(item, kind, subject))
            self._db.execute(
                "UPDATE outbox SET tries = tries + 1, code = ?, reason = ?, given_up = ?"
                " WHERE id = ?",
                (error.code, reason, too_old or not error.retry, item),
            )

    def again(self, item: str) -> bool:
        """Let an item that was given up be tried anew; returns whether there is such a one."""
        with transaction(self._db):
            sql = "UPDATE outbox SET given_up = 0, fresh_from = ? WHERE id = ? AND given_up = 1"
            now = self._clock.now().astimezone(UTC).isoformat()
            return self._db.execute(sql, (now, item)).rowcount > 0

    def drop(self, item: str) -> bool:
        """Destroy an item that was given up; returns whether there was such a one."""
        with transaction(self._db):
            sql = "DELETE FROM outbox WHERE id = ? AND given_up = 1"
            return self._db.execute(sql, (item,)).rowcount > 0

    def outstanding(self, limit: int = 200) -> list[Outstanding]:
        """Return what was given up, then what waits, each oldest first."""
        with translated():
            rows = self._db.execute(
                f"SELECT {_TOLD} FROM outbox ORDER BY given_up DESC, seq LIMIT ?",  # noqa: S608 - our own words
                (limit,),
            ).fetchall()
        return [self._told(*row) for row in rows]

    def standing(self, kind: str, subject: str) -> Outstanding | None:
        """Return how the oldest item of a kind and subject stands, None when none is here."""
        with translated():
            row = self._db.execute(
                f"SELECT {_TOLD} FROM outbox WHERE subject = ? AND kind = ? ORDER BY seq",  # noqa: S608 - our own words
                (subject, kind),
            ).fetchone()
        return self._told(*row) if row else None

    def _told(  # noqa: PLR0917 - the columns of a row
        self,
        item: str,
        kind: str,
        subject: str,
        since: str,
        tries: int,
        code: str,
        reason: bytes,
        given_up: int,
    ) -> Outstanding:
        return Outstanding(
            id=item,
            kind=kind,
            subject=subject,
            since=datetime.fromisoformat(since),
            tries=tries,
            code=code,
            reason=self._reason(reason, _name(item, kind, subject)),
            given_up=bool(given_up),
        )

    def _reason(self, sealed: bytes, name: str) -> str:
        try:
            return self._seal.open(sealed, name).decode() if sealed else ""
        except UnreadableError:
            return ""


def _name(item: str, kind: str, subject: str) -> str:
    return f"outbox\0{item}\0{kind}\0{subject}"
