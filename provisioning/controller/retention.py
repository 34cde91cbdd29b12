"""How long things are kept, by the province's clock: a little at a time, ingest hardly waits.

On SQLite the room of what was deleted is used again; the file does not grow, and does not shrink.
"""

import asyncio
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Annotated

import msgspec
import structlog
from sqlalchemy import Connection, delete, func, insert, select, tuple_

from devices.contract.clock import LOCAL, Clock, local_day
from devices.contract.config import Config
from devices.runtime.worker import Worker
from provisioning.controller.accounts.audit import Audit
from provisioning.controller.alerts.tables import ALERT, BACK, OUTBOX
from provisioning.controller.database import Database
from provisioning.controller.tables import EVENT, EVENT_DAY, TICKET

_AT_ONCE = 500
_LEAST_AUDIT_DAYS = 730
_PAUSE_S = 0.1  # others' turn
_LOOK_EVERY_S = 3_600.0
_log = structlog.get_logger()
Days = Annotated[int, msgspec.Meta(ge=0, le=36_500)]


class RetentionConfig(Config, frozen=True, kw_only=True):
    """For how many days things are kept; 0 is for ever.

    Who did what is asked for years later: the audit log is kept for two years at least.
    """

    events_days: Days = 400
    tickets_days: Days = 800
    alerts_days: Days = 800
    audit_days: Days = 1_830

    def __post_init__(self) -> None:
        """Refuse to keep the audit log for less (ValueError)."""
        if 0 < self.audit_days < _LEAST_AUDIT_DAYS:
            raise ValueError(f"audit_days: {_LEAST_AUDIT_DAYS} or more, or 0 for ever")


class Retention:
    """Deletes what is too old. Blocking, as `Database` says."""

    def __init__(self, database: Database, config: RetentionConfig, audit: Audit) -> None:
        self._database = database
        self._config = config
        self._audit = audit

    def note_day(self, now: datetime) -> None:
        """Write down, once a day, which event was the last so far.

        A box's clock may be years off; what is counted are the days an event has been here.
        """
        day = local_day(now)
        with self._database.writing() as db:
            if not db.execute(select(EVENT_DAY).where(EVENT_DAY.c.day == day)).first():
                last = db.execute(select(func.max(EVENT.c.id))).scalar() or 0
                db.execute(insert(EVENT_DAY).values(day=day, last_id=last))

    def forget_some(self, now: datetime) -> int:
        """Delete a bounded number of what is too old, each kind in a transaction of its own.

        Returns how many rows went; none are left when it is 0.
        """
        config, today = self._config, local_day(now)
        kinds: tuple[tuple[int, Callable[[Connection, date, date], int]], ...] = (
            (config.events_days, _events),
            (config.tickets_days, _tickets),
            (config.alerts_days, _alerts),
        )
        gone = 0
        for days, forget in kinds:
            if days:
                with self._database.writing() as db:
                    gone += forget(db, today - timedelta(days=days), today)
        if config.audit_days:
            gone += self._audit.cut(_begin(today - timedelta(days=config.audit_days)))
        return gone


async def run(retention: Retention, worker: Worker, clock: Clock) -> None:
    """Look every hour, for ever."""
    while True:
        await worker.do(retention.note_day, clock.now())
        total = 0
        while gone := await worker.do(retention.forget_some, clock.now()):
            total += gone
            await asyncio.sleep(_PAUSE_S)
        if total:
            _log.info("store.forgotten", rows=total)
        await asyncio.sleep(_LOOK_EVERY_S)


def _events(db: Connection, before: date, today: date) -> int:
    """Delete by the newest note that is old and that no younger one gives the lie.

    A note with more events than a later one has was written by a wrong clock; one that is dated in
    the future was too.
    """
    notes = db.execute(select(EVENT_DAY).where(EVENT_DAY.c.day <= today)).all()
    least = min((note.last_id for note in notes if note.day > before), default=None)
    good = [n for n in notes if n.day <= before and (least is None or n.last_id <= least)]
    if not good:
        return 0
    last = max(good, key=lambda note: note.day)
    old = select(EVENT.c.id).where(EVENT.c.id <= last.last_id).order_by(EVENT.c.id).limit(_AT_ONCE)
    db.execute(delete(EVENT_DAY).where(EVENT_DAY.c.day < last.day))
    return db.execute(delete(EVENT).where(EVENT.c.id.in_(old))).rowcount


def _tickets(db: Connection, before: date, _: date) -> int:
    key = (TICKET.c.box, TICKET.c.ticket)
    old = select(*key).where(TICKET.c.day < before).limit(_AT_ONCE)
    return db.execute(delete(TICKET).where(tuple_(*key).in_(old))).rowcount


def _alerts(db: Connection, before: date, _: date) -> int:
    """Delete alerts that are over, by both of their moments: a wrong clock told neither twice."""
    moment = _begin(before)
    past = select(ALERT.c.id).where(ALERT.c.cleared_at < moment, ALERT.c.raised_at < moment)
    old = db.execute(past.order_by(ALERT.c.id).limit(_AT_ONCE)).scalars().all()
    for column in (BACK.c.alert, OUTBOX.c.alert, ALERT.c.id):
        db.execute(delete(column.table).where(column.in_(old)))
    return len(old)


def _begin(day: date) -> datetime:
    """Return when a day begins in Viet Nam."""
    return datetime.combine(day, time(), LOCAL)
