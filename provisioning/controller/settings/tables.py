"""The tables of settings."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, String, Table

from provisioning.controller.tables import METADATA
from provisioning.controller.utc import UtcDateTime

_NUMBER = BigInteger().with_variant(Integer, "sqlite")
_NAME = String(64)

CHANGE = Table(
    "settings_change",
    METADATA,
    Column("id", _NUMBER, primary_key=True, autoincrement=True),
    Column("level", _NAME, nullable=False),
    Column("target", _NAME, nullable=False),
    Column("document", LargeBinary, nullable=False),  # by part, as JSON; null takes away
    Column("author", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("why", String, nullable=False),
    Column("base", _NUMBER, nullable=False),  # the change that its author saw in force, or 0
    Column("state", _NAME, nullable=False),  # pending, in_force, superseded, rejected
    Column("decided_by", String, nullable=False),
    Column("decided_at", UtcDateTime),
    Column("verdict", String, nullable=False),  # why it was rejected
)
Index("ix_settings_change_profile", CHANGE.c.level, CHANGE.c.target, CHANGE.c.id)
Index("ix_settings_change_state", CHANGE.c.state, CHANGE.c.id)

DOCUMENT = Table(
    "settings_document",
    METADATA,
    Column("box", _NAME, primary_key=True),
    Column("version", _NUMBER, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("document", LargeBinary, nullable=False),
)

REPORTED = Table(
    "settings_reported",
    METADATA,
    Column("box", _NAME, primary_key=True),
    Column("version", _NUMBER, nullable=False),
    Column("in_force", _NUMBER, nullable=False),
    Column("reported", LargeBinary, nullable=False),  # Reported as it came
    Column("heard_at", UtcDateTime, nullable=False),
)
