"""The counter server's SQLite: tickets, calls and sessions. Blocking; owned by one thread.

WAL with `synchronous=FULL`: what a transaction committed survives a power cut. SQLite's own errors
leave as StorageError, and then nothing of the transaction was kept.
"""

import contextlib
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Self

import msgspec

from devices.contract.clock import Clock
from devices.contract.message import JournalAck, JournalEntry
from devices.runtime.database import opened, transaction, translated
from devices.runtime.journal import Journal
from kiosk.api.errors import NotFoundError
from kiosk.backoffice.outbox import Item, Outbox
from kiosk.backoffice.sealing import Seal
from kiosk.counter import schema
from kiosk.counter.rows import Break, CallRow, Row, Tally
from kiosk.domain.steps import TicketState

_ROW_FIELDS = Row.__struct_fields__
_CALL_FIELDS = CallRow.__struct_fields__
_BREAK_FIELDS = Break.__struct_fields__
NO_COUNTER = "@head"
"""Where the supervisor's sessions are: no counter's id has such a letter."""
_PRESSES = 1024  # more than a board keeps, and a morning's buttons


class Store:
    """The open database. `transaction()` makes several writes one fact."""

    def __init__(self, path: Path, *, limit_mb: int = 1024) -> None:
        self._db = opened(path, limit_mb=limit_mb)
        with translated():
            schema.migrate(self._db)
            self.journal = Journal(self._db)

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def transaction(self) -> contextlib.AbstractContextManager[None]:
        """Make everything inside one fact: all of it is on the disk at the end, or nothing is."""
        return transaction(self._db)

    def run(self, sql: str, *values: object) -> int:
        """Carry out one statement of a room's; return how many rows it changed."""
        with translated():
            return self._db.execute(sql, tuple(map(_plain, values))).rowcount

    def all(self, sql: str, *values: object) -> Sequence[tuple[Any, ...]]:
        """Return every row."""
        with translated():
            return self._db.execute(sql, tuple(map(_plain, values))).fetchall()

    def value(self, sql: str, *values: object) -> Any:
        """Return the first column of the first row, None without one."""
        rows = self.all(sql, *values)
        return rows[0][0] if rows else None

    def outbox(self, seal: Seal, clock: Clock, on_sent: Callable[[Item, str], None]) -> Outbox:
        """Return what waits for the province's systems, kept in this database."""
        return Outbox(self._db, seal, clock, on_sent=on_sent)

    def add(self, row: Row) -> Row:
        """Store a new ticket and return it with its `turn`."""
        values = {name: _plain(getattr(row, name)) for name in _ROW_FIELDS if name != "turn"}
        cursor = self._db.execute(
            f"INSERT INTO tickets ({', '.join(values)})"  # noqa: S608 - names of our own fields
            f" VALUES ({', '.join('?' * len(values))})",
            tuple(values.values()),
        )
        return msgspec.structs.replace(row, turn=int(cursor.lastrowid or 0))

    def change(self, row: Row, **changes: Any) -> Row:
        """Store a ticket's new values and return it with them."""
        assignments = ", ".join(f"{name} = ?" for name in changes)
        self._db.execute(
            f"UPDATE tickets SET {assignments} WHERE turn = ?",  # noqa: S608 - our own fields
            (*map(_plain, changes.values()), row.turn),
        )
        return msgspec.structs.replace(row, **changes)

    def ticket(self, ticket: str) -> Row | None:
        """Return the ticket of this id."""
        return self._one("WHERE id = ?", ticket)

    def known(self, ticket: str) -> Row:
        """Return the ticket of this id; raises NotFoundError."""
        row = self.ticket(ticket)
        if row is None:
            raise NotFoundError("There is no such ticket.")
        return row

    def by_code(self, code: str) -> Row | None:
        """Return the ticket of this code."""
        return self._one("WHERE code = ?", code)

    def by_number(self, number: str, day: date) -> Row | None:
        """Return the day's ticket of this number."""
        return self._one("WHERE day = ? AND number = ?", day, number)

    def by_request(self, kiosk: str, request: str) -> Row | None:
        """Return the ticket this request was answered with."""
        return self._one("WHERE kiosk = ? AND request = ?", kiosk, request)

    def in_state(self, state: TicketState, day: date) -> list[Row]:
        """Return the day's tickets in this state, in the order of issue."""
        return self._rows("WHERE state = ? AND day = ? ORDER BY turn", state, day)

    def open_before(self, day: date) -> list[Row]:
        """Return the open tickets of earlier days."""
        return self._rows("WHERE state IN ('waiting', 'called', 'held') AND day < ?", day)

    def unprinted(self, kiosk: str, since: datetime) -> list[Row]:
        """Return a kiosk's tickets since then that are not on paper nor expired, oldest first."""
        return self._rows(
            "WHERE kiosk = ? AND printed = 0 AND state <> 'expired' AND issued_at >= ?"
            " ORDER BY turn",
            kiosk,
            since,
        )

    def last_serial(self, day: date, prefix: str) -> int:
        """Return the group's latest serial of the day, 0 before the first."""
        sql = "SELECT COALESCE(MAX(serial), 0) FROM tickets WHERE day = ? AND prefix = ?"
        return int(self.value(sql, day, prefix))

    def issued(self, day: date) -> int:
        """Return how many tickets were issued on the day."""
        return int(self.value("SELECT COUNT(*) FROM tickets WHERE day = ?", day))

    def served_since(self, since: datetime, day: date) -> list[Row]:
        """Return the day's tickets that were finished since then, in the order of their ends."""
        where = "WHERE state = 'served' AND day = ? AND ended_at >= ? ORDER BY ended_at"
        return self._rows(where, day, since)

    def of_day(self, day: date) -> list[Row]:
        """Return the day's tickets, in the order of issue."""
        return self._rows("WHERE day = ? ORDER BY turn", day)

    def served_s(self, service: str, latest: int) -> list[float]:
        """Return the service's latest service times in seconds, newest last."""
        sql = (
            "SELECT served_s FROM tickets WHERE service = ? AND state = 'served'"
            " ORDER BY ended_at DESC LIMIT ?"
        )
        return [float(row[0]) for row in self.all(sql, service, latest)][::-1]

    def mean_wait_s(self, day: date) -> float:
        """Return the mean wait from issue to first call of the day's tickets, 0 before any."""
        sql = (
            "SELECT COALESCE(AVG(MAX(0, 86400 * (julianday(at) - julianday(issued_at)))), 0)"
            " FROM (SELECT ticket, at, MIN(serial) FROM calls WHERE day = ? GROUP BY ticket)"
            " JOIN tickets ON id = ticket"
        )
        return float(self.value(sql, day))

    def tallies(self, day: date) -> dict[str, Tally]:
        """Return the day's figures by counter."""
        counts = self.all(
            "SELECT counter, state, rating, COUNT(*) FROM tickets WHERE day = ?"
            " AND state IN ('served', 'missed') GROUP BY counter, state, rating",
            day,
        )
        tallies: dict[str, Tally] = {}
        for counter, state, rating, count in counts:
            tally = tallies.get(counter, Tally())
            ratings = dict(tally.ratings)
            if rating is not None:
                ratings[rating] = ratings.get(rating, 0) + count
            served = count if state == TicketState.SERVED else 0
            tallies[counter] = Tally(
                served=tally.served + served,
                missed=tally.missed + count - served,
                ratings=ratings,
            )
        return tallies

    def add_call(self, row: Row, counter: str, at: datetime, *, again: bool) -> CallRow:
        """Store a call under the day's next serial and return it."""
        sql = "SELECT COALESCE(MAX(serial), 0) + 1 FROM calls WHERE day = ?"
        call = CallRow(
            day=row.day,
            serial=int(self.value(sql, row.day)),
            ticket=row.id,
            number=row.number,
            language=row.language,
            counter=counter,
            service=row.service,
            priority=row.goes_first(at),
            at=at,
            again=again,
        )
        self._db.execute(
            f"INSERT INTO calls VALUES ({', '.join('?' * len(_CALL_FIELDS))})",  # noqa: S608 - marks
            tuple(_plain(getattr(call, name)) for name in _CALL_FIELDS),
        )
        return call

    def latest_calls(self, day: date, limit: int) -> list[CallRow]:
        """Return the day's latest calls, newest first."""
        return self._calls("WHERE day = ? ORDER BY serial DESC LIMIT ?", day, limit)

    def unannounced(self, day: date, since: datetime) -> list[CallRow]:
        """Return the day's calls since then that nobody has heard, oldest first."""
        return self._calls(
            "WHERE day = ? AND announced = 0 AND at >= ? ORDER BY serial", day, since
        )

    def announced(self, call: CallRow) -> None:
        """Keep that the call was announced."""
        with self.transaction():
            self._db.execute(
                "UPDATE calls SET announced = 1 WHERE day = ? AND serial = ?",
                (_plain(call.day), call.serial),
            )

    def recent_kinds(self, day: date, counter: str, limit: int) -> list[bool]:
        """Return whether each of the counter's latest calls was a priority one, newest last."""
        sql = (
            "SELECT priority FROM calls WHERE day = ? AND counter = ? AND again = 0"
            " ORDER BY serial DESC LIMIT ?"
        )
        return [bool(row[0]) for row in self.all(sql, day, counter, limit)][::-1]

    def paused(self) -> dict[str, Break]:
        """Return the counters that have paused, and each one's break."""
        rows = self.all(f"SELECT {', '.join(_BREAK_FIELDS)} FROM paused")  # noqa: S608 - our own names
        return {str(row[0]): _struct(Break, _BREAK_FIELDS, row) for row in rows}

    def pause(self, taken: Break) -> None:
        """Keep that the counter has paused; a later word on it takes an earlier one's place."""
        self._db.execute(
            f"INSERT OR REPLACE INTO paused ({', '.join(_BREAK_FIELDS)}) VALUES (?, ?, ?, ?, ?)",  # noqa: S608 - our own names
            tuple(_plain(getattr(taken, name)) for name in _BREAK_FIELDS),
        )

    def unpause(self, counter: str) -> None:
        """Keep that the counter takes numbers again."""
        self._db.execute("DELETE FROM paused WHERE counter = ?", (counter,))

    def add_session(self, token_hash: str, counter: str, day: date, limit: int) -> None:
        """Store an officer's session for a day; a counter's oldest ones beyond `limit` end."""
        with self.transaction():
            sql = "SELECT COALESCE(MAX(began), 0) + 1 FROM sessions"
            self._db.execute(
                "INSERT INTO sessions VALUES (?, ?, ?, ?)",
                (token_hash, counter, _plain(day), self.value(sql)),
            )
            self._db.execute(
                "DELETE FROM sessions WHERE counter = ? AND began NOT IN"
                " (SELECT began FROM sessions WHERE counter = ? ORDER BY began DESC LIMIT ?)",
                (counter, counter, limit),
            )

    def session(self, token_hash: str, day: date) -> str | None:
        """Return the counter of a session of this day."""
        sql = "SELECT counter FROM sessions WHERE token_hash = ? AND day = ?"
        rows = self.all(sql, token_hash, day)
        return str(rows[0][0]) if rows else None

    def end_session(self, token_hash: str) -> None:
        """Forget the session."""
        with self.transaction():
            self._db.execute("DELETE FROM sessions WHERE token_hash = ?", (token_hash,))

    def note_press(self, press: str) -> bool:
        """Keep that a press was heard; returns False when it had been."""
        with self.transaction():
            noted = self._db.execute("INSERT OR IGNORE INTO presses (press) VALUES (?)", (press,))
            sql = "DELETE FROM presses WHERE turn <= (SELECT MAX(turn) FROM presses) - ?"
            self._db.execute(sql, (_PRESSES,))
            return noted.rowcount > 0

    def staffed(self, day: date) -> frozenset[str]:
        """Return the counters somebody has signed in at; the supervisor sits at none."""
        sql = "SELECT DISTINCT counter FROM sessions WHERE day = ? AND counter <> ?"
        return frozenset(str(row[0]) for row in self.all(sql, day, NO_COUNTER))

    def forget_before(self, day: date, keep_days: int, lately: date) -> None:
        """Forget sessions and calls of before `lately`, and tickets but of the latest days.

        Days with tickets are counted, this one among them, and not the calendar: a clock that is
        years ahead for a minute must not take the numbers that today has given.
        """
        today = _plain(day)
        self._db.execute("DELETE FROM sessions WHERE day < ?", (_plain(lately),))
        self._db.execute("DELETE FROM calls WHERE day < ?", (_plain(lately),))
        self._db.execute(
            "DELETE FROM tickets WHERE day <> ? AND day NOT IN (SELECT day FROM tickets"
            " WHERE day <> ? GROUP BY day ORDER BY MAX(turn) DESC LIMIT ?)",
            (today, today, keep_days - 1),
        )
        self._db.execute(
            "DELETE FROM acts WHERE day <> ? AND day NOT IN (SELECT day FROM tickets)", (today,)
        )

    def pending_events(self, after: int, limit: int) -> list[JournalEntry]:
        """Return the journal's entries above `after`, oldest first."""
        with translated():
            return self.journal.pending(after, limit)

    def forget_events(self, ack: JournalAck) -> int:
        """Delete what is stored in the province; return how many entries went."""
        with translated():
            return self.journal.forget(ack)

    def _one(self, where: str, *values: object) -> Row | None:
        rows = self._rows(where, *values)
        return rows[0] if rows else None

    def _rows(self, where: str, *values: object) -> list[Row]:
        sql = f"SELECT {', '.join(_ROW_FIELDS)} FROM tickets {where}"  # noqa: S608 - our own words
        return [_struct(Row, _ROW_FIELDS, row) for row in self.all(sql, *values)]

    def _calls(self, where: str, *values: object) -> list[CallRow]:
        sql = f"SELECT {', '.join(_CALL_FIELDS)} FROM calls {where}"  # noqa: S608 - our own words
        return [_struct(CallRow, _CALL_FIELDS, row) for row in self.all(sql, *values)]


def _plain(value: object) -> object:
    """Return a value as SQLite keeps it: times and days as ISO text, which sorts as they do."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def _struct(kind: Any, fields: tuple[str, ...], row: tuple[Any, ...]) -> Any:
    return msgspec.convert(dict(zip(fields, row, strict=True)), kind, strict=False)
