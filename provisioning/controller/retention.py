"""How long things are kept, by the province's clock: a little at a time, ingest hardly waits.

On SQLite the room of what was deleted is used again; the file does not grow, and does not shrink.
"""

import asyncio
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Annotated

import msgspec
import structlog
from sqlalchemy import Connection, delete, func, insert, select, tuple_

from devices.contract.clock import Clock, local_day
from devices.contract.config import Config
from devices.runtime.worker import Worker
from provisioning.controller.database import Database
from provisioning.controller.tables import EVENT, EVENT_DAY, TICKET

_AT_ONCE = 500
_PAUSE_S = 0.1  # others' turn
_LOOK_EVERY_S = 3_600.0
_log = structlog.get_logger()
Days = Annotated[int, msgspec.Meta(ge=0, le=36_500)]


class RetentionConfig(Config, frozen=True, kw_only=True):
    """For how many days things are kept; 0 is for ever."""

    events_days: Days = 400
    tickets_days: Days = 800


class Retention:
    """Deletes what is too old. Blocking, as `Database` says."""

    def __init__(self, database: Database, config: RetentionConfig) -> None:
        self._database = database
        self._config = config

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
        kinds: tuple[tuple[int, Callable[[Connection, date], int]], ...] = (
            (self._config.events_days, _events),
            (self._config.tickets_days, _tickets),
        )
        gone = 0
        for days, forget in kinds:
            if days:
                with self._database.writing() as db:
                    gone += forget(db, local_day(now) - timedelta(days=days))
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


def _events(db: Connection, before: date) -> int:
    days = select(EVENT_DAY).where(EVENT_DAY.c.day <= before).order_by(EVENT_DAY.c.day.desc())
    last = db.execute(days.limit(1)).first()
    if last is None:
        return 0
    old = select(EVENT.c.id).where(EVENT.c.id <= last.last_id).order_by(EVENT.c.id).limit(_AT_ONCE)
    db.execute(delete(EVENT_DAY).where(EVENT_DAY.c.day < last.day))
    return db.execute(delete(EVENT).where(EVENT.c.id.in_(old))).rowcount


def _tickets(db: Connection, before: date) -> int:
    key = (TICKET.c.box, TICKET.c.ticket)
    old = select(*key).where(TICKET.c.day < before).limit(_AT_ONCE)
    return db.execute(delete(TICKET).where(tuple_(*key).in_(old))).rowcount
