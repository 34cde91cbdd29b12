"""The tables of alerts."""

from sqlalchemy import BigInteger, Column, Float, Index, Integer, LargeBinary, String, Table

from provisioning.controller.tables import METADATA
from provisioning.controller.utc import UtcDateTime

_NUMBER = BigInteger().with_variant(Integer, "sqlite")
_NAME = String(64)

ALERT = Table(
    "alert",
    METADATA,
    Column("id", _NUMBER, primary_key=True, autoincrement=True),
    Column("kind", _NAME, nullable=False),
    Column("place", _NAME, nullable=False),  # a box, or an area's unit
    Column("subject", String, nullable=False),
    Column("severity", _NAME, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("value", Float, nullable=False),
    Column("code", String, nullable=False),
    Column("text", String, nullable=False),
    Column("boxes", LargeBinary, nullable=False),  # names as JSON: read whole, written whole
    Column("within", _NAME, nullable=False),  # the larger area's unit, while that is open
    Column("raised_at", UtcDateTime, nullable=False),
    Column("cleared_at", UtcDateTime),
    Column("acknowledged_at", UtcDateTime),
    Column("acknowledged_by", String, nullable=False),
    Column("note", String, nullable=False),
)
Index("ix_alert_open", ALERT.c.cleared_at, ALERT.c.id)

BACK = Table(
    "alert_back",  # a box that came back before its area's alert ended
    METADATA,
    Column("alert", _NUMBER, primary_key=True, autoincrement=False),
    Column("box", _NAME, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
)

MUTE = Table(
    "mute",
    METADATA,
    Column("id", _NUMBER, primary_key=True, autoincrement=True),
    Column("place", _NAME, nullable=False),  # a box, a unit, or empty for everywhere
    Column("kind", _NAME, nullable=False),  # or empty for every kind
    Column("until", UtcDateTime, nullable=False),
    Column("by", String, nullable=False),
    Column("why", String, nullable=False),
)

OUTBOX = Table(
    "alert_outbox",
    METADATA,
    Column("id", _NUMBER, primary_key=True, autoincrement=True),
    Column("alert", _NUMBER, nullable=False),
    Column("channel", _NAME, nullable=False),
    Column("what", _NAME, nullable=False),  # raised, cleared
    Column("tries", Integer, nullable=False),
    Column("not_before", UtcDateTime, nullable=False),  # to come: a mute keeps it back until then
    Column("due_at", UtcDateTime, nullable=False),
)
Index("ix_alert_outbox_due", OUTBOX.c.due_at)
