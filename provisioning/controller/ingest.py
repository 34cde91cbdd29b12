"""Events and states off the broker into the store: batch, commit, acknowledge, tell.

The session starts clean at every connection on purpose: what a broker queued while we were away,
boxes send again by themselves, and a queue would only fill with repetitions. Several workers may
take events beside each other (docs/decisions/0012); states are the controller's own.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol

import msgspec
import structlog

from devices.contract.clock import Clock
from devices.contract.errors import BadPayloadError, BadTopicError
from devices.contract.identity import BoxId, Part
from devices.contract.message import JournalAck, encode
from devices.contract.topics import Leaf, PartTopics, all_up
from devices.runtime.worker import Worker
from provisioning.controller.fleet import PartState, fold
from provisioning.controller.intake import Arrived, Entry, Told, judged
from provisioning.controller.keeping import Kept
from provisioning.controller.marks import JournalKey, Mark
from provisioning.controller.store import Store

_STATES = (Leaf.CONN, Leaf.DESC, Leaf.STATUS, Leaf.LINE)
STATE_FILTERS = tuple(all_up(leaf) for leaf in _STATES)  # retained: not shared
_GARBAGE_TOLD_EVERY_S = 60.0
_STEP_S = 30.0
_log = structlog.get_logger()


class Reader(Protocol):
    """A connection that reads in bulk and acknowledges when told. Blocking; one thread's."""

    def open(self, filters: Iterable[str]) -> None:
        """Connect and subscribe; raises LineDownError."""
        ...

    def close(self) -> None:
        """Let go. May be called twice."""
        ...

    def read(self) -> Sequence[Arrived]:
        """Return what arrived, bounded by count and time; nothing after a while of silence.

        Raises LineDownError.
        """
        ...

    def acknowledge(self, arrived: Sequence[Arrived]) -> None:
        """Tell the broker (PUBACK) that these are dealt with."""
        ...

    def publish(self, topic: str, payload: bytes) -> None:
        """Send a retained message with QoS 1; raises LineDownError."""
        ...


class Outcome(msgspec.Struct, frozen=True):
    """What one step changed: the parts that told something new, and what became of entries."""

    parts: tuple[PartState, ...]
    kept: Kept
    garbage: int


class Takes(StrEnum):
    """What an ingest takes. States are retained, and retained messages cannot be shared."""

    ALL = "all"
    EVENTS = "events"
    STATES = "states"


class Ingest:
    """Takes one batch after the other. Its methods block and belong to one thread.

    Events come by a subscription that all who work on the same store share (`Store.group`).
    """

    def __init__(
        self, reader: Reader, store: Store, clock: Clock, takes: Takes = Takes.ALL
    ) -> None:
        self._reader = reader
        self._store = store
        self._clock = clock
        self._parts = {(str(part.box), str(part.part)): part for part in store.parts()}
        self._events = f"$share/{store.group()}/{all_up(Leaf.EVENT)}"
        self._takes = takes
        self._garbage: Counter[str] = Counter()
        self._garbage_told = clock.monotonic() - _GARBAGE_TOLD_EVERY_S

    def open(self) -> Outcome:
        """Connect, and say of every journal how far it is stored (a broker may have lost it).

        Returns all that is known: a step that was stored may have failed before it was told.
        """
        self._reader.open(self._filters())
        if self._takes is Takes.STATES:
            return Outcome(tuple(self._parts.values()), Kept({}), 0)
        marks = self._store.marks()
        self._acknowledge_journals(marks)
        boxes = frozenset(key.box for key in marks)
        return Outcome(tuple(self._parts.values()), Kept(marks, boxes=boxes), 0)

    def close(self) -> None:
        """Let go of the broker."""
        self._reader.close()

    def step(self) -> Outcome | None:
        """Take one batch: store it, and only then acknowledge it; None after a silence.

        Raises LineDownError, StorageError; the batch then is as if it never came, and comes again.
        """
        arrived = self._reader.read()
        if not arrived:
            return None
        now = self._clock.now()
        entries, told, garbage = self._sorted(arrived)
        fresh = self._folded(told, now)
        kept = self._store.keep(entries, fresh.values(), now)
        self._parts |= fresh
        self._reader.acknowledge(arrived)
        self._acknowledge_journals(kept.marks)
        if kept.lost:
            _log.error("journal.events_lost", events=kept.lost, journals=_named(kept.marks))
        return Outcome(tuple(fresh.values()), kept, garbage)

    def _filters(self) -> tuple[str, ...]:
        events = () if self._takes is Takes.STATES else (self._events,)
        states = () if self._takes is Takes.EVENTS else STATE_FILTERS
        return (*events, *states)

    def _sorted(self, arrived: Sequence[Arrived]) -> tuple[list[Entry], list[Told], int]:
        entries: list[Entry] = []
        told: list[Told] = []
        garbage = 0
        for one in arrived:
            try:
                meant = judged(one)
            except (BadTopicError, BadPayloadError) as error:
                garbage += 1
                self._note_garbage(one, error.sentence)
                continue
            if isinstance(meant, Entry):
                entries.append(meant)
            else:
                told.append(meant)
        return entries, told, garbage

    def _folded(self, told: Iterable[Told], now: datetime) -> dict[tuple[str, str], PartState]:
        fresh: dict[tuple[str, str], PartState] = {}
        for one in told:
            key = (str(one.topic.box), str(one.topic.part))
            before = fresh.get(key) or self._parts.get(key)
            before = before or PartState(box=one.topic.box, part=one.topic.part)
            now_known = fold(before, one.message, now, retained=one.retained)
            if now_known is not before:
                fresh[key] = now_known
        return fresh

    def _acknowledge_journals(self, marks: dict[JournalKey, Mark]) -> None:
        for key, mark in marks.items():
            topic = PartTopics(BoxId(key.box), Part(key.part)).ack
            self._reader.publish(topic, encode(JournalAck(boot=key.boot, seq=mark.seq)))

    def _note_garbage(self, arrived: Arrived, sentence: str) -> None:
        self._garbage[arrived.topic] += 1
        now = self._clock.monotonic()
        if now - self._garbage_told >= _GARBAGE_TOLD_EVERY_S:
            _log.warning(
                "ingest.garbage",
                messages=self._garbage.total(),
                topics=[topic for topic, _ in self._garbage.most_common(5)],
                latest=sentence,
            )
            self._garbage.clear()
            self._garbage_told = now


async def run(ingest: Ingest, worker: Worker, tell: Callable[[Outcome], None]) -> None:
    """Take batches on the worker's thread until the line or the store fails, or it is cancelled."""
    try:
        tell(await worker.do(ingest.open))
        while True:
            if outcome := await worker.within(_STEP_S, ingest.step):
                tell(outcome)
    finally:
        await worker.do(ingest.close)


def _named(marks: dict[JournalKey, Mark]) -> list[str]:
    return [f"{key.box}/{key.part}" for key, mark in marks.items() if mark.lost][:5]
