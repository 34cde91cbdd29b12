"""The tables of `accounts`."""

import sqlalchemy as sa
from alembic import op

from provisioning.controller.utc import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_NAME = sa.String(64)
_HASH = sa.String(64)
_GENESIS = "0" * 64


def upgrade() -> None:
    """Make them; the audit log's chain begins with zeros."""
    _make_people()
    _make_log()


def downgrade() -> None:
    """Drop them."""
    for table in (
        *("audit_anchor", "audit_head", "audit_record", "account_session", "account_recovery"),
        *("account_grant", "account"),
    ):
        op.drop_table(table)


def _make_people() -> None:
    op.create_table(
        "account",
        sa.Column("id", _NUMBER, primary_key=True, autoincrement=True),
        sa.Column("login", _NAME, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("password", sa.String(), nullable=False),
        sa.Column("fresh_password", sa.Boolean(), nullable=False),
        sa.Column("state", _NAME, nullable=False),
        sa.Column("language", _NAME, nullable=False),
        sa.Column("totp_key", sa.String(), nullable=False),
        sa.Column("totp_pending", sa.String(), nullable=False),
        sa.Column("totp_step", _NUMBER, nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("signed_in_at", UtcDateTime()),
        sa.UniqueConstraint("login", name="uq_account_login"),
    )
    op.create_table(
        "account_grant",
        sa.Column("account", _NUMBER, sa.ForeignKey("account.id"), primary_key=True),
        sa.Column("unit", _NAME, primary_key=True),
        sa.Column("role", _NAME, primary_key=True),
    )
    op.create_table(
        "account_recovery",
        sa.Column("account", _NUMBER, sa.ForeignKey("account.id"), primary_key=True),
        sa.Column("hash", _HASH, primary_key=True),
    )
    op.create_table(
        "account_session",
        sa.Column("id", _NUMBER, primary_key=True, autoincrement=True),
        sa.Column("hash", _HASH, nullable=False),
        sa.Column("account", _NUMBER, sa.ForeignKey("account.id"), nullable=False),
        sa.Column("begun_at", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=False),
        sa.Column("address", _NAME, nullable=False),
        sa.Column("browser", sa.String(), nullable=False),
        sa.UniqueConstraint("hash", name="uq_account_session_hash"),
    )
    op.create_index("ix_account_session_account", "account_session", ["account"])


def _make_log() -> None:
    op.create_table(
        "audit_record",
        sa.Column("id", _NUMBER, primary_key=True, autoincrement=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("action", _NAME, nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("hash", _HASH, nullable=False),
    )
    for column in ("actor", "action", "subject"):
        op.create_index(f"ix_audit_record_{column}", "audit_record", [column, "id"])
    op.create_index("ix_audit_record_at", "audit_record", ["at"])
    head = op.create_table(
        "audit_head",
        sa.Column("one", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("last", _NUMBER, nullable=False),
        sa.Column("hash", _HASH, nullable=False),
    )
    op.bulk_insert(head, [{"one": 1, "last": 0, "hash": _GENESIS}])
    op.create_table(
        "audit_anchor",
        sa.Column("day", sa.Date(), primary_key=True),
        sa.Column("last", _NUMBER, nullable=False),
        sa.Column("hash", _HASH, nullable=False),
    )
