"""What is read from the store: functions of an open connection."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

import msgspec
from sqlalchemy import (
    Column,
    Connection,
    Float,
    Row,
    RowMapping,
    Select,
    case,
    cast,
    extract,
    func,
    select,
)

from kiosk.domain.steps import TicketState
from provisioning.controller.figures import HOURS, Figures, together
from provisioning.controller.marks import JournalKey, Mark
from provisioning.controller.tables import EVENT, JOURNAL, TICKET, WAITING
from provisioning.controller.tickets import TicketRow

_IN_AT_ONCE = 400  # SQLite takes 999 parameters in its oldest builds
_LOCAL_HOURS = 7  # Viet Nam, no daylight saving (domain G-3)


class StoredEvent(msgspec.Struct, frozen=True):
    """An event as it is stored; `id` orders arrivals, and `body` is the event as it came."""

    id: int
    box: str
    part: str
    boot: int
    seq: int
    at: datetime
    kind: str
    body: str


class JournalFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Of all journals of a box: how many events nobody has, and when one was stored last."""

    lost: int
    heard_at: datetime


def events(db: Connection, *, box: str, after: int, before: int, limit: int) -> list[StoredEvent]:
    """Return events by id: upwards from `after`, or, given `before`, downwards from it."""
    rows = select(EVENT).limit(limit)
    rows = rows.where(EVENT.c.box == box) if box else rows
    if before:
        rows = rows.where(EVENT.c.id < before).order_by(EVENT.c.id.desc())
    else:
        rows = rows.where(EVENT.c.id > after).order_by(EVENT.c.id)
    return [_stored(row) for row in db.execute(rows).mappings()]


def tickets(db: Connection, day: date) -> list[TicketRow]:
    """Return the tickets of a day."""
    found = db.execute(select(TICKET).where(TICKET.c.day == day))
    return [_ticket(row) for row in found]


def figures(
    db: Connection, day: date, boxes: Iterable[str] | None
) -> dict[str, dict[str, Figures]]:
    """Return the figures of a day by box and service, of all boxes or of these."""
    known: dict[str, dict[str, Figures]] = {}
    for row in _among(db, _counting(day), TICKET.c.box, boxes):
        services = known.setdefault(row.box, {})
        before = services.get(row.service, Figures())
        services[row.service] = together((before, _figures(row)))
    return known


def journals(db: Connection, boxes: Iterable[str] | None) -> dict[str, JournalFacts]:
    """Return what is known of the journals of all boxes, or of these."""
    lost = func.sum(cast(JOURNAL.c.lost, Float))  # whole numbers of one box could overflow for all
    rows = select(JOURNAL.c.box, lost, func.max(JOURNAL.c.heard_at))
    return {
        box: JournalFacts(lost=int(lost), heard_at=heard_at)
        for box, lost, heard_at in map(
            tuple, _among(db, rows.group_by(JOURNAL.c.box), JOURNAL.c.box, boxes)
        )
    }


def latest_marks(db: Connection) -> dict[JournalKey, Mark]:
    """Return the journal heard last of every part, and how far it is stored."""
    rows = select(JOURNAL).order_by(JOURNAL.c.heard_at)
    latest = {(row.box, row.part): row for row in db.execute(rows)}
    return {
        JournalKey(row.box, row.part, row.boot): Mark(row.seq, row.lost) for row in latest.values()
    }


def waiting(db: Connection, boxes: Iterable[str]) -> Iterator[Row[Any]]:
    """Yield the entries of these boxes that wait above a gap."""
    return _among(db, select(WAITING), WAITING.c.box, boxes)


def earlier(db: Connection, key: JournalKey) -> int:
    """Return how far the earlier incarnations of a journal are stored."""
    own = (JOURNAL.c.box == key.box, JOURNAL.c.part == key.part, JOURNAL.c.boot < key.boot)
    return db.execute(select(func.max(JOURNAL.c.seq)).where(*own)).scalar() or 0


def known_tickets(db: Connection, named: set[tuple[str, str]]) -> dict[tuple[str, str], TicketRow]:
    """Return the tickets of these boxes and names, box by box as the primary key has them."""
    known: dict[tuple[str, str], TicketRow] = {}
    for box, names in groupby(sorted(named), key=itemgetter(0)):
        rows = select(TICKET).where(TICKET.c.box == box)
        for row in _among(db, rows, TICKET.c.ticket, [name for _, name in names]):
            known[box, row.ticket] = _ticket(row)
    return known


def _counting(day: date) -> Select[Any]:
    """Return the query that counts a day's tickets by box, service and the hour (UTC) of issue."""
    waiting = TICKET.c.state == TicketState.WAITING.value
    hour = extract("hour", TICKET.c.issued_at)
    return (
        select(
            TICKET.c.box,
            TICKET.c.service,
            hour.label("hour"),
            func.count().label("issued"),
            func.count(case((waiting, 1))).label("waiting"),
            func.count(case((TICKET.c.state == TicketState.SERVED.value, 1))).label("served"),
            func.count(TICKET.c.waited_s).label("called"),
            func.coalesce(func.sum(TICKET.c.waited_s), 0.0).label("waited_s"),
            func.coalesce(func.max(TICKET.c.waited_s), 0.0).label("longest_called_s"),
            func.min(case((waiting, TICKET.c.issued_at))).label("oldest_waiting"),
        )
        .where(TICKET.c.day == day)
        .group_by(TICKET.c.box, TICKET.c.service, hour)
    )


def _figures(row: Row[Any]) -> Figures:
    by_hour = [0] * HOURS
    if row.hour is not None:
        by_hour[(int(row.hour) + _LOCAL_HOURS) % HOURS] = row.issued
    return Figures(
        issued=row.issued,
        waiting=row.waiting,
        served=row.served,
        called=row.called,
        waited_s=row.waited_s,
        longest_called_s=row.longest_called_s,
        oldest_waiting=row.oldest_waiting,
        by_hour=tuple(by_hour),
    )


def _among(
    db: Connection, rows: Select[Any], column: Column[Any], values: Iterable[str] | None
) -> Iterator[Row[Any]]:
    """Yield the rows that have one of these values in the column, or all when None is given."""
    if values is None:
        yield from db.execute(rows)
        return
    for some in _chunks(sorted(values)):
        yield from db.execute(rows.where(column.in_(some)))


def _ticket(row: Row[Any]) -> TicketRow:
    return TicketRow(**(row._asdict() | {"state": TicketState(row.state)}))


def _stored(row: RowMapping) -> StoredEvent:
    fields = dict(row)
    fields["body"] = fields["body"].decode(errors="replace")
    return StoredEvent(**fields)


def _chunks(values: list[str]) -> Iterator[list[str]]:
    for at in range(0, len(values), _IN_AT_ONCE):
        yield values[at : at + _IN_AT_ONCE]
