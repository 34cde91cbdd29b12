"""Audit records as CEF text (ArcSight Common Event Format, version 0). Pure."""

from datetime import datetime

from provisioning.controller.accounts.chain import AuditRecord

_HEAD = "CEF:0|motcua-edge|controller"
_SEVERE: tuple[tuple[str, int], ...] = (
    ("audit.broken", 10),
    ("audit.cut", 6),
    ("box.refused", 6),
    ("box.replaced", 6),
    ("box.retired", 6),
    ("enrol.", 6),
    ("second_factor.removed", 6),
    ("session.refused", 6),
    ("shell.", 6),
    ("person.", 5),
    ("settings.", 4),
)
"""How an action begins, and how severe it is."""
_OTHERWISE = 3


def severity(action: str) -> int:
    """Return how severe an action is, 0 to 10, as CEF counts."""
    return next((severe for begin, severe in _SEVERE if action.startswith(begin)), _OTHERWISE)


def cef(record: AuditRecord, version: str) -> str:
    """Return a record as one line of CEF."""
    name = record.action.replace(".", " ").replace("_", " ")
    head = "|".join(map(_field, (version, record.action, name)))
    extension = {
        "externalId": str(record.id),
        "rt": str(int(datetime.fromisoformat(record.at).timestamp() * 1000)),
        "suser": record.actor,
        "act": record.action,
        "cs1Label": "subject",
        "cs1": record.subject,
        "cs2Label": "chain",
        "cs2": record.hash,
        "msg": record.detail,
    }
    told = " ".join(f"{key}={_value(value)}" for key, value in extension.items() if value)
    return f"{_HEAD}|{head}|{severity(record.action)}|{told}"


def _field(text: str) -> str:
    """Return text of the head: a bar or a backslash in it is no end of it."""
    return " ".join(text.replace("\\", "\\\\").replace("|", "\\|").split())


def _value(text: str) -> str:
    """Return a value of the extension: an equals sign or a new line in it is no new key."""
    escaped = text.replace("\\", "\\\\").replace("=", "\\=")
    return escaped.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n")
