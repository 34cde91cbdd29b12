"""When boxes of an area's alert came back."""

import sqlalchemy as sa
from alembic import op

from provisioning.controller.utc import UtcDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make its table."""
    op.create_table(
        "alert_back",
        sa.Column("alert", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
        sa.Column("box", sa.String(64), primary_key=True),
        sa.Column("at", UtcDateTime(), nullable=False),
    )
