"""The first tables: parts, journals, events, tickets and the audit of commands."""

import sqlalchemy as sa
from alembic import op

from provisioning.controller.utc import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_NAME = sa.String(64)


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "part",
        sa.Column("box", _NAME, primary_key=True),
        sa.Column("part", _NAME, primary_key=True),
        sa.Column("state", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "journal",
        sa.Column("box", _NAME, primary_key=True),
        sa.Column("part", _NAME, primary_key=True),
        sa.Column("boot", _NUMBER, primary_key=True, autoincrement=False),
        sa.Column("seq", _NUMBER, nullable=False),
        sa.Column("lost", _NUMBER, nullable=False),
        sa.Column("heard_at", UtcDateTime(), nullable=False),
    )
    op.create_table(
        "event",
        sa.Column("id", _NUMBER, primary_key=True, autoincrement=True),
        sa.Column("box", _NAME, nullable=False),
        sa.Column("part", _NAME, nullable=False),
        sa.Column("boot", _NUMBER, nullable=False),
        sa.Column("seq", _NUMBER, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("kind", _NAME, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.UniqueConstraint("box", "part", "boot", "seq", name="uq_event_box"),
    )
    op.create_index("ix_event_box", "event", ["box", "id"])
    op.create_table(
        "ticket",
        sa.Column("box", _NAME, primary_key=True),
        sa.Column("ticket", sa.String(), primary_key=True),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("state", _NAME, nullable=False),
        sa.Column("issued_at", UtcDateTime()),
        sa.Column("printed", sa.Boolean(), nullable=False),
        sa.Column("waited_s", sa.Float()),
        sa.Column("served_s", sa.Float()),
        sa.Column("rating", sa.Integer()),
        sa.Column("rating_scale", sa.Integer()),
    )
    op.create_index("ix_ticket_day", "ticket", ["day", "box"])
    op.create_table(
        "audit",
        sa.Column("id", _NUMBER, primary_key=True, autoincrement=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("box", _NAME, nullable=False),
        sa.Column("part", _NAME, nullable=False),
        sa.Column("command", _NAME, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("outcome", _NAME, nullable=False),
        sa.Column("text", sa.String(), nullable=False),
    )
    op.create_index("ix_audit_box", "audit", ["box", "id"])


def downgrade() -> None:
    """Drop them."""
    for table in ("audit", "ticket", "event", "journal", "part"):
        op.drop_table(table)
