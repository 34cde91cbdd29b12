"""The tables of `remote`."""

import sqlalchemy as sa
from alembic import op

from provisioning.controller.utc import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_NAME = sa.String(64)


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "command",
        sa.Column("id", _NUMBER, primary_key=True, autoincrement=True),
        sa.Column("name", _NAME, nullable=False),
        sa.Column("box", _NAME, nullable=False),
        sa.Column("kind", _NAME, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("keeps", sa.Boolean(), nullable=False),
        sa.Column("state", _NAME, nullable=False),
        sa.Column("code", _NAME, nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("reply", sa.LargeBinary(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("not_after", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime()),
        sa.UniqueConstraint("name", name="uq_command_name"),
    )
    op.create_index("ix_command_box", "command", ["box", "id"])
    op.create_index("ix_command_state", "command", ["state"])
    op.create_table(
        "upload",
        sa.Column("name", _NAME, primary_key=True),
        sa.Column("box", _NAME, nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("media_type", _NAME, nullable=False),
        sa.Column("most_bytes", _NUMBER, nullable=False),
        sa.Column("size_bytes", _NUMBER, nullable=False),
        sa.Column("sha256", _NAME, nullable=False),
        sa.Column("state", _NAME, nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
    )
    op.create_index("ix_upload_state", "upload", ["state", "made_at"])
    op.create_table(
        "shell",
        sa.Column("name", _NAME, primary_key=True),
        sa.Column("box", _NAME, nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime()),
        sa.Column("why", _NAME, nullable=False),
    )
    op.create_index("ix_shell_box", "shell", ["box", "opened_at"])
