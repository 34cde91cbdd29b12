"""Entries that wait above a gap, which events are of which day, and who shares the work."""

import sqlalchemy as sa
from alembic import op

from provisioning.controller.utc import UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_NAME = sa.String(64)


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "waiting",
        sa.Column("box", _NAME, primary_key=True),
        sa.Column("part", _NAME, primary_key=True),
        sa.Column("boot", _NUMBER, primary_key=True, autoincrement=False),
        sa.Column("seq", _NUMBER, primary_key=True, autoincrement=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "event_day",
        sa.Column("day", sa.Date(), primary_key=True),
        sa.Column("last_id", _NUMBER, nullable=False),
    )
    op.create_table(
        "shared_group",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("name", _NAME, nullable=False),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("shared_group")
    op.drop_table("event_day")
    op.drop_table("waiting")
