"""How far each journal is stored, and what may be stored above that: pure."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Generic, TypeVar

import msgspec

from devices.contract.errors import BadPayloadError
from devices.contract.message import JournalEntry
from provisioning.controller.fleet import aware, checked_number

WINDOW = 1_024  # four times what a box leaves unacknowledged
E = TypeVar("E")


class JournalKey(msgspec.Struct, frozen=True, order=True):
    """One journal: a box whose disk was wiped begins another one, with another `boot`."""

    box: str
    part: str
    boot: int


class Mark(msgspec.Struct, frozen=True):
    """All entries up to `seq` are stored, but for `lost` of them that no box holds any more."""

    seq: int
    lost: int = 0


class Verdict(StrEnum):
    """What becomes of an entry. `GAP`: too far above the mark to be kept until the mark comes."""

    STORE = "store"
    DUPLICATE = "duplicate"
    GAP = "gap"


class Standing(Generic[E]):
    """How one journal stands while a batch is taken: its mark, and the entries that wait above it.

    Workers share the boxes' entries, so they come in any order. `passed` are the entries that the
    mark went over, in their order, each once whoever brought it; the rest `waits` for them.
    `earlier` is how far an earlier incarnation was numbered: a store that was put back to an
    earlier state takes a new `boot` and goes on counting.
    """

    def __init__(self, mark: Mark, waits: Mapping[int, E], *, earlier: int = 0) -> None:
        self.waits = dict(waits)
        self.passed: list[E] = []
        self._seq = mark.seq
        self._lost = mark.lost
        self._earlier = earlier

    @property
    def mark(self) -> Mark:
        """Return how far the journal is stored now."""
        return Mark(self._seq, self._lost)

    def take(self, entry: JournalEntry, meant: E) -> Verdict:
        """Return what becomes of an entry, and let the mark go as far as it can."""
        if entry.oldest > self._seq + 1:
            self._give_up_below(entry.oldest)
        if entry.seq <= self._seq or entry.seq in self.waits:
            return Verdict.DUPLICATE
        if entry.seq > self._seq + WINDOW:
            return Verdict.GAP
        self.waits[entry.seq] = meant
        self._go_on()
        return Verdict.STORE

    def _give_up_below(self, oldest: int) -> None:
        """Go over what the box holds no more: what was not stored is lost to this database.

        The box forgets only what a mark has passed. It has less when this database was put back to
        an earlier state, or meets the box in mid-life.
        """
        last = oldest - 1
        stored = sorted(seq for seq in self.waits if seq <= last)
        self.passed += [self.waits.pop(seq) for seq in stored]
        known = self._seq or self._earlier
        self._lost += max(0, last - known - sum(seq > known for seq in stored))
        self._seq = last
        self._go_on()

    def _go_on(self) -> None:
        while (after := self.waits.pop(self._seq + 1, None)) is not None:
            self.passed.append(after)
            self._seq += 1


def checked(entry: JournalEntry) -> JournalEntry:
    """Return the entry when its numbers and its time can be meant; raises BadPayloadError."""
    checked_number(entry.boot, "boot")
    checked_number(entry.seq, "seq")
    if not 1 <= entry.oldest <= entry.seq:
        raise BadPayloadError(f"oldest {entry.oldest} is not within 1..{entry.seq}")
    at = aware(entry.at)
    return entry if at is entry.at else msgspec.structs.replace(entry, at=at)
