"""The tables of the controller's store. `migrations/` makes them; a test holds the two together."""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    text,
)

from provisioning.controller.columns import NAME, NUMBER
from provisioning.controller.utc import UtcDateTime

METADATA = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)

SHARED_GROUP = Table(  # the one name by which workers on this database share the boxes' events
    "shared_group",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("name", NAME, nullable=False),
)

PART = Table(
    "part",
    METADATA,
    Column("box", NAME, primary_key=True),
    Column("part", NAME, primary_key=True),
    Column("state", LargeBinary, nullable=False),  # PartState as JSON: read whole, written whole
)

JOURNAL = Table(
    "journal",
    METADATA,
    Column("box", NAME, primary_key=True),
    Column("part", NAME, primary_key=True),
    Column("boot", NUMBER, primary_key=True, autoincrement=False),
    Column("seq", NUMBER, nullable=False),  # high-water mark: all up to here are stored or lost
    Column("lost", NUMBER, nullable=False),
    Column("heard_at", UtcDateTime, nullable=False),
)

WAITING = Table(  # entries above a gap: they become events when their journal's mark reaches them
    "waiting",
    METADATA,
    Column("box", NAME, primary_key=True),
    Column("part", NAME, primary_key=True),
    Column("boot", NUMBER, primary_key=True, autoincrement=False),
    Column("seq", NUMBER, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

EVENT = Table(
    "event",
    METADATA,
    Column("id", NUMBER, primary_key=True, autoincrement=True),  # the order of arrival, for paging
    Column("box", NAME, nullable=False),
    Column("part", NAME, nullable=False),
    Column("boot", NUMBER, nullable=False),
    Column("seq", NUMBER, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("kind", NAME, nullable=False),
    Column("body", LargeBinary, nullable=False),
    UniqueConstraint("box", "part", "boot", "seq"),
)
Index("ix_event_box", EVENT.c.box, EVENT.c.id)
OF_BOARDS_LIFE = text(  # in these very words: SQLite then sees that the index below has them all
    "kind IN ('board.box_power_cycled', 'board.events_lost', 'board.restarted',"
    " 'board.switch_changed')"
)
Index(
    "ix_event_board",
    EVENT.c.box,
    EVENT.c.id,
    sqlite_where=OF_BOARDS_LIFE,
    postgresql_where=OF_BOARDS_LIFE,
)

EVENT_DAY = Table(  # the last event stored before a day began: age by the province's clock
    "event_day",
    METADATA,
    Column("day", Date, primary_key=True),
    Column("last_id", NUMBER, nullable=False),
)

TICKET = Table(
    "ticket",
    METADATA,
    Column("box", NAME, primary_key=True),
    Column("ticket", String, primary_key=True),
    Column("number", String, nullable=False),
    Column("day", Date, nullable=False),
    Column("service", String, nullable=False),
    Column("state", NAME, nullable=False),
    Column("issued_at", UtcDateTime),
    Column("printed", Boolean, nullable=False),
    Column("waited_s", Float),
    Column("served_s", Float),
    Column("rating", Integer),
    Column("rating_scale", Integer),
)
Index("ix_ticket_day", TICKET.c.day, TICKET.c.box)
