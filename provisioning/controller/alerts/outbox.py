"""What is to be told, in the transaction of what it is of; mutes keep it back until their end."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, bindparam, delete, insert, select, update

from provisioning.controller.alerts.records import Mute, Record, Whom
from provisioning.controller.alerts.rows import due_of
from provisioning.controller.alerts.tables import ALERT, MUTE, OUTBOX

_RAISED, _CLEARED = "raised", "cleared"


class _Told(NamedTuple):
    """Which alert is told on which channel, and when."""

    alert: int
    channel: str
    moment: datetime


def waiting() -> Select[Any]:
    """Return what is to be told, each with its alert, oldest first."""
    what = (OUTBOX.c.channel, OUTBOX.c.what, OUTBOX.c.tries)
    rows = select(OUTBOX.c.id.label("due"), *what, ALERT)
    return rows.join(ALERT, ALERT.c.id == OUTBOX.c.alert).order_by(OUTBOX.c.id)


def mutes_in_force(db: Connection, now: datetime) -> list[Mute]:
    """Return them, the next to end first."""
    rows = select(MUTE).where(MUTE.c.until > now).order_by(MUTE.c.until)
    return [Mute(**row) for row in db.execute(rows).mappings()]


def queue_raised(db: Connection, records: Iterable[Record], whom: Whom, now: datetime) -> None:
    """Have it told that these began, when the last mute of them ends."""
    _queue(db, _RAISED, _told(db, records, whom, now))


def queue_cleared(db: Connection, records: Collection[Record], whom: Whom, now: datetime) -> None:
    """Have it told that these are over, but to nobody whom a mute kept from hearing they began."""
    if not records:
        return
    held = select(OUTBOX).where(OUTBOX.c.not_before > now, OUTBOX.c.what == _RAISED)
    over = {one.id for one in records}
    untold = {(row.alert, row.channel): row.id for row in db.execute(held) if row.alert in over}
    forget(db, untold.values())
    told = _told(db, records, whom, now)
    _queue(db, _CLEARED, [one for one in told if (one.alert, one.channel) not in untold])


def hold_anew(db: Connection, whom: Whom, now: datetime) -> None:
    """Keep back what mutes keep back until the end of those that there are now."""
    mutes = mutes_in_force(db, now)
    held = db.execute(waiting().where(OUTBOX.c.not_before > now)).mappings().all()
    rows = [
        {"number": one.id, "moment": whom(one.record.alert, mutes).get(one.channel) or now}
        for one in map(due_of, held)
    ]
    if rows:
        moment: dict[str, Any] = dict.fromkeys(("not_before", "due_at"), bindparam("moment"))
        db.execute(update(OUTBOX).where(OUTBOX.c.id == bindparam("number")).values(moment), rows)


def forget(db: Connection, numbers: Iterable[int]) -> None:
    """Let go of these: they were told, or shall not be."""
    if rows := [{"number": number} for number in numbers]:
        db.execute(delete(OUTBOX).where(OUTBOX.c.id == bindparam("number")), rows)


def _told(db: Connection, records: Iterable[Record], whom: Whom, now: datetime) -> list[_Told]:
    mutes = mutes_in_force(db, now)
    return [
        _Told(one.id, channel, until or now)
        for one in records
        for channel, until in whom(one.alert, mutes).items()
    ]


def _queue(db: Connection, what: str, told: Iterable[_Told]) -> None:
    rows = [
        {
            "alert": one.alert,
            "channel": one.channel,
            "what": what,
            "tries": 0,
            "not_before": one.moment,
            "due_at": one.moment,
        }
        for one in told
    ]
    if rows:
        db.execute(insert(OUTBOX), rows)
