"""The book of alerts: what is open, what was, who has seen it, what is muted, who must be told."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from provisioning.controller.alerts.alert import Alert, News
from provisioning.controller.alerts.outbox import (
    forget,
    hold_anew,
    mutes_in_force,
    queue_cleared,
    queue_raised,
    waiting,
)
from provisioning.controller.alerts.readings import Key
from provisioning.controller.alerts.records import (
    BadMuteError,
    Due,
    Mute,
    NoSuchAlertError,
    Record,
    Whom,
)
from provisioning.controller.alerts.rows import due_of, extent_of, record_of, row_of
from provisioning.controller.alerts.rules import Kind
from provisioning.controller.alerts.tables import ALERT, BACK, MUTE, OUTBOX
from provisioning.controller.database import Database

_MOST_MUTES = 1_000
_LONGEST_MUTE = timedelta(days=31)
_LONGEST_TEXT = 500
_GIVE_UP_AFTER = timedelta(days=1)
_THIS = ALERT.c.id == bindparam("number")


class Book:
    """Alerts in the database. Blocking."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def open(self) -> list[Record]:
        """Return the open alerts, oldest first."""
        with self._database.reading() as db:
            return _open(db)

    def past(self, *, before: int, limit: int) -> list[Record]:
        """Return cleared alerts with numbers below `before`, newest first."""
        rows = select(ALERT).where(ALERT.c.cleared_at.is_not(None), ALERT.c.id < before)
        with self._database.reading() as db:
            found = db.execute(rows.order_by(ALERT.c.id.desc()).limit(limit)).mappings()
            return [record_of(row) for row in found]

    def write(self, news: News, now: datetime, whom: Whom) -> list[Record]:
        """Write what became of alerts, and queue its telling, as one fact; returns what is open.

        What is muted is told at the mute's end: that an alert began when it still stands then, that
        it is over when somebody was told that it began.
        """
        with self._database.writing() as db:
            were = {one.alert.key: one for one in _open(db)}
            over = [were[key] for key in dict.fromkeys(news.cleared) if key in were]
            standing = were.keys() - {one.alert.key for one in over}
            raised = {one.key: one for one in news.raised if one.key not in standing}
            if over:
                rows = [{"number": each.id} for each in over]
                db.execute(update(ALERT).where(_THIS).values(cleared_at=now), rows)
            if raised:  # the others were written before we were ended
                db.execute(insert(ALERT), [row_of(alert, now) for alert in raised.values()])
            _change(db, {were[one.key].id: one for one in news.changed if one.key in were})
            self._database.upsert(db, BACK, _back(were, news.cleared, now))
            still = _open(db)
            fresh = [one for one in still if one.alert.key in raised]
            queue_raised(db, fresh, whom, now)
            queue_cleared(db, over, whom, now)
            return still

    def acknowledge(self, number: int, by: str, note: str, now: datetime) -> Record:
        """Write that somebody has seen an open alert; raises NoSuchAlertError."""
        values = {"acknowledged_at": now, "acknowledged_by": by, "note": note[:_LONGEST_TEXT]}
        with self._database.writing() as db:
            found = db.execute(
                update(ALERT)
                .where(ALERT.c.id == number, ALERT.c.cleared_at.is_(None))
                .values(values)
            )
            if not found.rowcount:
                raise NoSuchAlertError(f"No open alert has the number {number}.")
            row = db.execute(select(ALERT).where(ALERT.c.id == number)).mappings().one()
            return record_of(row)

    def alert(self, number: int) -> Record:
        """Return the alert of this number; raises NoSuchAlertError."""
        with self._database.reading() as db:
            row = db.execute(select(ALERT).where(ALERT.c.id == number)).mappings().one_or_none()
        if row is None:
            raise NoSuchAlertError(f"No alert has the number {number}.")
        return record_of(row)

    def mute(self, mute: Mute, now: datetime, whom: Whom) -> Mute:
        """Write a mute and return it with its number; raises BadMuteError."""
        if not now < mute.until <= now + _LONGEST_MUTE:
            raise BadMuteError("A mute ends within 31 days.")
        values = msgspec.structs.asdict(mute) | {"why": mute.why[:_LONGEST_TEXT]}
        del values["id"]
        with self._database.writing() as db:
            db.execute(delete(MUTE).where(MUTE.c.until <= now))
            if db.execute(select(func.count()).select_from(MUTE)).scalar_one() >= _MOST_MUTES:
                raise BadMuteError(f"There are {_MOST_MUTES} mutes already.")
            key = db.execute(insert(MUTE).values(values)).inserted_primary_key
            hold_anew(db, whom, now)
        return msgspec.structs.replace(mute, id=int(key[0]) if key else 0)

    def unmute(self, number: int, now: datetime, whom: Whom) -> None:
        """Take a mute away, and let be told what it alone kept back; raises NoSuchAlertError."""
        with self._database.writing() as db:
            if not db.execute(delete(MUTE).where(MUTE.c.id == number)).rowcount:
                raise NoSuchAlertError(f"No mute has the number {number}.")
            hold_anew(db, whom, now)

    def mutes(self, now: datetime) -> list[Mute]:
        """Return the mutes in force."""
        with self._database.reading() as db:
            return mutes_in_force(db, now)

    # -- telling

    def due(self, channel: str, now: datetime, limit: int) -> list[Due]:
        """Return what is to be told on a channel now, oldest first."""
        mine = waiting().where(OUTBOX.c.channel == channel, OUTBOX.c.due_at <= now)
        with self._database.reading() as db:
            return [due_of(row) for row in db.execute(mine.limit(limit)).mappings()]

    def told(self, due: Iterable[Due]) -> None:
        """Write that these were told."""
        with self._database.writing() as db:
            forget(db, [one.id for one in due])

    def postponed(self, channel: str, now: datetime, until: datetime) -> None:
        """Write that a channel could not be told what is due now, and when to try again.

        What could be told of an alert for more than a day is given up.
        """
        mine = OUTBOX.c.channel == channel
        fresh = select(OUTBOX.c.alert).where(mine, OUTBOX.c.not_before >= now - _GIVE_UP_AFTER)
        later = {"tries": OUTBOX.c.tries + 1, "due_at": until}
        with self._database.writing() as db:
            db.execute(delete(OUTBOX).where(mine, OUTBOX.c.alert.not_in(fresh)))
            db.execute(update(OUTBOX).where(mine, OUTBOX.c.due_at <= now).values(later))

    def tell_only(self, channels: Collection[str]) -> None:
        """Forget what was for channels that are configured no more."""
        with self._database.writing() as db:
            db.execute(delete(OUTBOX).where(OUTBOX.c.channel.not_in(list(channels))))


def _open(db: Connection) -> list[Record]:
    rows = select(ALERT).where(ALERT.c.cleared_at.is_(None)).order_by(ALERT.c.id)
    return [record_of(row) for row in db.execute(rows).mappings()]


def _change(db: Connection, changed: Mapping[int, Alert]) -> None:
    """Write how far these areas reach now, by their numbers."""
    rows = [{"number": number, **extent_of(alert)} for number, alert in changed.items()]
    if rows:
        columns: dict[str, Any] = {name: bindparam(name) for name in rows[0] if name != "number"}
        db.execute(update(ALERT).where(_THIS).values(columns), rows)


def _back(
    were: Mapping[Key, Record], cleared: Iterable[Key], now: datetime
) -> list[dict[str, Any]]:
    """Return the boxes that are back of areas that are open."""
    back = {key.where for key in cleared if key.kind is Kind.OFFLINE}
    return [
        {"alert": area.id, "box": box, "at": now}
        for area in were.values()
        for box in area.alert.boxes
        if box in back
    ]
