"""Alerts as rows of the store."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import RowMapping

from provisioning.controller.alerts.alert import Alert
from provisioning.controller.alerts.readings import Key
from provisioning.controller.alerts.records import Due, Record
from provisioning.controller.alerts.rules import Kind, Severity

_boxes = msgspec.json.Decoder(tuple[str, ...])


def row_of(alert: Alert, now: datetime) -> dict[str, Any]:
    """Return a new alert's row."""
    return {
        "kind": alert.key.kind.value,
        "place": alert.key.where,
        "subject": alert.key.subject,
        "severity": alert.severity.value,
        "since": alert.since,
        "code": alert.code,
        "text": alert.text,
        "raised_at": now,
        "acknowledged_by": "",
        "note": "",
        **extent_of(alert),
    }


def extent_of(alert: Alert) -> dict[str, Any]:
    """Return what changes of an alert while it is open."""
    boxes = msgspec.json.encode(alert.boxes)
    return {"value": alert.value, "boxes": boxes, "within": alert.within}


def record_of(row: RowMapping) -> Record:
    """Return what a row of `alert` says."""
    return Record(
        id=row["id"],
        alert=Alert(
            key=Key(Kind(row["kind"]), row["place"], row["subject"]),
            severity=Severity(row["severity"]),
            since=row["since"],
            value=row["value"],
            code=row["code"],
            text=row["text"],
            boxes=_boxes.decode(row["boxes"]),
            within=row["within"],
        ),
        raised_at=row["raised_at"],
        cleared_at=row["cleared_at"],
        acknowledged_at=row["acknowledged_at"],
        acknowledged_by=row["acknowledged_by"],
        note=row["note"],
    )


def due_of(row: RowMapping) -> Due:
    """Return what a row of `outbox.waiting` says."""
    return Due(
        id=row["due"],
        channel=row["channel"],
        what=row["what"],
        tries=row["tries"],
        record=record_of(row),
    )
