"""The tables of `alerts`."""

import sqlalchemy as sa
from alembic import op

from provisioning.controller.utc import UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_NAME = sa.String(64)


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "alert",
        sa.Column("id", _NUMBER, primary_key=True, autoincrement=True),
        sa.Column("kind", _NAME, nullable=False),
        sa.Column("place", _NAME, nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("severity", _NAME, nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("boxes", sa.LargeBinary(), nullable=False),
        sa.Column("raised_at", UtcDateTime(), nullable=False),
        sa.Column("cleared_at", UtcDateTime()),
        sa.Column("acknowledged_at", UtcDateTime()),
        sa.Column("acknowledged_by", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
    )
    op.create_index("ix_alert_open", "alert", ["cleared_at", "id"])
    op.create_table(
        "mute",
        sa.Column("id", _NUMBER, primary_key=True, autoincrement=True),
        sa.Column("place", _NAME, nullable=False),
        sa.Column("kind", _NAME, nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
    )
    op.create_table(
        "alert_outbox",
        sa.Column("id", _NUMBER, primary_key=True, autoincrement=True),
        sa.Column("alert", _NUMBER, nullable=False),
        sa.Column("channel", _NAME, nullable=False),
        sa.Column("what", _NAME, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
    )
    op.create_index("ix_alert_outbox_due", "alert_outbox", ["due_at"])
