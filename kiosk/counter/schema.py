"""The counter server's database: its tables, and how an older one becomes today's."""

import sqlite3

from devices.contract.errors import StorageError
from kiosk.backoffice import outbox
from kiosk.counter.appointments import schema as appointments
from kiosk.counter.chronicle import schema as acts
from kiosk.counter.dossiers import schema as dossiers
from kiosk.counter.drafts import schema as drafts
from kiosk.counter.facing import schema as facing
from kiosk.counter.feedback import schema as feedback
from kiosk.counter.fees import schema as fees
from kiosk.counter.handoffs import schema as handoffs

_MIGRATIONS = (
    """
    CREATE TABLE tickets (
        turn INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        code TEXT NOT NULL UNIQUE,
        day TEXT NOT NULL,
        prefix TEXT NOT NULL,
        serial INTEGER NOT NULL,
        number TEXT NOT NULL,
        service TEXT NOT NULL,
        priority_class TEXT NOT NULL,
        priority INTEGER NOT NULL,
        language TEXT NOT NULL,
        kiosk TEXT NOT NULL,
        request TEXT NOT NULL,
        asked_service TEXT NOT NULL,
        asked_class TEXT NOT NULL,
        state TEXT NOT NULL,
        issued_at TEXT NOT NULL,
        waiting_since TEXT NOT NULL,
        called_at TEXT,
        ended_at TEXT,
        served_s REAL,
        counter TEXT NOT NULL DEFAULT '',
        printed INTEGER NOT NULL DEFAULT 0,
        rating INTEGER,
        rating_scale INTEGER,
        UNIQUE (day, prefix, serial),
        UNIQUE (kiosk, request)
    );
    CREATE INDEX tickets_by_state ON tickets (state, day);
    CREATE INDEX tickets_by_service ON tickets (service, state, ended_at);
    CREATE TABLE calls (
        day TEXT NOT NULL,
        serial INTEGER NOT NULL,
        ticket TEXT NOT NULL,
        number TEXT NOT NULL,
        language TEXT NOT NULL,
        counter TEXT NOT NULL,
        service TEXT NOT NULL,
        priority INTEGER NOT NULL,
        at TEXT NOT NULL,
        again INTEGER NOT NULL,
        announced INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (day, serial)
    );
    CREATE INDEX calls_by_counter ON calls (day, counter, serial);
    CREATE TABLE paused (counter TEXT PRIMARY KEY);
    CREATE TABLE sessions (
        token_hash TEXT PRIMARY KEY,
        counter TEXT NOT NULL,
        day TEXT NOT NULL,
        began INTEGER NOT NULL
    );
    """,
    """
    CREATE TABLE presses (turn INTEGER PRIMARY KEY AUTOINCREMENT, press TEXT NOT NULL UNIQUE);
    """,
    outbox.SCHEMA,
    dossiers.SCRIPT,
    handoffs.SCRIPT,
    appointments.SCRIPT,
    fees.SCRIPT,
    feedback.SCRIPT,
    """
    ALTER TABLE tickets ADD COLUMN for_counter TEXT NOT NULL DEFAULT '';
    ALTER TABLE tickets ADD COLUMN came_back TEXT NOT NULL DEFAULT '';
    ALTER TABLE tickets ADD COLUMN from_counter TEXT NOT NULL DEFAULT '';
    ALTER TABLE tickets ADD COLUMN held_reason TEXT NOT NULL DEFAULT '';
    ALTER TABLE tickets ADD COLUMN note TEXT NOT NULL DEFAULT '';
    ALTER TABLE paused ADD COLUMN since TEXT;
    ALTER TABLE paused ADD COLUMN reason TEXT NOT NULL DEFAULT '';
    ALTER TABLE paused ADD COLUMN back_at TEXT;
    ALTER TABLE paused ADD COLUMN by TEXT NOT NULL DEFAULT '';
    """,
    acts.SCRIPT,
    facing.SCRIPT,
    drafts.SCRIPT,
    fees.LOOKS,
    """
    CREATE TABLE lived_days (day TEXT PRIMARY KEY) WITHOUT ROWID;
    INSERT INTO lived_days SELECT day FROM tickets UNION SELECT day FROM fee_looks;
    """,
)
VERSION = len(_MIGRATIONS)


def migrate(db: sqlite3.Connection, to: int = VERSION) -> None:
    """Bring the database to a version; raises StorageError when it is of a later one than ours."""
    version = int(db.execute("PRAGMA user_version").fetchone()[0])
    if version > VERSION:
        raise StorageError(f"The database is of version {version}, this software knows {VERSION}.")
    for number, script in enumerate(_MIGRATIONS[version:to], version + 1):
        db.executescript(f"BEGIN IMMEDIATE; {script} PRAGMA user_version = {number}; COMMIT;")
