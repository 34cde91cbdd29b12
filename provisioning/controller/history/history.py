"""The samples in the database. Blocking, as `Database` says."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, delete, select

from provisioning.controller.database import Database
from provisioning.controller.history.samples import (
    DAY_S,
    DAYS_KEPT,
    HOUR_S,
    HOURS_KEPT,
    MOMENT_S,
    MOMENTS_KEPT,
    NAMES,
    Sample,
    rolled,
)
from provisioning.controller.history.tables import SAMPLE

_BOXES_AT_ONCE = 250
_MOST_READ = 20_000
_STEPS = ((MOMENT_S, HOUR_S, MOMENTS_KEPT), (HOUR_S, DAY_S, HOURS_KEPT))


class History:
    """Keeps samples: moments for 7 days, hours for 90, days for three years."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def write(self, samples: Sequence[Sample]) -> None:
        """Keep these; durable when it returns."""
        with self._database.writing() as db:
            self._put(db, samples)

    def read(self, box: str, since: datetime, names: Sequence[str] = NAMES) -> list[Sample]:
        """Return a box's samples from then on, by name and time; those of hours and days too."""
        rows = (
            select(SAMPLE)
            .where(
                SAMPLE.c.box == box,
                SAMPLE.c.name.in_(names),
                SAMPLE.c.span.in_((MOMENT_S, HOUR_S, DAY_S)),
                SAMPLE.c.at >= int(since.timestamp()),
            )
            .order_by(SAMPLE.c.name, SAMPLE.c.at)
            .limit(_MOST_READ)
        )
        with self._database.reading() as db:
            return [_sample(row) for row in db.execute(rows)]

    def roll_up(self, now: datetime) -> bool:
        """Roll up some of what is old enough; returns whether there is more to do.

        One transaction is of one span of some boxes, so that nobody who writes waits for long.
        """
        for span, longer, kept in _STEPS:
            before = _cut(now - kept, longer)
            with self._database.writing() as db:
                if self._roll_some(db, span, longer, before):
                    return True
        with self._database.writing() as db:
            return self._forget_some(db, int((now - DAYS_KEPT).timestamp()))

    def _roll_some(self, db: Connection, span: int, longer: int, before: int) -> bool:
        of_span = SAMPLE.c.span == span
        first = select(SAMPLE.c.at).where(of_span).order_by(SAMPLE.c.at).limit(1)
        oldest = db.execute(first).scalar()
        if oldest is None or oldest >= before:
            return False
        begins = oldest // longer * longer
        among = (of_span, SAMPLE.c.at >= begins, SAMPLE.c.at < begins + longer)
        some = select(SAMPLE.c.box).where(*among).distinct().limit(_BOXES_AT_ONCE)
        these = SAMPLE.c.box.in_(list(db.execute(some).scalars()))
        rows = select(SAMPLE).where(*among, these)
        rows = rows.order_by(SAMPLE.c.box, SAMPLE.c.name, SAMPLE.c.at)
        self._put(db, list(rolled((_sample(row) for row in db.execute(rows)), longer)))
        db.execute(delete(SAMPLE).where(*among, these))
        return True

    def _forget_some(self, db: Connection, before: int) -> bool:
        old = (SAMPLE.c.span == DAY_S, SAMPLE.c.at < before)
        found = db.execute(select(SAMPLE.c.at).where(*old).order_by(SAMPLE.c.at).limit(1)).scalar()
        if found is None:
            return False
        db.execute(delete(SAMPLE).where(SAMPLE.c.span == DAY_S, SAMPLE.c.at == found))
        return True

    def _put(self, db: Connection, samples: Iterable[Sample]) -> None:
        self._database.upsert(db, SAMPLE, [msgspec.structs.asdict(sample) for sample in samples])


def _cut(moment: datetime, span: int) -> int:
    """Return the beginning of the span that holds the moment."""
    return int(moment.timestamp()) // span * span


def _sample(row: Row[Any]) -> Sample:
    return Sample(**row._asdict())
