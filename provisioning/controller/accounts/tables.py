"""The tables of `accounts`. Tokens and recovery codes are kept as hashes only."""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
)

from provisioning.controller.columns import NAME, NUMBER, TEXT
from provisioning.controller.tables import METADATA
from provisioning.controller.utc import UtcDateTime

ACCOUNT = Table(
    "account",
    METADATA,
    Column("id", NUMBER, primary_key=True, autoincrement=True),
    Column("login", NAME, nullable=False, unique=True),
    Column("name", TEXT, nullable=False),
    Column("password", TEXT, nullable=False),  # Argon2id, with its parameters
    Column("fresh_password", Boolean, nullable=False),  # given by somebody else: to be changed
    Column("state", NAME, nullable=False),
    Column("language", NAME, nullable=False),
    Column("totp_key", TEXT, nullable=False),  # base32, empty while there is none
    Column("totp_pending", TEXT, nullable=False),  # shown, and not confirmed yet
    Column("totp_step", NUMBER, nullable=False),  # of the newest code taken (RFC 6238 §5.2)
    Column("made_at", UtcDateTime, nullable=False),
    Column("signed_in_at", UtcDateTime),
)

GRANT = Table(
    "account_grant",
    METADATA,
    Column("account", NUMBER, ForeignKey("account.id"), primary_key=True),
    Column("unit", NAME, primary_key=True),
    Column("role", NAME, primary_key=True),
)

RECOVERY = Table(
    "account_recovery",
    METADATA,
    Column("account", NUMBER, ForeignKey("account.id"), primary_key=True),
    Column("hash", NAME, primary_key=True),
)

SESSION = Table(
    "account_session",
    METADATA,
    Column("id", NUMBER, primary_key=True, autoincrement=True),
    Column("hash", NAME, nullable=False, unique=True),  # SHA-256 of the token
    Column("account", NUMBER, ForeignKey("account.id"), nullable=False),
    Column("begun_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime, nullable=False),
    Column("address", NAME, nullable=False),
    Column("browser", TEXT, nullable=False),
)
Index("ix_account_session_account", SESSION.c.account)

RECORD = Table(
    "audit_record",
    METADATA,
    Column("id", NUMBER, primary_key=True, autoincrement=False),  # 1, 2, 3 ... without a gap
    Column("at", String(32), nullable=False),  # as it was hashed: UTC, ISO 8601, microseconds
    Column("actor", TEXT, nullable=False),
    Column("action", NAME, nullable=False),
    Column("subject", TEXT, nullable=False),
    Column("detail", TEXT, nullable=False),
    Column("hash", NAME, nullable=False),
)
Index("ix_audit_record_actor", RECORD.c.actor, RECORD.c.id)
Index("ix_audit_record_action", RECORD.c.action, RECORD.c.id)
Index("ix_audit_record_subject", RECORD.c.subject, RECORD.c.id)
Index("ix_audit_record_at", RECORD.c.at)

HEAD = Table(
    "audit_head",
    METADATA,
    Column("one", Integer, primary_key=True, autoincrement=False),
    Column("last", NUMBER, nullable=False),  # its row is the lock of the chain's one writer
    Column("hash", NAME, nullable=False),
)

CUT_HERE = Table(
    "audit_cut",  # no row: the log is whole from its first record
    METADATA,
    Column("one", Integer, primary_key=True, autoincrement=False),
    Column("last", NUMBER, nullable=False),  # the log goes on after this record
    Column("hash", NAME, nullable=False),
    Column("record", NUMBER, nullable=False),  # the one in the log that says so
)

ANCHOR = Table(
    "audit_anchor",
    METADATA,
    Column("day", Date, primary_key=True),
    Column("last", NUMBER, nullable=False),
    Column("hash", NAME, nullable=False),
)
