"""The tables of settings."""

from sqlalchemy import Column, Index, LargeBinary, Table

from provisioning.controller.columns import NAME, NUMBER, TEXT, WORD
from provisioning.controller.tables import METADATA
from provisioning.controller.utc import UtcDateTime

CHANGE = Table(
    "settings_change",
    METADATA,
    Column("id", NUMBER, primary_key=True, autoincrement=True),
    Column("level", NAME, nullable=False),
    Column("target", WORD, nullable=False),
    Column("document", LargeBinary, nullable=False),  # by part, as JSON; null takes away
    Column("author", TEXT, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("why", TEXT, nullable=False),
    Column("base", NUMBER, nullable=False),  # the change that its author saw in force, or 0
    Column("state", NAME, nullable=False),  # pending, in_force, superseded, rejected
    Column("decided_by", TEXT, nullable=False),
    Column("decided_at", UtcDateTime),
    Column("verdict", TEXT, nullable=False),  # why it was rejected
)
Index("ix_settings_change_profile", CHANGE.c.level, CHANGE.c.target, CHANGE.c.id)
Index("ix_settings_change_state", CHANGE.c.state, CHANGE.c.id)

DOCUMENT = Table(
    "settings_document",
    METADATA,
    Column("box", NAME, primary_key=True),
    Column("version", NUMBER, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("document", LargeBinary, nullable=False),
)

REPORTED = Table(
    "settings_reported",
    METADATA,
    Column("box", NAME, primary_key=True),
    Column("version", NUMBER, nullable=False),
    Column("in_force", NUMBER, nullable=False),
    Column("reported", LargeBinary, nullable=False),  # Reported as it came
    Column("heard_at", UtcDateTime, nullable=False),
)
