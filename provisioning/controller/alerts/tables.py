"""The tables of alerts."""

from sqlalchemy import Column, Float, Index, Integer, LargeBinary, Table

from provisioning.controller.columns import NAME, NUMBER, TEXT, WORD
from provisioning.controller.tables import METADATA
from provisioning.controller.utc import UtcDateTime

ALERT = Table(
    "alert",
    METADATA,
    Column("id", NUMBER, primary_key=True, autoincrement=True),
    Column("kind", NAME, nullable=False),
    Column("place", NAME, nullable=False),  # a box, or an area's unit
    Column("subject", TEXT, nullable=False),
    Column("severity", NAME, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("value", Float, nullable=False),
    Column("code", TEXT, nullable=False),
    Column("text", TEXT, nullable=False),
    Column("boxes", LargeBinary, nullable=False),  # names as JSON: read whole, written whole
    Column("within", NAME, nullable=False),  # the larger area's unit, while that is open
    Column("raised_at", UtcDateTime, nullable=False),
    Column("cleared_at", UtcDateTime),
    Column("acknowledged_at", UtcDateTime),
    Column("acknowledged_by", TEXT, nullable=False),
    Column("note", TEXT, nullable=False),
)
Index("ix_alert_open", ALERT.c.cleared_at, ALERT.c.id)

BACK = Table(
    "alert_back",  # a box that came back before its area's alert ended
    METADATA,
    Column("alert", NUMBER, primary_key=True, autoincrement=False),
    Column("box", NAME, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
)

MUTE = Table(
    "mute",
    METADATA,
    Column("id", NUMBER, primary_key=True, autoincrement=True),
    Column("place", WORD, nullable=False),  # a box, a unit, or empty for everywhere
    Column("kind", NAME, nullable=False),  # or empty for every kind
    Column("until", UtcDateTime, nullable=False),
    Column("by", TEXT, nullable=False),
    Column("why", TEXT, nullable=False),
)

OUTBOX = Table(
    "alert_outbox",
    METADATA,
    Column("id", NUMBER, primary_key=True, autoincrement=True),
    Column("alert", NUMBER, nullable=False),
    Column("channel", NAME, nullable=False),
    Column("what", NAME, nullable=False),  # raised, cleared
    Column("tries", Integer, nullable=False),
    Column("not_before", UtcDateTime, nullable=False),  # to come: a mute keeps it back until then
    Column("due_at", UtcDateTime, nullable=False),
)
Index("ix_alert_outbox_due", OUTBOX.c.due_at)
