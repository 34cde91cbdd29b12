"""Profiles and their history: who changed what, when and why, and who said yes. Blocking.

A profile is the newest change in force of its level and target; nothing is ever overwritten. A
rollback is a new change with old content.
"""

from contextlib import AbstractContextManager
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

import msgspec
from sqlalchemy import ColumnElement, Connection, RowMapping, Select, and_, insert, select, update

from devices.contract.clock import Clock
from devices.contract.errors import MotcuaError, NotFoundError
from provisioning.controller.database import Database
from provisioning.controller.settings.tables import CHANGE
from provisioning.desired import Document

_NONE = 0


class Level(StrEnum):
    """Whose settings a profile holds, the lowest first: a later level goes before an earlier."""

    ROLE = "role"
    UNIT = "unit"  # and all units below it
    SITE = "site"
    BOX = "box"


class State(StrEnum):
    """What became of a change."""

    PENDING = "pending"  # it waits for a second person
    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"
    REJECTED = "rejected"


class Key(msgspec.Struct, frozen=True, order=True):
    """Which profile: a level, and a role's name, a unit's or site's code, or a box's name."""

    level: Level
    target: str

    def __str__(self) -> str:
        return f"{self.level}:{self.target}"


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A profile as somebody wants it. `base` is the change they saw in force, 0 for none."""

    key: Key
    document: Document
    why: str
    base: int = _NONE


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A draft that somebody saved, and what became of it."""

    id: int
    key: Key
    document: Document
    author: str
    at: datetime
    why: str
    base: int
    state: State
    decided_by: str = ""
    decided_at: datetime | None = None
    verdict: str = ""


class NoSuchChangeError(NotFoundError):
    """There is no change of this number."""


class StaleDraftError(MotcuaError):
    """Somebody else changed this profile meanwhile; look at it, and make the change anew."""

    code = "settings.changed_meanwhile"


class OwnChangeError(MotcuaError):
    """A second person has to approve this: not its author."""

    code = "settings.own_change"


class NotPendingError(MotcuaError):
    """This change was decided already."""

    code = "settings.decided"


class Deeds(Protocol):
    """The audit log, as it is written here: the record and the deed are kept together."""

    def writing(
        self, actor: str, action: str, subject: str, detail: str = ""
    ) -> AbstractContextManager[Connection]:
        """Yield the transaction that this record is part of."""
        ...


class Profiles:
    """The profiles in the database."""

    def __init__(self, database: Database, deeds: Deeds, clock: Clock) -> None:
        self._database = database
        self._deeds = deeds
        self._clock = clock

    def in_force(self) -> dict[Key, Change]:
        """Return every profile."""
        rows = select(CHANGE).where(CHANGE.c.state == State.IN_FORCE)
        return {one.key: one for one in self._changes(rows)}

    def pending(self) -> list[Change]:
        """Return the changes that wait for a second person, oldest first."""
        rows = select(CHANGE).where(CHANGE.c.state == State.PENDING).order_by(CHANGE.c.id)
        return self._changes(rows)

    def history(
        self, key: Key | None = None, *, before: int = 2**53, limit: int = 50
    ) -> list[Change]:
        """Return the changes of a profile, or of all, newest first, downwards from `before`."""
        rows = select(CHANGE).where(CHANGE.c.id < before).order_by(CHANGE.c.id.desc()).limit(limit)
        if key:
            rows = rows.where(_of(key))
        return self._changes(rows)

    def change(self, number: int) -> Change:
        """Return a change; raises NoSuchChangeError."""
        found = self._changes(select(CHANGE).where(CHANGE.c.id == number))
        if not found:
            raise NoSuchChangeError(f"No change {number}.")
        return found[0]

    def save(self, draft: Draft, author: str, state: State) -> Change:
        """Keep a draft, in force or pending; raises StaleDraftError, StorageError."""
        action = "settings.changed" if state is State.IN_FORCE else "settings.proposed"
        now = self._clock.now()
        row = {
            "level": draft.key.level,
            "target": draft.key.target,
            "document": msgspec.json.encode(draft.document),
            "author": author,
            "at": now,
            "why": draft.why,
            "base": draft.base,
            "state": State.PENDING,
            "decided_by": "",
            "decided_at": None,
            "verdict": "",
        }
        with self._deeds.writing(author, action, str(draft.key), draft.why) as db:
            _check_base(db, draft.key, draft.base)
            key = db.execute(insert(CHANGE).values(row)).inserted_primary_key
            number = int(key[0]) if key else _NONE
            if state is State.IN_FORCE:
                _put_in_force(db, draft.key, number, "", now)
        return self.change(number)

    def approve(self, number: int, approver: str) -> Change:
        """Put a pending change into force.

        Raises NoSuchChangeError, NotPendingError, OwnChangeError, StaleDraftError.
        """
        change = self._pending(number)
        if change.author == approver:
            raise OwnChangeError
        detail = f"{number} of {change.author}: {change.why}"
        with self._deeds.writing(approver, "settings.approved", str(change.key), detail) as db:
            _check_pending(db, number)
            _check_base(db, change.key, change.base)
            _put_in_force(db, change.key, number, approver, self._clock.now())
        return self.change(number)

    def reject(self, number: int, by: str, verdict: str) -> Change:
        """Close a pending change without effect; its author may, too.

        Raises NoSuchChangeError, NotPendingError.
        """
        change = self._pending(number)
        detail = f"{number} of {change.author}: {verdict}"
        decided = {
            "state": State.REJECTED,
            "decided_by": by,
            "decided_at": self._clock.now(),
            "verdict": verdict,
        }
        with self._deeds.writing(by, "settings.rejected", str(change.key), detail) as db:
            _check_pending(db, number)
            db.execute(update(CHANGE).where(CHANGE.c.id == number).values(decided))
        return self.change(number)

    def note(self, actor: str, action: str, subject: str, detail: str) -> None:
        """Write a deed that changes no profile to the audit log."""
        with self._deeds.writing(actor, action, subject, detail):
            pass

    def _pending(self, number: int) -> Change:
        change = self.change(number)
        if change.state is not State.PENDING:
            raise NotPendingError
        return change

    def _changes(self, rows: Select[Any]) -> list[Change]:
        with self._database.reading() as db:
            return [_change(row) for row in db.execute(rows).mappings()]


def _put_in_force(db: Connection, key: Key, number: int, by: str, now: datetime) -> None:
    old = update(CHANGE).where(_of(key), CHANGE.c.state == State.IN_FORCE)
    db.execute(old.values(state=State.SUPERSEDED))
    fresh = {"state": State.IN_FORCE, "decided_by": by, "decided_at": now}
    db.execute(update(CHANGE).where(CHANGE.c.id == number).values(fresh))


def _check_base(db: Connection, key: Key, base: int) -> None:
    rows = select(CHANGE.c.id).where(_of(key), CHANGE.c.state == State.IN_FORCE)
    if (db.execute(rows).scalar() or _NONE) != base:
        raise StaleDraftError


def _check_pending(db: Connection, number: int) -> None:
    rows = select(CHANGE.c.state).where(CHANGE.c.id == number)
    if db.execute(rows).scalar() != State.PENDING:
        raise NotPendingError


def _of(key: Key) -> ColumnElement[bool]:
    return and_(CHANGE.c.level == key.level, CHANGE.c.target == key.target)


def _change(row: RowMapping) -> Change:
    fields = dict(row)
    fields["key"] = Key(Level(fields.pop("level")), fields.pop("target"))
    fields["state"] = State(fields["state"])
    fields["document"] = msgspec.json.decode(fields["document"], type=Document)
    return Change(**fields)
