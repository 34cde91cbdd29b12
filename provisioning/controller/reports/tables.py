"""The index of events that reports count: partial, so that it costs tickets' events nothing."""

from sqlalchemy import Index, text

from devices.contract.message import tag_of
from kiosk.messages import FeedbackAnswered, FeedbackReceived, HandedOff
from provisioning.controller.tables import EVENT

COUNTED = tuple(tag_of(kind) for kind in (FeedbackReceived, FeedbackAnswered, HandedOff))
WHERE = f"kind IN ({', '.join(repr(kind) for kind in COUNTED)})"

EVENT_COUNTED = Index(
    "ix_event_counted",
    EVENT.c.kind,
    EVENT.c.at,
    sqlite_where=text(WHERE),
    postgresql_where=text(WHERE),
)
