"""The conference server's SQLite: plans, states, facts, links and sessions. Blocking; one thread's.

WAL with `synchronous=FULL`: what a transaction committed survives a power cut. SQLite's own errors
leave as StorageError, and then nothing of the transaction was kept.
"""

import contextlib
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self

import msgspec

from devices.contract.errors import MotcuaError
from devices.contract.message import Event, JournalAck, JournalEntry
from devices.runtime.database import opened, transaction, translated
from devices.runtime.journal import Journal
from vc.server import schema
from vc.server.api import LineReport, Session
from vc.server.conference.facts import AnyFact
from vc.state import ConferencePlan, ConferenceState, Phase

_EXPIRED_KEPT = timedelta(days=1)
_FACT: msgspec.json.Decoder[AnyFact] = msgspec.json.Decoder(AnyFact)


class StoredLink(msgspec.Struct, frozen=True, kw_only=True):
    """A guest's link as it is kept: its code and PIN are hashes."""

    conference: str
    name: str
    member: str
    pin_hash: str
    valid_until: datetime


class NoConferenceError(MotcuaError):
    """There is no such conference."""

    code = "not_found"


class Store:
    """The open database."""

    def __init__(self, path: Path, *, limit_mb: int = 1024) -> None:
        self._db = opened(path, limit_mb=limit_mb)
        with translated():
            schema.migrate(self._db)
            self._journal = Journal(self._db)

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def put_plan(self, plan: ConferencePlan) -> None:
        """Keep a plan, new or changed."""
        with self._transaction():
            self._put_plan(plan)

    def plan(self, conference: str) -> ConferencePlan:
        """Return a plan; raises NoConferenceError."""
        rows = self._all("SELECT plan FROM plans WHERE id = ?", conference)
        if not rows:
            raise NoConferenceError
        return msgspec.json.decode(rows[0][0], type=ConferencePlan)

    def plans(self) -> list[tuple[ConferencePlan, Phase]]:
        """Return every plan with the phase it came to, the earliest first."""
        rows = self._all(
            "SELECT plan, COALESCE(phase, 'planned') FROM plans"
            " LEFT JOIN states ON conference = id ORDER BY starts_at, id"
        )
        return [(msgspec.json.decode(plan, type=ConferencePlan), Phase(ph)) for plan, ph in rows]

    def state(self, conference: str) -> ConferenceState | None:
        """Return the conference's latest state, if it was ever opened."""
        rows = self._all("SELECT state FROM states WHERE conference = ?", conference)
        return msgspec.json.decode(rows[0][0], type=ConferenceState) if rows else None

    def open_state(self) -> ConferenceState | None:
        """Return the state of the conference that was opened last."""
        rows = self._all("SELECT state FROM states JOIN open_one USING (conference)")
        return msgspec.json.decode(rows[0][0], type=ConferenceState) if rows else None

    def open(self, state: ConferenceState) -> None:
        """Make a conference the open one, in this state."""
        with self._transaction():
            self._put_state(state)
            self._db.execute("INSERT OR REPLACE INTO open_one VALUES (1, ?)", (state.plan.id,))

    def change(
        self,
        state: ConferenceState,
        facts: Sequence[AnyFact],
        events: Sequence[Event],
        at: datetime,
    ) -> None:
        """Keep a state, what happened on the way to it, and what the province is told, as one."""
        with self._transaction():
            self._put_state(state)
            self._db.executemany(
                "INSERT INTO facts (conference, fact) VALUES (?, ?)",
                [(state.plan.id, msgspec.json.encode(fact)) for fact in facts],
            )
            for event in events:
                self._journal.append(event, at)

    def replan(self, state: ConferenceState) -> None:
        """Keep a state whose plan changed, and the plan."""
        with self._transaction():
            self._put_plan(state.plan)
            self._put_state(state)

    def facts(self, conference: str) -> list[AnyFact]:
        """Return what happened in a conference, in order."""
        rows = self._all("SELECT fact FROM facts WHERE conference = ? ORDER BY seq", conference)
        return [_FACT.decode(row[0]) for row in rows]

    def add_link(self, code_hash: str, link: StoredLink, now: datetime) -> None:
        """Keep a link; those that expired a day ago are forgotten."""
        with self._transaction():
            long_ago = _text(now - _EXPIRED_KEPT)
            self._db.execute("DELETE FROM links WHERE valid_until < ?", (long_ago,))
            self._db.execute(
                "INSERT INTO links (code_hash, link, valid_until) VALUES (?, ?, ?)",
                (code_hash, msgspec.json.encode(link), _text(link.valid_until)),
            )

    def link(self, code_hash: str) -> StoredLink | None:
        """Return a link, if there is one."""
        rows = self._all("SELECT link FROM links WHERE code_hash = ?", code_hash)
        return msgspec.json.decode(rows[0][0], type=StoredLink) if rows else None

    def count_try(self, code_hash: str) -> int:
        """Count a try at a link's PIN, before it is known to be wrong; returns how many there were.

        Tries at once each get a number of their own.
        """
        with self._transaction():
            self._db.execute("UPDATE links SET wrong = wrong + 1 WHERE code_hash = ?", (code_hash,))
            rows = self._all("SELECT wrong FROM links WHERE code_hash = ?", code_hash)
        return int(rows[0][0]) if rows else 0

    def forgive(self, code_hash: str) -> None:
        """Forget a link's wrong tries."""
        with self._transaction():
            self._db.execute("UPDATE links SET wrong = 0 WHERE code_hash = ?", (code_hash,))

    def add_session(
        self, token_hash: str, session: Session, valid_until: datetime, now: datetime
    ) -> None:
        """Keep a browser's session; those whose time is over are forgotten."""
        with self._transaction():
            self._db.execute("DELETE FROM sessions WHERE valid_until < ?", (_text(now),))
            self._db.execute(
                "INSERT OR REPLACE INTO sessions VALUES (?, ?, ?)",
                (token_hash, msgspec.json.encode(session), _text(valid_until)),
            )

    def session(self, token_hash: str, now: datetime) -> Session | None:
        """Return a session that is still good."""
        sql = "SELECT session FROM sessions WHERE token_hash = ? AND valid_until >= ?"
        rows = self._all(sql, token_hash, _text(now))
        return msgspec.json.decode(rows[0][0], type=Session) if rows else None

    def seats(self, now: datetime) -> frozenset[str]:
        """Return the hashes of all sessions that are still good."""
        rows = self._all("SELECT token_hash FROM sessions WHERE valid_until >= ?", _text(now))
        return frozenset(str(row[0]) for row in rows)

    def end_session(self, token_hash: str) -> None:
        """Forget a session."""
        with self._transaction():
            self._db.execute("DELETE FROM sessions WHERE token_hash = ?", (token_hash,))

    def secret(self, name: str, size: int = 32) -> bytes:
        """Return a secret of this server, made when it is first asked for."""
        with self._transaction():
            self._db.execute(
                "INSERT OR IGNORE INTO secrets VALUES (?, ?)", (name, secrets.token_bytes(size))
            )
        return bytes(self._all("SELECT value FROM secrets WHERE name = ?", name)[0][0])

    def put_line_report(self, report: LineReport) -> None:
        """Keep a conference's latest line test."""
        with self._transaction():
            self._db.execute(
                "INSERT OR REPLACE INTO line_reports VALUES (?, ?)",
                (report.conference, msgspec.json.encode(report)),
            )

    def line_report(self, conference: str) -> LineReport:
        """Return a conference's latest line test; an empty one before the first."""
        rows = self._all("SELECT report FROM line_reports WHERE conference = ?", conference)
        return msgspec.json.decode(rows[0][0], type=LineReport) if rows else LineReport()

    def pending_events(self, after: int, limit: int) -> list[JournalEntry]:
        """Return the journal's entries above `after`, oldest first."""
        with translated():
            return self._journal.pending(after, limit)

    def forget_events(self, ack: JournalAck) -> int:
        """Delete what is stored in the province; return how many entries went."""
        with translated():
            return self._journal.forget(ack)

    def _put_plan(self, plan: ConferencePlan) -> None:
        self._db.execute(
            "INSERT OR REPLACE INTO plans VALUES (?, ?, ?)",
            (plan.id, _text(plan.starts_at), msgspec.json.encode(plan)),
        )

    def _put_state(self, state: ConferenceState) -> None:
        self._db.execute(
            "INSERT OR REPLACE INTO states VALUES (?, ?, ?, ?)",
            (state.plan.id, state.revision, state.phase, msgspec.json.encode(state)),
        )

    def _transaction(self) -> contextlib.AbstractContextManager[None]:
        """Make everything inside one fact: all of it is on the disk at the end, or nothing is."""
        return transaction(self._db)

    def _all(self, sql: str, *values: object) -> Sequence[tuple[Any, ...]]:
        with translated():
            return self._db.execute(sql, values).fetchall()


def _text(moment: datetime) -> str:
    """Return a moment as text that sorts as time does."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
