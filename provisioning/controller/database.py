"""The database behind the controller: SQLAlchemy Core on SQLite, or PostgreSQL by setting.

Blocking; called on worker threads. What a database refuses raises StorageError, and then nothing of
that transaction is kept.
"""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import alembic.command
import alembic.config
from sqlalchemy import Connection, Engine, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from devices.contract.errors import StorageError

_INSERT: dict[str, Callable[[Table], sqlite.Insert | postgresql.Insert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}
_BUSY_MS = 10_000


class Database:
    """The open database, its tables up to date. Each room of the controller keeps its own tables.

    Raises StorageError when it cannot be opened.
    """

    def __init__(self, url: str) -> None:
        self._engine = _engine(url)
        with _refused():
            _migrate(self._engine)

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """Yield a transaction: durable at its end, or nothing of it is kept."""
        with _refused(), self._engine.begin() as db:
            yield db

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """Yield a connection to read with."""
        with _refused(), self._engine.connect() as db:
            yield db

    def insert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        """Return an insert that knows what to do on a conflict."""
        return _INSERT[self._engine.dialect.name](table)

    def upsert(self, db: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
        """Insert rows, or replace what stands under their primary keys."""
        if not rows:
            return
        keys = [column.name for column in table.primary_key]
        statement = self.insert(table)
        fresh = {c.name: statement.excluded[c.name] for c in table.c if c.name not in keys}
        db.execute(
            statement.on_conflict_do_update(index_elements=keys, set_=fresh)
            if fresh
            else statement.on_conflict_do_nothing(),
            rows,
        )


@contextlib.contextmanager
def _refused() -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        raise StorageError(f"the database refused: {error}") from error


def _engine(url: str) -> Engine:
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _tune_sqlite)
    return engine


def _tune_sqlite(connection: object, _: object) -> None:
    """WAL, and durable at each commit: after the acknowledgement the box forgets the event."""
    cursor = connection.cursor()  # type: ignore[attr-defined]  # a DBAPI connection
    for pragma in ("journal_mode=WAL", "synchronous=FULL", f"busy_timeout={_BUSY_MS}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _migrate(engine: Engine) -> None:
    config = alembic.config.Config()
    config.set_main_option("script_location", "provisioning.controller:migrations")
    with engine.begin() as db:
        config.attributes["connection"] = db
        alembic.command.upgrade(config, "head")
