"""The audit log's chain: each record's hash covers the one before it. Pure.

hash = SHA-256(hash before, 32 bytes || JSON of [id, at, actor, action, subject, detail])

The oldest records may be taken out in time: then the chain goes on from the last one's hash, and a
record further up says so (`Cut`).
"""

import hashlib
from collections.abc import Iterable

import msgspec

GENESIS = "0" * 64
CUT = "audit.cut"


class AuditRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody did something to something. `at` is UTC, ISO 8601 with microseconds."""

    id: int
    at: str
    actor: str
    action: str
    subject: str
    detail: str
    hash: str


class Cut(msgspec.Struct, frozen=True, kw_only=True):
    """What was taken out: all up to `last`, whose hash this was. `record` is the one that says so.

    That one is of the chain: who takes out more without writing a deed is found.
    """

    last: int = 0
    hash: str = GENESIS
    record: int = 0

    @property
    def detail(self) -> str:
        """What its record says."""
        return f"{self.last} {self.hash}"

    def is_told_by(self, record: AuditRecord) -> bool:
        """Whether this is the record that says so."""
        told = (self.record, CUT, self.detail)
        return (record.id, record.action, record.detail) == told


NOTHING_CUT = Cut()


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What became of checking the chain: `broken_at` is the first record that does not fit.

    `records` are those that are there and fit; `cut_at` is when the oldest were taken out.
    """

    records: int
    head: str
    cut: Cut = NOTHING_CUT
    cut_at: str = ""
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


def check(
    records: Iterable[AuditRecord], *, head: str, last: int, cut: Cut = NOTHING_CUT
) -> Verdict:
    """Walk the whole chain from where it was cut; `head` and `last` are where it must end."""
    before, number, cut_at = cut.hash, cut.last, ""

    def verdict(broken_at: int | None, why: str = "") -> Verdict:
        return Verdict(
            records=number - cut.last,
            head=before,
            cut=cut,
            cut_at=cut_at,
            broken_at=broken_at,
            why=why,
        )

    for record in records:
        if not follows(before, number + 1, record):
            return verdict(number + 1, "changed or taken out")
        before, number = record.hash, number + 1
        if cut.is_told_by(record):
            cut_at = record.at
    if (before, number) != (head, last):
        return verdict(number + 1, "the end is cut off")
    if cut != NOTHING_CUT and not cut_at:
        return verdict(cut.last, "no record says that the beginning was cut")
    return verdict(None)
