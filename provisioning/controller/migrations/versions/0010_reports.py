"""An index of the few events that reports count; it costs tickets' events nothing."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_COUNTED = sa.text("kind IN ('feedback.received', 'feedback.answered', 'portal.handed_off')")


def upgrade() -> None:
    """Make it."""
    op.create_index(
        "ix_event_counted",
        "event",
        ["kind", "at"],
        sqlite_where=_COUNTED,
        postgresql_where=_COUNTED,
    )
