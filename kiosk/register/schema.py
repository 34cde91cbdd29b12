"""The register's tables, room by room: each room's own steps, so that rooms grow apart."""

import sqlite3
from collections.abc import Mapping, Sequence

from devices.contract.errors import StorageError

Tables = Mapping[str, Sequence[str]]
"""By a room's name, the SQL scripts that bring its tables from nothing to today's, in order."""


def migrate(db: sqlite3.Connection, tables: Tables) -> None:
    """Bring every room's tables to today's; raises StorageError when they are of a later one."""
    db.execute("CREATE TABLE IF NOT EXISTS rooms (name TEXT PRIMARY KEY, version INTEGER NOT NULL)")
    for name, scripts in tables.items():
        row = db.execute("SELECT version FROM rooms WHERE name = ?", (name,)).fetchone()
        version = int(row[0]) if row else 0
        if version > len(scripts):
            raise StorageError(f"{name}: of version {version}, this software knows {len(scripts)}.")
        for number, script in enumerate(scripts[version:], version + 1):
            if not name.isidentifier():
                raise ValueError(name)
            noted = f"INSERT OR REPLACE INTO rooms VALUES ('{name}', {number})"  # noqa: S608 - our own name
            db.executescript(f"BEGIN IMMEDIATE; {script}; {noted}; COMMIT;")
