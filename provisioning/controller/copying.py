"""All of one store into another, empty one: from SQLite to PostgreSQL when a province grows."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Table, delete, func, insert, inspect, select

from devices.contract.errors import MotcuaError
from provisioning.controller.database import Database
from provisioning.controller.schema import METADATA

_AT_ONCE = 1_000


class NotEmptyError(MotcuaError):
    """The store to copy into holds something already."""

    code = "store.not_empty"


def copy(source: Database, to: str) -> dict[str, int]:
    """Copy every table to a database without tables; returns how many rows each has.

    Of one moment of the source; all of it is in the target then, or nothing. Raises NotEmptyError,
    StorageError.
    """
    with Database.unmigrated(to) as db:
        if inspect(db).get_table_names():
            raise NotEmptyError("The database to copy into has tables already.")
    target = Database(to)
    try:
        with source.reading() as old, target.writing() as new:
            return _copied(old, new)
    finally:
        target.close()


def _copied(old: Connection, new: Connection) -> dict[str, int]:
    for table in reversed(METADATA.sorted_tables):
        new.execute(delete(table))  # what a store is born with
    copied: dict[str, int] = {}
    for table in METADATA.sorted_tables:
        copied[table.name] = sum(_put(new, table, rows) for rows in _rows(old, table))
        _count_on(new, table)
    return copied


def _rows(db: Connection, table: Table) -> Iterator[list[dict[str, Any]]]:
    found = db.execute(select(table).order_by(*table.primary_key)).mappings()
    while rows := [dict(row) for row in islice(found, _AT_ONCE)]:
        yield rows


def _put(db: Connection, table: Table, rows: list[dict[str, Any]]) -> int:
    db.execute(insert(table), rows)
    return len(rows)


def _count_on(db: Connection, table: Table) -> None:
    """Let PostgreSQL number new rows above those that were copied."""
    column = table.autoincrement_column
    if db.dialect.name != "postgresql" or column is None:
        return
    sequence = select(func.pg_get_serial_sequence(table.name, column.name)).scalar_subquery()
    highest = db.execute(select(func.max(column))).scalar()
    if highest and db.execute(select(sequence)).scalar():
        db.execute(select(func.setval(sequence, highest)))
