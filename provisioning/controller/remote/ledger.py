"""Orders in the store: every one that was given, by whom, and what came of it. Blocking."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Protocol

import msgspec
from sqlalchemy import Connection, Select, delete, insert, select, update

from devices.contract.errors import NotFoundError
from provisioning.controller.database import Database
from provisioning.controller.remote.records import OPEN, OrderRecord, State
from provisioning.controller.remote.tables import COMMAND, UPLOAD
from provisioning.controller.remote.uploads import Expected, row_of

_MOST_OPEN = 5000
_AT_ONCE = 500  # to forget: others wait for one transaction
_FIELDS = OrderRecord.__struct_fields__


class NoSuchOrderError(NotFoundError):
    """There is no such order."""


class Audit(Protocol):
    """The audit log, as this room writes it."""

    def writing(
        self, actor: str, action: str, subject: str, detail: str = ""
    ) -> AbstractContextManager[Connection]:
        """Yield a transaction that keeps this record and what is written in it, or neither."""
        ...


class Ledger:
    """The orders. Every method raises StorageError when the database refuses."""

    def __init__(self, database: Database, audit: Audit) -> None:
        self._database = database
        self._audit = audit

    def put(self, record: OrderRecord, expected: Expected | None) -> OrderRecord:
        """Keep a new order and the file it will bring; returns it with its number."""
        detail = f"{record.name} {record.reason}".strip()
        with self._audit.writing(record.actor, record.kind, record.box, detail) as db:
            row = msgspec.structs.asdict(record)
            del row["id"]
            key = db.execute(insert(COMMAND).values(row)).inserted_primary_key
            if expected:
                db.execute(insert(UPLOAD).values(row_of(expected)))
        return msgspec.structs.replace(record, id=int(key[0]) if key else 0)

    def turn(self, record: OrderRecord) -> None:
        """Keep what an order has become."""
        with self._database.writing() as db:
            _write(db, record)

    def end(self, record: OrderRecord) -> None:
        """Keep how an order ended, in the audit log too."""
        detail = f"{record.name} {record.state} {record.code}".strip()
        action = f"{record.kind}.ended"
        with self._audit.writing(record.actor, action, record.box, detail) as db:
            _write(db, record)

    def open(self) -> list[OrderRecord]:
        """Return the orders that have not ended, oldest first."""
        rows = _records().where(COMMAND.c.state.in_(OPEN)).order_by(COMMAND.c.id)
        return list(self._read(rows.limit(_MOST_OPEN)))

    def of_box(self, box: str, *, before: int = 2**53, limit: int = 20) -> list[OrderRecord]:
        """Return a box's orders, newest first, downwards from `before`."""
        rows = _records().where(COMMAND.c.box == box, COMMAND.c.id < before)
        return list(self._read(rows.order_by(COMMAND.c.id.desc()).limit(limit)))

    def order(self, name: str) -> OrderRecord:
        """Return an order by its name; raises NoSuchOrderError."""
        for record in self._read(_records().where(COMMAND.c.name == name)):
            return record
        raise NoSuchOrderError

    def forget_some(self, now: datetime, *, days: int) -> int:
        """Forget a bounded number of ended orders of long ago; the audit log keeps them.

        Returns how many went; none are left when it is 0.
        """
        ended = select(COMMAND.c.id, COMMAND.c.asked_at).where(COMMAND.c.state.not_in(OPEN))
        before = now - timedelta(days=days)
        with self._database.writing() as db:
            oldest = db.execute(ended.order_by(COMMAND.c.id).limit(_AT_ONCE))
            old = [row.id for row in takewhile(lambda row: row.asked_at < before, oldest)]
            return db.execute(delete(COMMAND).where(COMMAND.c.id.in_(old))).rowcount if old else 0

    def _read(self, rows: Select[tuple[object, ...]]) -> Iterator[OrderRecord]:
        with self._database.reading() as db:
            for row in db.execute(rows).mappings():
                fields = {str(name): value for name, value in row.items()}
                yield OrderRecord(**fields | {"state": State(row["state"])})


def _records() -> Select[tuple[object, ...]]:
    return select(*(COMMAND.c[name] for name in _FIELDS))


def _write(db: Connection, record: OrderRecord) -> None:
    row = msgspec.structs.asdict(record)
    for fixed in ("id", "name"):
        del row[fixed]
    db.execute(update(COMMAND).where(COMMAND.c.name == record.name).values(row))
