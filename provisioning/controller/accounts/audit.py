"""The audit log: written in the transaction of the deed itself, chained, never changed.

Blocking, as `Database` says. Rooms that write to it take `write` by a Protocol of their own.
"""

import contextlib
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import msgspec
import structlog
from sqlalchemy import Connection, Select, delete, func, insert, or_, select, update

from devices.contract.clock import Clock, SystemClock
from provisioning.controller.accounts.chain import (
    CUT,
    AuditRecord,
    Cut,
    Verdict,
    check,
    follows,
    linked,
)
from provisioning.controller.accounts.tables import ANCHOR, CUT_HERE, HEAD, RECORD
from provisioning.controller.database import Database

Listener = Callable[[AuditRecord], None]

_PAGE = 1000
_NEWEST = 2**53
_CUT_AT_ONCE = 500
_SUBJECT, _DETAIL, _ACTION = 200, 2000, 64
_log = structlog.get_logger()


class Looked(msgspec.Struct, frozen=True, kw_only=True):
    """What to look for; empty is everything.

    `action` is how it begins (`session.`); `until` is the first moment after.
    """

    actor: str = ""
    action: str = ""
    subject: str = ""
    since: datetime | None = None
    until: datetime | None = None


class Audit:
    """The log and its chain. A listener is told each record once it is stored, on this thread."""

    def __init__(self, database: Database, clock: Clock | None = None) -> None:
        self._database = database
        self._clock = clock or SystemClock()
        self._listeners: list[Listener] = []

    def listen(self, listener: Listener) -> None:
        """Tell this one every record from now on; it must be quick and raise nothing."""
        self._listeners.append(listener)

    def write(self, actor: str, action: str, subject: str, detail: str = "") -> None:
        """Store a record of its own; raises StorageError."""
        with self.writing(actor, action, subject, detail):
            pass

    @contextlib.contextmanager
    def writing(
        self, actor: str, action: str, subject: str, detail: str = ""
    ) -> Iterator[Connection]:
        """Yield the transaction that this record is part of: both are kept, or neither.

        One such transaction runs at a time, in all processes: the chain's end is locked first.
        """
        with self._database.writing() as db:
            record = self._append(db, actor, action, subject, detail)
            yield db
        for listener in self._listeners:
            listener(record)

    def _append(
        self, db: Connection, actor: str, action: str, subject: str, detail: str
    ) -> AuditRecord:
        db.execute(update(HEAD).values(last=HEAD.c.last + 1))
        number, before = db.execute(select(HEAD.c.last, HEAD.c.hash)).one()
        record = linked(
            before,
            number=number,
            at=_stamp(self._clock.now()),
            actor=_text(actor, _SUBJECT),
            action=_text(action, _ACTION),
            subject=_text(subject, _SUBJECT),
            detail=_text(detail, _DETAIL),
        )
        db.execute(insert(RECORD).values(msgspec.structs.asdict(record)))
        db.execute(update(HEAD).values(hash=record.hash))
        return record

    def records(
        self, looked: Looked | None = None, *, before: int = _NEWEST, limit: int = 100
    ) -> list[AuditRecord]:
        """Return what is looked for, newest first, downwards from `before`."""
        found = _found(looked or Looked()).where(RECORD.c.id < before)
        with self._database.reading() as db:
            rows = db.execute(found.order_by(RECORD.c.id.desc()).limit(limit)).mappings()
            return [AuditRecord(**row) for row in rows]

    def verify(self) -> Verdict:
        """Walk the whole chain, and find its first break; the days' anchors must stand in it."""
        with self._database.reading() as db:
            last, head = db.execute(select(HEAD.c.last, HEAD.c.hash)).one()
            cut = _cut(db)
            verdict = check(_upwards(db, cut.last, last), head=head, last=last, cut=cut)
            if verdict.broken_at is not None:
                return verdict
            stray = (
                select(ANCHOR.c.last)
                .outerjoin(RECORD, RECORD.c.id == ANCHOR.c.last)
                .where(
                    ANCHOR.c.last > 0,
                    func.coalesce(RECORD.c.hash, "") != ANCHOR.c.hash,
                    or_(ANCHOR.c.last != cut.last, ANCHOR.c.hash != cut.hash),
                )
            )
            at = db.execute(stray.order_by(ANCHOR.c.last).limit(1)).scalar()
        if at is None:
            return verdict
        return msgspec.structs.replace(verdict, broken_at=at, why="a day's anchor says otherwise")

    def anchor(self, day: date) -> None:
        """Keep where the chain ends on this day, and say so in the process's log.

        Whoever rewrites the whole chain must rewrite that log too, wherever it was sent.
        """
        with self._database.writing() as db:
            db.execute(update(HEAD).values(last=HEAD.c.last))
            last, head = db.execute(select(HEAD.c.last, HEAD.c.hash)).one()
            row = {"day": day, "last": last, "hash": head}
            self._database.upsert(db, ANCHOR, [row])
        _log.info("audit.anchor", day=day.isoformat(), last=last, hash=head)

    def cut(self, before: datetime) -> int:
        """Take out the oldest records, of before this moment, 500 at most; returns how many went.

        What was cut, and the chain's value there, is a record of its own, in the same transaction.
        A record that is dated later than now had a wrong clock: it is as old as those after it.
        Where the chain is broken nothing is cut: that is what shows the break.
        """
        last = self._last_before(before)
        if last is None:
            return 0
        with self._database.writing() as db:
            db.execute(update(HEAD).values(last=HEAD.c.last))  # the chain's one writer
            done = _cut(db)
            value = _hash_at(db, done, last)
            if value is None:
                return 0
            head = db.execute(select(HEAD.c.last)).scalar_one()
            made = Cut(last=last, hash=value, record=head + 1)
            subject = f"records {done.last + 1}-{last}"
            record = self._append(db, "controller", CUT, subject, made.detail)
            db.execute(delete(RECORD).where(RECORD.c.id <= last))
            db.execute(delete(ANCHOR).where(ANCHOR.c.last < last))
            self._database.upsert(db, CUT_HERE, [{"one": 1, **msgspec.structs.asdict(made)}])
        _log.info(CUT, last=last, hash=value)
        for listener in self._listeners:
            listener(record)
        return last - done.last

    def _last_before(self, before: datetime) -> int | None:
        """Return the last record to go now: those after it are younger, or for the next time."""
        young, now = _stamp(before), _stamp(self._clock.now())
        with self._database.reading() as db:
            last = begin = _cut(db).last
            for record in _upwards(db, begin):
                if young <= record.at <= now or last >= begin + _CUT_AT_ONCE:
                    break
                if record.at < young:
                    last = record.id
        return min(last, begin + _CUT_AT_ONCE) if last > begin else None


