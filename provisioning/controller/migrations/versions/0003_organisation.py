"""The tables of `organisation`."""

import sqlalchemy as sa
from alembic import op

from provisioning.controller.utc import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_NAME = sa.String(64)


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "unit_correction",
        sa.Column("code", _NAME, primary_key=True),
        sa.Column("field", _NAME, primary_key=True),
        sa.Column("since", sa.Date(), primary_key=True),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
    )
    op.create_table(
        "site",
        sa.Column("code", _NAME, primary_key=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("unit", _NAME, nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("latitude", sa.Float()),
        sa.Column("longitude", sa.Float()),
    )
    op.create_index("ix_site_unit", "site", ["unit"])


def downgrade() -> None:
    """Drop them."""
    op.drop_table("site")
    op.drop_table("unit_correction")
