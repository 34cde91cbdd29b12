"""The database behind the controller: SQLAlchemy Core on SQLite, or PostgreSQL by setting.

Blocking; called on worker threads. What a database refuses raises StorageError, and then nothing of
that transaction is kept.
"""

import contextlib
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import alembic.command
import alembic.config
import alembic.script
import psycopg
from sqlalchemy import URL, Connection, Engine, Table, create_engine, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from devices.contract.errors import StorageError
from provisioning.controller.prepared import Insert, PreparedInsert

_INSERT: dict[str, Callable[[Table], Insert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}
_BUSY_MS = 10_000
_WRITES = "writes"
_MIGRATION_LOCK = 0x6D6F7463  # any number that is always the same


class Database:
    """The open database, its tables up to date. Each room of the controller keeps its own tables.

    Raises StorageError when it cannot be opened.
    """

    def __init__(self, url: str) -> None:
        self._engine = _engine(url)
        self._writer = self._engine.execution_options(**{_WRITES: True})
        self._prepared: dict[tuple[object, ...], PreparedInsert] = {}
        with self.writing() as db:
            _migrate(db)

    @staticmethod
    @contextlib.contextmanager
    def unmigrated(url: str | URL) -> Iterator[Connection]:
        """Yield a connection to a database as it is, whatever its tables."""
        with refused():
            engine = create_engine(url)
            try:
                with engine.connect() as db:
                    yield db
            finally:
                engine.dispose()

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """Yield a transaction: durable at its end, or nothing of it is kept.

        On SQLite the only one that writes, from its beginning on: what it reads stays true.
        """
        with refused(), self._writer.begin() as db:
            yield db

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """Yield a connection to read with."""
        with refused(), self._engine.connect() as db:
            yield db

    def insert(self, table: Table) -> Insert:
        """Return an insert that knows what to do on a conflict."""
        return _INSERT[self._engine.dialect.name](table)

    def add(self, db: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
        """Insert rows, but those whose keys are there. All rows have the same names."""
        self._put(db, self._adding, table, rows)

    def upsert(self, db: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
        """Insert rows, or replace what stands under their primary keys. All have the same names."""
        self._put(db, self._replacing, table, rows)

    def _adding(self, table: Table) -> Insert:
        return self.insert(table).on_conflict_do_nothing()

    def _replacing(self, table: Table) -> Insert:
        keys = [column.name for column in table.primary_key]
        statement = self.insert(table)
        fresh = {c.name: statement.excluded[c.name] for c in table.c if c.name not in keys}
        if not fresh:
            return statement.on_conflict_do_nothing()
        return statement.on_conflict_do_update(index_elements=keys, set_=fresh)

    def _put(
        self,
        db: Connection,
        way: Callable[[Table], Insert],
        table: Table,
        rows: Sequence[dict[str, Any]],
    ) -> None:
        if not rows:
            return
        key = (way, table, *rows[0])
        if key not in self._prepared:
            self._prepared[key] = PreparedInsert(db.dialect, table, way(table), rows[0])
        self._prepared[key].put(db, rows)


def known_revisions() -> frozenset[str]:
    """Return the versions of the tables that this program knows."""
    scripts = alembic.script.ScriptDirectory.from_config(_steps())
    return frozenset(script.revision for script in scripts.walk_revisions())


@contextlib.contextmanager
def refused() -> Iterator[None]:
    """Turn what the database refuses into StorageError."""
    try:
        yield
    except (SQLAlchemyError, OSError) as error:
        raise StorageError(f"the database refused: {error}") from error


def _engine(url: str) -> Engine:
    with refused():
        if url.startswith("sqlite"):
            engine = create_engine(url)
        else:
            engine = create_engine(url, pool_pre_ping=True, paramstyle="format")  # `%s`: in places
        if engine.dialect.name == "sqlite" and engine.url.database:
            Path(engine.url.database).parent.mkdir(parents=True, exist_ok=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _tune_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "connect", _tune_postgresql)
    return engine


def _tune_sqlite(connection: sqlite3.Connection, _: object) -> None:
    """WAL, and durable at each commit: after the acknowledgement the box forgets the event."""
    connection.isolation_level = None  # transactions begin where we say so
    for pragma in ("journal_mode=WAL", "synchronous=FULL", f"busy_timeout={_BUSY_MS}"):
        connection.execute(f"PRAGMA {pragma}")


def _tune_postgresql(connection: psycopg.Connection, _: object) -> None:
    """Hours of a day are counted in UTC, whatever the server's own zone."""
    connection.execute("SET TIME ZONE 'UTC'")
    connection.commit()


def _begin_sqlite(db: Connection) -> None:
    """Let a transaction that writes wait for its turn now: in its middle it would be refused."""
    writes = db.get_execution_options().get(_WRITES)
    db.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _migrate(db: Connection) -> None:
    """Bring the tables up to date; of processes that start together one does it."""
    if db.dialect.name == "postgresql":
        db.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
    config = _steps()
    config.attributes["connection"] = db
    alembic.command.upgrade(config, "head")


def _steps() -> alembic.config.Config:
    config = alembic.config.Config()
    config.set_main_option("script_location", "provisioning.controller:migrations")
    return config
