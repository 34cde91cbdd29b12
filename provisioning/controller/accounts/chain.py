"""The audit log's chain: each record's hash covers the one before it. Pure.

hash = SHA-256(hash before, 32 bytes || JSON of [id, at, actor, action, subject, detail])
"""

import hashlib
from collections.abc import Iterable

import msgspec

GENESIS = "0" * 64


class AuditRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody did something to something. `at` is UTC, ISO 8601 with microseconds."""

    id: int
    at: str
    actor: str
    action: str
    subject: str
    detail: str
    hash: str


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What became of checking the chain: `broken_at` is the first record that does not fit."""

    records: int
    head: str
    broken_at: int | None = None
    why: str = ""


def linked(
    before: str, *, number: int, at: str, actor: str, action: str, subject: str, detail: str
) -> AuditRecord:
    """Return the record that follows the one with hash `before`."""
    canonical = msgspec.json.encode([number, at, actor, action, subject, detail])
    digest = hashlib.sha256(bytes.fromhex(before) + canonical).hexdigest()
    return AuditRecord(
        id=number,
        at=at,
        actor=actor,
        action=action,
        subject=subject,
        detail=detail,
        hash=digest,
    )


def follows(before: str, number: int, record: AuditRecord) -> bool:
    """Whether the record is the right one at this place of the chain."""
    return record == linked(
        before,
        number=number,
        at=record.at,
        actor=record.actor,
        action=record.action,
        subject=record.subject,
        detail=record.detail,
    )


def check(records: Iterable[AuditRecord], *, head: str, last: int) -> Verdict:
    """Walk the whole chain; `head` and `last` are where it must end."""
    before, number = GENESIS, 0
    for record in records:
        if not follows(before, number + 1, record):
            return Verdict(
                records=number, head=before, broken_at=number + 1, why="changed or taken out"
            )
        before, number = record.hash, number + 1
    if (before, number) != (head, last):
        return Verdict(records=number, head=before, broken_at=number + 1, why="the end is cut off")
    return Verdict(records=number, head=before)
