"""The tables of `accounts`. Tokens and recovery codes are kept as hashes only."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
)

from provisioning.controller.tables import METADATA
from provisioning.controller.utc import UtcDateTime

_Number = BigInteger().with_variant(Integer, "sqlite")
_Name = String(64)

ACCOUNT = Table(
    "account",
    METADATA,
    Column("id", _Number, primary_key=True, autoincrement=True),
    Column("login", _Name, nullable=False, unique=True),
    Column("name", String, nullable=False),
    Column("password", String, nullable=False),  # Argon2id, with its parameters
    Column("fresh_password", Boolean, nullable=False),  # given by somebody else: to be changed
    Column("state", _Name, nullable=False),
    Column("language", _Name, nullable=False),
    Column("totp_key", String, nullable=False),  # base32, empty while there is none
    Column("totp_pending", String, nullable=False),  # shown, and not confirmed yet
    Column("totp_step", _Number, nullable=False),  # of the newest code taken (RFC 6238 §5.2)
    Column("made_at", UtcDateTime, nullable=False),
    Column("signed_in_at", UtcDateTime),
)

GRANT = Table(
    "account_grant",
    METADATA,
    Column("account", _Number, ForeignKey("account.id"), primary_key=True),
    Column("unit", _Name, primary_key=True),
    Column("role", _Name, primary_key=True),
)

RECOVERY = Table(
    "account_recovery",
    METADATA,
    Column("account", _Number, ForeignKey("account.id"), primary_key=True),
    Column("hash", String(64), primary_key=True),
)

SESSION = Table(
    "account_session",
    METADATA,
    Column("id", _Number, primary_key=True, autoincrement=True),
    Column("hash", String(64), nullable=False, unique=True),  # SHA-256 of the token
    Column("account", _Number, ForeignKey("account.id"), nullable=False),
    Column("begun_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime, nullable=False),
    Column("address", _Name, nullable=False),
    Column("browser", String, nullable=False),
)
Index("ix_account_session_account", SESSION.c.account)

RECORD = Table(
    "audit_record",
    METADATA,
    Column("id", _Number, primary_key=True, autoincrement=False),  # 1, 2, 3 ... without a gap
    Column("at", String(32), nullable=False),  # as it was hashed: UTC, ISO 8601, microseconds
    Column("actor", String, nullable=False),
    Column("action", _Name, nullable=False),
    Column("subject", String, nullable=False),
    Column("detail", String, nullable=False),
    Column("hash", String(64), nullable=False),
)
Index("ix_audit_record_actor", RECORD.c.actor, RECORD.c.id)
Index("ix_audit_record_action", RECORD.c.action, RECORD.c.id)
Index("ix_audit_record_subject", RECORD.c.subject, RECORD.c.id)
Index("ix_audit_record_at", RECORD.c.at)

HEAD = Table(
    "audit_head",
    METADATA,
    Column("one", Integer, primary_key=True, autoincrement=False),
    Column("last", _Number, nullable=False),  # its row is the lock of the chain's one writer
    Column("hash", String(64), nullable=False),
)

CUT_HERE = Table(
    "audit_cut",  # no row: the log is whole from its first record
    METADATA,
    Column("one", Integer, primary_key=True, autoincrement=False),
    Column("last", _Number, nullable=False),  # the log goes on after this record
    Column("hash", String(64), nullable=False),
    Column("record", _Number, nullable=False),  # the one in the log that says so
)

ANCHOR = Table(
    "audit_anchor",
    METADATA,
    Column("day", Date, primary_key=True),
    Column("last", _Number, nullable=False),
    Column("hash", String(64), nullable=False),
)
