"""What mutes keep back, areas within larger ones, and where the audit log was cut."""

import sqlalchemy as sa
from alembic import op

from provisioning.controller.utc import UtcDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add them. What waits to be told may be told since it is due."""
    with op.batch_alter_table("alert") as alert:
        alert.add_column(sa.Column("within", sa.String(64), nullable=False, server_default=""))
    with op.batch_alter_table("alert_outbox") as outbox:
        outbox.add_column(sa.Column("not_before", UtcDateTime()))
    op.execute("UPDATE alert_outbox SET not_before = due_at")
    with op.batch_alter_table("alert_outbox") as outbox:
        outbox.alter_column("not_before", existing_type=UtcDateTime(), nullable=False)
    op.create_table(
        "audit_cut",
        sa.Column("one", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("last", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("record", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    )
