"""The book of alerts: what is open, what was, who has seen it, what is muted, who must be told."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import (
    Connection,
    RowMapping,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from devices.contract.errors import MotcuaError
from provisioning.controller.alerts.readings import Key
from provisioning.controller.alerts.rules import Kind, Severity
from provisioning.controller.alerts.tables import ALERT, BACK, MUTE, OUTBOX
from provisioning.controller.alerts.watch import Alert, News
from provisioning.controller.database import Database

_MOST_MUTES = 1_000
_LONGEST_MUTE = timedelta(days=31)
_LONGEST_TEXT = 500
_GIVE_UP_AFTER = timedelta(days=1)
Tell = Callable[[Alert], Iterable[str]]
"""Names the channels that shall hear of an alert."""
_boxes = msgspec.json.Decoder(tuple[str, ...])


class NoSuchAlertError(MotcuaError):
    """There is no alert, or no mute, of this number."""

    code = "not_found"


class BadMuteError(MotcuaError):
    """A mute that ends in the past or in more than 31 days, or one too many."""

    code = "alerts.bad_mute"


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """An alert in the book."""

    id: int
    alert: Alert
    raised_at: datetime
    cleared_at: datetime | None = None
    acknowledged_at: datetime | None = None
    acknowledged_by: str = ""
    note: str = ""


class Mute(msgspec.Struct, frozen=True, kw_only=True):
    """Nobody is told of alerts of a place and a kind until then; both empty is of all."""

    id: int = 0
    place: str = ""
    kind: str = ""
    until: datetime
    by: str
    why: str = ""

    def covers(self, alert: Alert, path: Sequence[str]) -> bool:
        """Whether it is about this alert, whose place stands at the end of this path of units."""
        return (not self.kind or self.kind == alert.key.kind) and (
            not self.place or self.place == alert.key.where or self.place in path
        )


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """Something to tell on a channel: `what` is raised or cleared."""

    id: int
    channel: str
    what: str
    tries: int
    record: Record


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
            return [_record(row) for row in found]

    def write(self, news: News, now: datetime, tell: Tell) -> list[Record]:
        """Write what became of alerts, and queue its telling, as one fact; returns what is open.

        `tell` names the channels that shall hear of an alert.
        """
        with self._database.writing() as db:
            were = {one.alert.key: one for one in _open(db)}
            raised = {one.key: one for one in news.raised if one.key not in were}
            if raised:  # the others were written before we were ended
                db.execute(insert(ALERT), [_row(alert, now) for alert in raised.values()])
            for alert in news.changed:
                if before := were.get(alert.key):
                    grown = {"boxes": msgspec.json.encode(alert.boxes), "value": alert.value}
                    db.execute(update(ALERT).where(ALERT.c.id == before.id).values(grown))
            over = [were[key] for key in dict.fromkeys(news.cleared) if key in were]
            if over:
                one = update(ALERT).where(ALERT.c.id == bindparam("number"))
                db.execute(one.values(cleared_at=now), [{"number": each.id} for each in over])
            self._database.upsert(db, BACK, _back(were, news.cleared, now))
            still = _open(db)
            fresh = [one for one in still if one.alert.key in raised]
            _queue(db, "raised", fresh, tell, now)
            _queue(db, "cleared", over, tell, now)
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
            return _record(row)

    def alert(self, number: int) -> Record:
        """Return the alert of this number; raises NoSuchAlertError."""
        with self._database.reading() as db:
            row = db.execute(select(ALERT).where(ALERT.c.id == number)).mappings().one_or_none()
        if row is None:
            raise NoSuchAlertError(f"No alert has the number {number}.")
        return _record(row)

    def mute(self, mute: Mute, now: datetime) -> Mute:
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
        return msgspec.structs.replace(mute, id=int(key[0]) if key else 0)

    def unmute(self, number: int) -> None:
        """Take a mute away; raises NoSuchAlertError."""
        with self._database.writing() as db:
            if not db.execute(delete(MUTE).where(MUTE.c.id == number)).rowcount:
                raise NoSuchAlertError(f"No mute has the number {number}.")

    def mutes(self, now: datetime) -> list[Mute]:
        """Return the mutes in force."""
        rows = select(MUTE).where(MUTE.c.until > now).order_by(MUTE.c.until)
        with self._database.reading() as db:
            return [Mute(**row) for row in db.execute(rows).mappings()]

    # -- telling

    def due(self, channel: str, now: datetime, limit: int) -> list[Due]:
        """Return what is to be told on a channel now, oldest first."""
        rows = (
            select(OUTBOX.c.id.label("due"), OUTBOX.c.channel, OUTBOX.c.what, OUTBOX.c.tries, ALERT)
            .join(ALERT, ALERT.c.id == OUTBOX.c.alert)
            .where(OUTBOX.c.channel == channel, OUTBOX.c.due_at <= now)
            .order_by(OUTBOX.c.id)
            .limit(limit)
        )
        with self._database.reading() as db:
            return [_due(row) for row in db.execute(rows).mappings()]

    def told(self, due: Iterable[Due]) -> None:
        """Write that these were told."""
        with self._database.writing() as db:
            this = delete(OUTBOX).where(OUTBOX.c.id == bindparam("number"))
            db.execute(this, [{"number": one.id} for one in due])

    def postponed(self, channel: str, now: datetime, until: datetime) -> None:
        """Write that a channel could not be told what is due now, and when to try again.

        What became of an alert more than a day ago is given up.
        """
        before = now - _GIVE_UP_AFTER
        mine = OUTBOX.c.channel == channel
        old = select(ALERT.c.id).where(
            ALERT.c.raised_at < before,
            or_(ALERT.c.cleared_at.is_(None), ALERT.c.cleared_at < before),
        )
        later = {"tries": OUTBOX.c.tries + 1, "due_at": until}
        with self._database.writing() as db:
            db.execute(delete(OUTBOX).where(mine, OUTBOX.c.alert.in_(old)))
            db.execute(update(OUTBOX).where(mine, OUTBOX.c.due_at <= now).values(later))

    def tell_only(self, channels: Collection[str]) -> None:
        """Forget what was for channels that are configured no more."""
        with self._database.writing() as db:
            db.execute(delete(OUTBOX).where(OUTBOX.c.channel.not_in(list(channels))))


def _open(db: Connection) -> list[Record]:
    rows = select(ALERT).where(ALERT.c.cleared_at.is_(None)).order_by(ALERT.c.id)
    return [_record(row) for row in db.execute(rows).mappings()]


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


def _row(alert: Alert, now: datetime) -> dict[str, Any]:
    return {
        "kind": alert.key.kind.value,
        "place": alert.key.where,
        "subject": alert.key.subject,
        "severity": alert.severity.value,
        "since": alert.since,
        "value": alert.value,
        "code": alert.code,
        "text": alert.text,
        "boxes": msgspec.json.encode(alert.boxes),
        "raised_at": now,
        "acknowledged_by": "",
        "note": "",
    }


def _queue(db: Connection, what: str, records: list[Record], tell: Tell, now: datetime) -> None:
    rows = [
        {"alert": one.id, "channel": channel, "what": what, "tries": 0, "due_at": now}
        for one in records
        for channel in tell(one.alert)
    ]
    if rows:
        db.execute(insert(OUTBOX), rows)


def _record(row: RowMapping) -> Record:
    return Record(
        id=row["id"],
        alert=Alert(
            key=Key(Kind(row["kind"]), row["place"], row["subject"]),
            severity=Severity(row["severity"]),
            since=row["since"],
            value=row["value"],
            code=row["code"],
            text=row["text"],
            boxes=_boxes.decode(row["boxes"]),
        ),
        raised_at=row["raised_at"],
        cleared_at=row["cleared_at"],
        acknowledged_at=row["acknowledged_at"],
        acknowledged_by=row["acknowledged_by"],
        note=row["note"],
    )


def _due(row: RowMapping) -> Due:
    return Due(
        id=row["due"],
        channel=row["channel"],
        what=row["what"],
        tries=row["tries"],
        record=_record(row),
    )
