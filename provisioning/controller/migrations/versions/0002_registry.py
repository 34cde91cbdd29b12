"""The tables of `registry`: boxes, who held their names, claims, certificates, enrolments."""

import sqlalchemy as sa
from alembic import op

from provisioning.controller.utc import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_NAME = sa.String(64)


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "box",
        sa.Column("box", _NAME, primary_key=True),
        sa.Column("serial", _NAME, nullable=False),
        sa.Column("standing", _NAME, nullable=False),
        sa.Column("role", _NAME, nullable=False),
        sa.Column("unit", _NAME, nullable=False),
        sa.Column("site", _NAME, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("enrolled_at", UtcDateTime()),
    )
    in_use = sa.text("standing != 'retired'")
    op.create_index(
        "ix_box_serial",
        "box",
        ["serial"],
        unique=True,
        sqlite_where=in_use,
        postgresql_where=in_use,
    )
    op.create_table(
        "holder",
        sa.Column("id", _NUMBER, primary_key=True, autoincrement=True),
        sa.Column("box", _NAME, nullable=False),
        sa.Column("serial", _NAME, nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("until", UtcDateTime()),
    )
    op.create_index("ix_holder_box", "holder", ["box"])
    op.create_table(
        "claim",
        sa.Column("id", _NUMBER, primary_key=True, autoincrement=True),
        sa.Column("serial", _NAME, nullable=False),
        sa.Column("box", _NAME, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("key_hash", sa.LargeBinary()),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime()),
        sa.Column("number", _NAME),
    )
    op.create_index("ix_claim_serial", "claim", ["serial"])
    op.create_index("ix_claim_box", "claim", ["box"])
    op.create_table(
        "certificate",
        sa.Column("number", _NAME, primary_key=True),
        sa.Column("box", _NAME, nullable=False),
        sa.Column("serial", _NAME, nullable=False),
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        sa.Column("not_before", UtcDateTime(), nullable=False),
        sa.Column("not_after", UtcDateTime(), nullable=False),
        sa.Column("issued_at", UtcDateTime(), nullable=False),
        sa.Column("revoked_at", UtcDateTime()),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("der", sa.LargeBinary(), nullable=False),
    )
    op.create_index("ix_certificate_box", "certificate", ["box"])
    op.create_table(
        "enrolment",
        sa.Column("id", _NUMBER, primary_key=True, autoincrement=True),
        sa.Column("serial", _NAME, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("address", _NAME, nullable=False),
        sa.Column("first_at", UtcDateTime(), nullable=False),
        sa.Column("last_at", UtcDateTime(), nullable=False),
        sa.Column("refused_at", UtcDateTime()),
        sa.Column("refused_by", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.UniqueConstraint("serial", "hash", "key_hash", name="uq_enrolment_serial"),
    )


def downgrade() -> None:
    """Drop them."""
    for table in ("enrolment", "certificate", "claim", "holder", "box"):
        op.drop_table(table)
