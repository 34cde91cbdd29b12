"""The register's SQLite. Blocking; owned by one thread.

WAL with `synchronous=FULL`: what a transaction committed survives a power cut. What is deleted is
overwritten in the file (`secure_delete`). SQLite's own errors leave as StorageError.
"""

import contextlib
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, Self, TypeVar

import msgspec

from devices.runtime.database import opened, transaction, translated
from kiosk.register.schema import Tables, migrate

S = TypeVar("S", bound=msgspec.Struct)


class Store:
    """The open database. `transaction()` makes several writes one fact."""

    def __init__(self, path: Path, tables: Tables, *, limit_mb: int = 4096) -> None:
        self._db = opened(path, limit_mb=limit_mb)
        with translated():
            path.chmod(0o600)
            self._db.execute("PRAGMA secure_delete = ON")
            migrate(self._db, tables)

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def transaction(self) -> contextlib.AbstractContextManager[None]:
        """Make everything inside one fact: all of it is on the disk at the end, or nothing is."""
        return transaction(self._db)

    def run(self, sql: str, *values: object) -> int:
        """Carry out one statement; return how many rows it changed."""
        with translated():
            return self._db.execute(sql, tuple(map(plain, values))).rowcount

    def all(self, sql: str, *values: object) -> Sequence[tuple[Any, ...]]:
        """Return every row."""
        with translated():
            return self._db.execute(sql, tuple(map(plain, values))).fetchall()

    def value(self, sql: str, *values: object) -> Any:
        """Return the first column of the first row, None without one."""
        rows = self.all(sql, *values)
        return rows[0][0] if rows else None

    def add(self, table: str, row: msgspec.Struct) -> None:
        """Insert a struct whose fields are columns of the table."""
        names = row.__struct_fields__
        marks = ", ".join("?" * len(names))
        sql = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})"  # noqa: S608 - our own names
        self.run(sql, *(getattr(row, name) for name in names))

    def rows(self, kind: type[S], table: str, where: str = "", *values: object) -> list[S]:
        """Return rows as structs whose fields are columns; `where` begins with its own word."""
        names = kind.__struct_fields__
        sql = f"SELECT {', '.join(names)} FROM {table} {where}"  # noqa: S608 - our own names
        return [
            msgspec.convert(dict(zip(names, row, strict=True)), kind, strict=False)
            for row in self.all(sql, *values)
        ]

    def row(self, kind: type[S], table: str, where: str, *values: object) -> S | None:
        """Return the first of them, None without one."""
        rows = self.rows(kind, table, where, *values)
        return rows[0] if rows else None


def plain(value: object) -> object:
    """Return a value as SQLite keeps it: times and days as ISO text, which sorts as they do."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value.isoformat() if isinstance(value, date | time) else value
