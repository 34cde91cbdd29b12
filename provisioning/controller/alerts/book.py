"""The book of alerts: what is open, what was, who has seen it, what is muted, who must be told."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update

from devices.contract.errors import MotcuaError
from provisioning.controller.alerts.readings import Key
from provisioning.controller.alerts.rules import Kind, Severity
from provisioning.controller.alerts.tables import ALERT, MUTE, OUTBOX
from provisioning.controller.alerts.watch import Alert, News
from provisioning.controller.database import Database

_MOST_MUTES = 1_000
_LONGEST_MUTE = timedelta(days=31)
_LONGEST_TEXT = 500
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
        rows = select(ALERT).where(ALERT.c.cleared_at.is_(None)).order_by(ALERT.c.id)
        with self._database.reading() as db:
            return [_record(row) for row in db.execute(rows).mappings()]

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
            for alert in news.raised:
                _insert(db, alert, now, tell(alert))
            for alert in news.changed:
                db.execute(
                    update(ALERT)
                    .where(*_is_open(alert.key))
                    .values(boxes=msgspec.json.encode(alert.boxes), value=alert.value)
                )
            for key in news.cleared:
                _clear(db, key, now, tell)
        return self.open()

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

    def due(self, now: datetime, limit: int) -> list[Due]:
        """Return what is to be told now, oldest first."""
        rows = (
            select(OUTBOX.c.id.label("due"), OUTBOX.c.channel, OUTBOX.c.what, OUTBOX.c.tries, ALERT)
            .join(ALERT, ALERT.c.id == OUTBOX.c.alert)
            .where(OUTBOX.c.due_at <= now)
            .order_by(OUTBOX.c.id)
            .limit(limit)
        )
        with self._database.reading() as db:
            return [_due(row) for row in db.execute(rows).mappings()]

    def told(self, numbers: Iterable[int]) -> None:
        """Write that these were told, or are given up."""
        with self._database.writing() as db:
            db.execute(delete(OUTBOX).where(OUTBOX.c.id.in_(list(numbers))))

    def postponed(self, due: Iterable[Due], until: datetime) -> None:
        """Write that these could not be told, and when to try again."""
        with self._database.writing() as db:
            for one in due:
                values = {"tries": one.tries + 1, "due_at": until}
                db.execute(update(OUTBOX).where(OUTBOX.c.id == one.id).values(values))


def _insert(db: Connection, alert: Alert, now: datetime, channels: Iterable[str]) -> None:
    if db.execute(select(ALERT.c.id).where(*_is_open(alert.key))).first():
        return  # written before we were ended
    row = {
        "kind": alert.key.kind.value,
        "place": alert.key.where,
        "subject": alert.key.subject,
        "severity": alert.severity.value,
        "since": alert.since,
        "value": alert.value,
        "code": alert.code[:_LONGEST_TEXT],
        "text": alert.text.replace("\0", "")[:_LONGEST_TEXT],
        "boxes": msgspec.json.encode(alert.boxes),
        "raised_at": now,
        "acknowledged_by": "",
        "note": "",
    }
    key = db.execute(insert(ALERT).values(row)).inserted_primary_key
    _queue(db, int(key[0]) if key else 0, "raised", channels, now)


def _clear(db: Connection, key: Key, now: datetime, tell: Tell) -> None:
    row = db.execute(select(ALERT).where(*_is_open(key))).mappings().one_or_none()
    if row is None:
        return
    db.execute(update(ALERT).where(ALERT.c.id == row["id"]).values(cleared_at=now))
    _queue(db, row["id"], "cleared", tell(_record(row).alert), now)


def _queue(db: Connection, alert: int, what: str, channels: Iterable[str], now: datetime) -> None:
    for channel in channels:
        row = {"alert": alert, "channel": channel, "what": what, "tries": 0, "due_at": now}
        db.execute(insert(OUTBOX).values(row))


def _is_open(key: Key) -> tuple[Any, ...]:
    return (
        ALERT.c.cleared_at.is_(None),
        ALERT.c.kind == key.kind.value,
        ALERT.c.place == key.where,
        ALERT.c.subject == key.subject,
    )


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
