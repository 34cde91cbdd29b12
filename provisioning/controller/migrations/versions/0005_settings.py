"""The tables of `settings`."""

import sqlalchemy as sa
from alembic import op

from provisioning.controller.utc import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_NAME = sa.String(64)


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "settings_change",
        sa.Column("id", _NUMBER, primary_key=True, autoincrement=True),
        sa.Column("level", _NAME, nullable=False),
        sa.Column("target", _NAME, nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("base", _NUMBER, nullable=False),
        sa.Column("state", _NAME, nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("decided_at", UtcDateTime()),
        sa.Column("verdict", sa.String(), nullable=False),
    )
    op.create_index("ix_settings_change_profile", "settings_change", ["level", "target", "id"])
    op.create_index("ix_settings_change_state", "settings_change", ["state", "id"])
    op.create_table(
        "settings_document",
        sa.Column("box", _NAME, primary_key=True),
        sa.Column("version", _NUMBER, primary_key=True, autoincrement=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "settings_reported",
        sa.Column("box", _NAME, primary_key=True),
        sa.Column("version", _NUMBER, nullable=False),
        sa.Column("in_force", _NUMBER, nullable=False),
        sa.Column("reported", sa.LargeBinary(), nullable=False),
        sa.Column("heard_at", UtcDateTime(), nullable=False),
    )


def downgrade() -> None:
    """Drop them."""
    for table in ("settings_reported", "settings_document", "settings_change"):
        op.drop_table(table)
