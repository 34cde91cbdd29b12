"""How far each journal is stored, and whether an entry may follow: pure."""

from enum import StrEnum

import msgspec

from devices.contract.errors import BadPayloadError
from devices.contract.message import JournalEntry
from provisioning.controller.fleet import aware, checked_number


class JournalKey(msgspec.Struct, frozen=True):
    """One journal: a box whose disk was wiped begins another one, with another `boot`."""

    box: str
    part: str
    boot: int


class Mark(msgspec.Struct, frozen=True):
    """All entries up to `seq` are stored, but for `lost` of them that no box holds any more."""

    seq: int
    lost: int = 0


class Verdict(StrEnum):
    """What to do with an entry."""

    STORE = "store"
    DUPLICATE = "duplicate"
    GAP = "gap"


def judge(mark: Mark | None, entry: JournalEntry, *, earlier: int = 0) -> tuple[Verdict, Mark]:
    """Return what to do with an entry, and the journal's mark then.

    An entry follows when it is the next one, or the oldest that its box still holds: what lies
    between is lost, and counted. Anything else is a duplicate, or a gap above which nothing is
    stored: the box begins again at its oldest entry. A journal never heard of begins at the box's
    oldest, too (a controller with an empty database meets boxes in mid-life), and what came before
    is counted as lost to this database, but for what an `earlier` incarnation numbered (a store
    that was put back to an earlier state takes a new `boot` and goes on counting).
    """
    stored = mark or Mark(0)
    if entry.seq <= stored.seq:
        return Verdict.DUPLICATE, stored
    if entry.seq == stored.seq + 1:
        return Verdict.STORE, Mark(entry.seq, stored.lost)
    if entry.seq == entry.oldest:
        known = stored.seq if mark else max(stored.seq, earlier)
        return Verdict.STORE, Mark(entry.seq, stored.lost + max(0, entry.seq - known - 1))
    return Verdict.GAP, stored


def checked(entry: JournalEntry) -> JournalEntry:
    """Return the entry when its numbers and its time can be meant; raises BadPayloadError."""
    checked_number(entry.boot, "boot")
    checked_number(entry.seq, "seq")
    if not 1 <= entry.oldest <= entry.seq:
        raise BadPayloadError(f"oldest {entry.oldest} is not within 1..{entry.seq}")
    return msgspec.structs.replace(entry, at=aware(entry.at))
