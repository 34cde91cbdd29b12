"""Exports: everything the store holds, as CSV (RFC 4180), read and sent page by page."""

from collections.abc import AsyncIterator, Callable, Collection, Iterable
from datetime import date, datetime
from typing import Any

import msgspec
from sqlalchemy import select

from devices.runtime.worker import Worker
from provisioning.controller.alerts.tables import ALERT
from provisioning.controller.database import Database
from provisioning.controller.reports.month import Month
from provisioning.controller.reports.workbook import BOM, csv_line
from provisioning.controller.tables import EVENT, TICKET

_PAGE = 2_000
TICKETS = tuple(column.name for column in TICKET.c)
EVENTS = ("id", "box", "part", "boot", "seq", "at", "kind", "body")
ALERTS = tuple(column.name for column in ALERT.c)
Rows = list[tuple[Any, ...]]
_boxes = msgspec.json.Decoder(tuple[str, ...])


def tickets_page(database: Database, day: date, after: tuple[str, str]) -> Rows:
    """Return a day's tickets after a key (box, ticket), in the order of keys."""
    box, ticket = TICKET.c.box, TICKET.c.ticket
    rows = (
        select(*TICKET.c)
        .where(TICKET.c.day == day, (box > after[0]) | ((box == after[0]) & (ticket > after[1])))
        .order_by(box, ticket)
        .limit(_PAGE)
    )
    with database.reading() as db:
        return [tuple(row) for row in db.execute(rows)]


def events_page(database: Database, box: str, after: int) -> Rows:
    """Return a box's events after a number, in the order of their arrival."""
    rows = select(*(EVENT.c[name] for name in EVENTS)).where(EVENT.c.box == box)
    rows = rows.where(EVENT.c.id > after).order_by(EVENT.c.id).limit(_PAGE)
    with database.reading() as db:
        return [(*row[:-1], row.body.decode(errors="replace")) for row in db.execute(rows)]


def alerts_page(database: Database, after: int) -> Rows:
    """Return alerts after a number."""
    rows = select(*ALERT.c).where(ALERT.c.id > after).order_by(ALERT.c.id).limit(_PAGE)
    with database.reading() as db:
        return [tuple(row) for row in db.execute(rows)]


async def tickets_csv(
    database: Database, worker: Worker, month: Month, boxes: Collection[str]
) -> AsyncIterator[str]:
    """Yield a month's tickets of some boxes; nothing of a person is in them."""
    yield BOM + csv_line(TICKETS)
    for day in month.days:
        after = ("", "")
        while rows := await worker.do(tickets_page, database, day, after):
            yield _lines(row for row in rows if row[0] in boxes)
            after = (rows[-1][0], rows[-1][1])


async def events_csv(
    database: Database, worker: Worker, boxes: Iterable[str]
) -> AsyncIterator[str]:
    """Yield the events of some boxes, as they came."""
    yield BOM + csv_line(EVENTS)
    for box in boxes:
        after = 0
        while rows := await worker.do(events_page, database, box, after):
            yield _lines(rows)
            after = rows[-1][0]


async def alerts_csv(
    database: Database, worker: Worker, sees: Callable[[str], bool]
) -> AsyncIterator[str]:
    """Yield the alerts of the places that may be seen."""
    yield BOM + csv_line(ALERTS)
    place, boxes = ALERTS.index("place"), ALERTS.index("boxes")
    after = 0
    while rows := await worker.do(alerts_page, database, after):
        after = rows[-1][0]
        named = (
            (*row[:boxes], " ".join(_boxes.decode(row[boxes])), *row[boxes + 1 :]) for row in rows
        )
        yield _lines(row for row in named if sees(row[place]))


def _lines(rows: Iterable[tuple[Any, ...]]) -> str:
    return "".join(csv_line([_told(cell) for cell in row]) for row in rows)


def _told(cell: object) -> object:
    return cell.isoformat() if isinstance(cell, datetime | date) else cell
