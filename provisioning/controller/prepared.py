"""An insert of many rows, prepared once and given straight to the driver.

Of a row, SQLAlchemy's own way makes a dictionary, looks every name up in it and makes another:
twice what SQLite then takes to store it. Values go through their columns' types here too, so what
is stored is the same.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Dialect, Table
from sqlalchemy.dialects import postgresql, sqlite

Insert = sqlite.Insert | postgresql.Insert


class PreparedInsert:
    """`statement` for rows that have these names. For drivers whose parameters have places."""

    def __init__(
        self, dialect: Dialect, table: Table, statement: Insert, names: Iterable[str]
    ) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=list(names))
        self._sql = str(compiled)
        types = ((name, table.c[name].type) for name in compiled.positiontup or ())
        self._columns: list[tuple[str, Callable[[Any], Any] | None]] = [
            (name, kind.dialect_impl(dialect).bind_processor(dialect)) for name, kind in types
        ]

    def put(self, db: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert the rows in their order; there must be some. Raises what SQLAlchemy raises."""
        columns: list[Iterable[Any]] = []
        for name, stored in self._columns:
            values = [row[name] for row in rows]
            columns.append(map(stored, values) if stored else values)
        db.exec_driver_sql(self._sql, list(zip(*columns, strict=True)))
