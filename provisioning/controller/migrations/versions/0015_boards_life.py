"""What a box's board lived through is found without reading all that the box told."""

from alembic import op
from sqlalchemy import text

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_OF_BOARDS_LIFE = (
    "kind IN ('board.box_power_cycled', 'board.events_lost', 'board.restarted',"
    " 'board.switch_changed')"
)


def upgrade() -> None:
    """Add the index: of few events among many."""
    where = text(_OF_BOARDS_LIFE)
    op.create_index(
        "ix_event_board", "event", ["box", "id"], sqlite_where=where, postgresql_where=where
    )
