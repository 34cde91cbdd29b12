"""The tables of the controller's store. `migrations/` makes them; a test holds the two together."""

from sqlalchemy import (
    BigInteger,
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
)

from provisioning.controller.utc import UtcDateTime

METADATA = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)
_Number = BigInteger().with_variant(Integer, "sqlite")
_Name = String(64)

SHARED_GROUP = Table(  # the one name by which workers on this database share the boxes' events
    "shared_group",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("name", _Name, nullable=False),
)

PART = Table(
    "part",
    METADATA,
    Column("box", _Name, primary_key=True),
    Column("part", _Name, primary_key=True),
    Column("state", LargeBinary, nullable=False),  # PartState as JSON: read whole, written whole
)

JOURNAL = Table(
    "journal",
    METADATA,
    Column("box", _Name, primary_key=True),
    Column("part", _Name, primary_key=True),
    Column("boot", _Number, primary_key=True, autoincrement=False),
    Column("seq", _Number, nullable=False),  # high-water mark: all up to here are stored or lost
    Column("lost", _Number, nullable=False),
    Column("heard_at", UtcDateTime, nullable=False),
)

WAITING = Table(  # entries above a gap: they become events when their journal's mark reaches them
    "waiting",
    METADATA,
    Column("box", _Name, primary_key=True),
    Column("part", _Name, primary_key=True),
    Column("boot", _Number, primary_key=True, autoincrement=False),
    Column("seq", _Number, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

EVENT = Table(
    "event",
    METADATA,
    Column("id", _Number, primary_key=True, autoincrement=True),  # the order of arrival, for paging
    Column("box", _Name, nullable=False),
    Column("part", _Name, nullable=False),
    Column("boot", _Number, nullable=False),
    Column("seq", _Number, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("kind", _Name, nullable=False),
    Column("body", LargeBinary, nullable=False),
    UniqueConstraint("box", "part", "boot", "seq"),
)
Index("ix_event_box", EVENT.c.box, EVENT.c.id)

EVENT_DAY = Table(  # the last event stored before a day began: age by the province's clock
    "event_day",
    METADATA,
    Column("day", Date, primary_key=True),
    Column("last_id", _Number, nullable=False),
)

TICKET = Table(
    "ticket",
    METADATA,
    Column("box", _Name, primary_key=True),
    Column("ticket", String, primary_key=True),
    Column("number", String, nullable=False),
    Column("day", Date, nullable=False),
    Column("service", String, nullable=False),
    Column("state", _Name, nullable=False),
    Column("issued_at", UtcDateTime),
    Column("printed", Boolean, nullable=False),
    Column("waited_s", Float),
    Column("served_s", Float),
    Column("rating", Integer),
    Column("rating_scale", Integer),
)
Index("ix_ticket_day", TICKET.c.day, TICKET.c.box)
