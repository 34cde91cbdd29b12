"""The conference server's database: its tables, and how an older one becomes today's."""

import sqlite3

from devices.contract.errors import StorageError

_MIGRATIONS = (
    """
    CREATE TABLE plans (id TEXT PRIMARY KEY, starts_at TEXT NOT NULL, plan BLOB NOT NULL);
    CREATE TABLE states (
        conference TEXT PRIMARY KEY,
        revision INTEGER NOT NULL,
        phase TEXT NOT NULL,
        state BLOB NOT NULL
    );
    CREATE TABLE open_one (only_one INTEGER PRIMARY KEY CHECK (only_one = 1), conference TEXT);
    CREATE TABLE facts (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        conference TEXT NOT NULL,
        fact BLOB NOT NULL
    );
    CREATE INDEX facts_by_conference ON facts (conference, seq);
    CREATE TABLE links (
        code_hash TEXT PRIMARY KEY,
        link BLOB NOT NULL,
        valid_until TEXT NOT NULL,
        wrong INTEGER NOT NULL DEFAULT 0
    );
    CREATE TABLE sessions (
        token_hash TEXT PRIMARY KEY,
        session BLOB NOT NULL,
        valid_until TEXT NOT NULL
    );
    CREATE TABLE secrets (name TEXT PRIMARY KEY, value BLOB NOT NULL);
    CREATE TABLE line_reports (conference TEXT PRIMARY KEY, report BLOB NOT NULL);
    """,
)
VERSION = len(_MIGRATIONS)


def migrate(db: sqlite3.Connection) -> None:
    """Bring the database to `VERSION`; raises StorageError when it is of a later one."""
    version = int(db.execute("PRAGMA user_version").fetchone()[0])
    if version > VERSION:
        raise StorageError(f"The database is of version {version}, this software knows {VERSION}.")
    for number, script in enumerate(_MIGRATIONS[version:], version + 1):
        db.executescript(f"BEGIN IMMEDIATE; {script} PRAGMA user_version = {number}; COMMIT;")