def _cut(db: Connection) -> Cut:
    row = db.execute(select(CUT_HERE)).one_or_none()
    return Cut(last=row.last, hash=row.hash, record=row.record) if row else Cut()


def _hash_at(db: Connection, cut: Cut, last: int) -> str | None:
    """Return the chain's value at a record after a cut; None when it is broken until there."""
    before, number = cut.hash, cut.last
    for record in _upwards(db, cut.last, last):
        if not follows(before, number + 1, record):
            _log.error("audit.not_cut", record=number + 1, why="the chain is broken there")
            return None
        before, number = record.hash, number + 1
    return before if number == last > cut.last else None


def _upwards(db: Connection, after: int, last: int = _NEWEST) -> Iterator[AuditRecord]:
    while True:
        page = select(RECORD).where(RECORD.c.id > after, RECORD.c.id <= last)
        rows = db.execute(page.order_by(RECORD.c.id).limit(_PAGE)).mappings().all()
        if not rows:
            return
        yield from (AuditRecord(**row) for row in rows)
        after = rows[-1][RECORD.c.id]


def _found(looked: Looked) -> Select[Any]:
    found = select(RECORD)
    if looked.actor:
        found = found.where(RECORD.c.actor == looked.actor)
    if looked.action:
        found = found.where(RECORD.c.action.startswith(looked.action, autoescape=True))
    if looked.subject:
        found = found.where(RECORD.c.subject == looked.subject)
    if looked.since:
        found = found.where(RECORD.c.at >= _stamp(looked.since))
    if looked.until:
        found = found.where(RECORD.c.at < _stamp(looked.until))
    return found


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _text(text: str, most: int) -> str:
    """Return the text as every database holds it and JSON spells it."""
    return (
        text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()[:most]
    )
