"""Records what an engine taps: one thread that writes, a bounded queue before it.

A recording that a crash cut goes on as a new part when it is started again under its id; stopped,
or mended later, its parts become one Matroska and one MP4 file with chapters. Joining hours takes
minutes, so it has a thread of its own: the next recording does not wait for the last.
"""

import asyncio
import contextlib
import queue
import shutil
import threading
from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Final, Self, TypeVar

import structlog
from msgspec.structs import replace

from devices.contract.errors import BusyError, DeadlinePassedError, MotcuaError, StorageError
from devices.runtime.worker import Worker
from vc.engine.port import MediaPacket
from vc.server.api import RecordingRow
from vc.server.record.errors import (
    DiskFullError,
    NoRecordingError,
    RecordingFailedError,
    RecordingTakenError,
    named,
)
from vc.server.record.join import chapters_of, join, lengths_s
from vc.server.record.part import Part, is_stereo
from vc.server.record.shelf import FORMATS, Card, Format, Mark, Shelf

T = TypeVar("T")
_WITHIN_S: Final = 10.0
_JOIN_WITHIN_S: Final = 3_600.0
_LOOK_EVERY_US: Final = 2_000_000
_log = structlog.get_logger()


class Recorder:
    """`async with Recorder(directory) as recorder`; leaving it ends the part, not the recording.

    `trouble` is why nothing is recorded although somebody wants it, `unjoined` why a recording that
    ended stays in parts; the meeting goes on. At most `queue_packets` wait; beyond, packets are
    dropped up to the next keyframe and counted.
    """

    def __init__(
        self, directory: Path, *, min_free_bytes: int = 1 << 30, queue_packets: int = 2_048
    ) -> None:
        self._shelf = Shelf(directory)
        self._directory = directory
        self._min_free_bytes = min_free_bytes
        self._queue: queue.Queue[Callable[[], None] | None] = queue.Queue(queue_packets)
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)
        self._joiner = Worker("recordings")
        self._joining: set[str] = set()
        self._dropping = False
        self._card: Card | None = None
        self._part: Part | None = None
        self._stereo = False
        self._looked_us = 0
        self.dropped = 0
        self.trouble: MotcuaError | None = None
        self.unjoined: StorageError | None = None

    async def __aenter__(self) -> Self:
        await self._joiner.__aenter__()
        self._thread.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await asyncio.to_thread(self._leave)
        await self._joiner.__aexit__(kind, error, trace)

    async def start(
        self, recording: str, title: str, *, conference: str, now: datetime
    ) -> RecordingRow:
        """Begin a recording at the next keyframe, or go on with one that a crash cut.

        Raises DiskFullError, RecordingFailedError, RecordingTakenError.
        """
        card = Card(id=recording, conference=conference, title=title, started_at=now)
        return await self._do(_WITHIN_S, lambda: self._start(card))

    def put(self, packet: MediaPacket) -> None:
        """Take a packet; never waits, never raises."""
        if self._dropping and not (packet.kind == "video" and packet.keyframe):
            self.dropped += 1
            return
        try:
            self._queue.put_nowait(lambda: self._write(packet))
            self._dropping = False
        except queue.Full:
            self._dropping = True
            self.dropped += 1

    def chapter(self, title: str) -> None:
        """Begin a chapter at the packet put last; never waits, never raises."""
        with contextlib.suppress(queue.Full):
            self._queue.put_nowait(lambda: self._mark(title))

    async def end(self) -> None:
        """End the recording; `mend` makes it one file. Raises NoRecordingError if there is none."""
        await self._do(_WITHIN_S, self._end)

    async def stop(self) -> RecordingRow:
        """End the recording and make it one file; raises NoRecordingError when none is under way.

        Raises it also when not one picture arrived. Raises DiskFullError or RecordingFailedError
        when it could not be joined: its parts stay, and `mend` tries again.
        """
        return await self._join(await self._do(_WITHIN_S, lambda: self._taken(self._end())))

    async def mend(self, spare: str = "") -> tuple[RecordingRow, ...]:
        """Join what has ended and what a crash left in parts, while the next one is recorded.

        `spare` is about to be gone on with. What cannot be joined now stays in parts, for the next
        time, and `unjoined` is why.
        """
        rows: list[RecordingRow] = []
        unjoined: StorageError | None = None
        for card in await self._joiner.do(self._left, spare):
            try:
                taken = await self._do(_WITHIN_S, partial(self._taken, card))
                rows.append(await self._join(taken))
            except (NoRecordingError, RecordingTakenError):
                continue
            except StorageError as error:
                unjoined = error
        self.unjoined = unjoined
        return tuple(rows)

    async def recordings(self) -> tuple[RecordingRow, ...]:
        """Return all recordings, the newest first."""
        return await self._do(_WITHIN_S, self._rows)

    def file(self, recording: str, kind: Format) -> Path | None:
        """Return a finished recording's file."""
        path = self._shelf.whole(recording, kind)
        known = recording in self._shelf.ids()
        return path if known and path.is_file() else None

    async def _do(self, within_s: float, work: Callable[[], T]) -> T:
        future: Future[T] = Future()

        def job() -> None:
            try:
                future.set_result(work())
            except (MotcuaError, OSError) as error:
                future.set_exception(_ours(error))

        try:
            await asyncio.to_thread(self._queue.put, job, timeout=_WITHIN_S)
        except queue.Full:
            raise BusyError("the recorder cannot keep up") from None
        try:
            async with asyncio.timeout(within_s):
                return await asyncio.shield(asyncio.wrap_future(future))
        except TimeoutError:
            raise DeadlinePassedError("the recorder does not answer") from None

    def _run(self) -> None:
        while (job := self._queue.get()) is not None:
            try:
                job()
            except (MotcuaError, OSError) as error:
                self._give_up(_ours(error))
            except Exception as bug:  # noqa: BLE001 - a thread that died would record nothing, unseen
                _log.exception("recorder.bug")
                self._give_up(RecordingFailedError(repr(bug)))
        with contextlib.suppress(MotcuaError, OSError):
            self._end_part()

    def _leave(self) -> None:
        with contextlib.suppress(queue.Full):
            self._queue.put(None, timeout=_WITHIN_S)
        self._thread.join(_WITHIN_S)

    def _start(self, card: Card) -> RecordingRow:
        if self._card is not None and self._card.id == card.id and self.trouble is None:
            return self._shelf.row(card.id, under_way=True)
        if self._card is not None and self._card.id != card.id:
            raise RecordingTakenError("another recording is under way")
        self._check_room()
        with contextlib.suppress(NoRecordingError):
            card = self._shelf.card(card.id)
        if card.joined or card.id in self._joining:
            raise RecordingTakenError
        self._shelf.keep(card)
        self._card, self.trouble = card, None
        return self._shelf.row(card.id, under_way=True)

    def _write(self, packet: MediaPacket) -> None:
        if self._card is None or self.trouble is not None:
            return
        if packet.kind == "audio":
            self._stereo = is_stereo(packet)
        if self._part is not None and not self._part.continues(packet):
            self._end_part()
        if self._part is not None:
            self._part.write(packet)
        elif packet.kind == "video" and packet.keyframe:
            self._begin_part(self._card, packet)
        if abs(packet.pts_us - self._looked_us) >= _LOOK_EVERY_US:
            self._looked_us = packet.pts_us
            self._check_room()

    def _begin_part(self, card: Card, packet: MediaPacket) -> None:
        number = 1 + max((int(path.stem) for path in self._shelf.parts(card.id)), default=0)
        self._part = Part(self._shelf.part(card.id, number), packet, stereo=self._stereo)
        self._card = replace(card, parts=number)
        self._shelf.keep(self._card)

    def _end_part(self) -> None:
        part, self._part = self._part, None
        if part is not None:
            part.close()

    def _mark(self, title: str) -> None:
        if self._card is None or self.trouble is not None:
            return
        number = self._card.parts if self._part else self._card.parts + 1
        at_s = self._part.lasts_s if self._part else 0.0
        mark = Mark(part=number, at_s=at_s, title=title)
        self._card = replace(self._card, marks=(*self._card.marks, mark))
        self._shelf.keep(self._card)

    def _end(self) -> Card:
        if self._card is None:
            raise NoRecordingError("nothing is recorded")
        with contextlib.suppress(RecordingFailedError, OSError):  # what is on the disk is joined
            self._end_part()
        card, self._card = self._card, None
        self.trouble = None
        return card

    def _taken(self, card: Card) -> Card:
        """Return the card, which nobody else joins or goes on with now."""
        if card.id in self._joining or (self._card is not None and self._card.id == card.id):
            raise RecordingTakenError
        self._joining.add(card.id)
        return card

    def _left(self, spare: str) -> list[Card]:
        """Return what is to be joined; leavings of what was joined are cleared away."""
        left = []
        for recording in self._shelf.ids():
            with contextlib.suppress(NoRecordingError, OSError):  # the others are seen all the same
                card = self._shelf.card(recording)
                if card.joined:
                    shutil.rmtree(self._shelf.folder(recording), ignore_errors=True)
                elif recording != spare:
                    left.append(card)
        return left

    async def _join(self, card: Card) -> RecordingRow:
        return await self._joiner.within(_JOIN_WITHIN_S, self._joined, card)

    def _joined(self, card: Card) -> RecordingRow:
        try:
            return self._made_whole(card)
        except OSError as error:
            raise named(error) from error
        finally:
            self._joining.discard(card.id)

    def _made_whole(self, card: Card) -> RecordingRow:
        parts = self._shelf.parts(card.id)
        lengths = lengths_s(parts)
        if not any(lengths):
            self._shelf.forget(card.id)
            raise NoRecordingError("not one picture arrived")
        chapters = chapters_of(card.marks, lengths, card.title)
        for kind in FORMATS:
            join(parts, lengths, chapters, self._shelf.whole(card.id, kind), kind)
        self._shelf.keep(
            replace(
                card,
                parts=sum(length > 0 for length in lengths),
                joined=True,
                lasts_s=round(sum(lengths), 3),
                chapters=chapters,
            )
        )
        shutil.rmtree(self._shelf.folder(card.id), ignore_errors=True)
        return self._shelf.row(card.id)

    def _rows(self) -> tuple[RecordingRow, ...]:
        current = self._card.id if self._card else ""
        rows = [self._shelf.row(one, under_way=one == current) for one in self._shelf.ids()]
        if self._part is not None:
            lasts_s = self._part.lasts_s
            rows = [replace(one, lasts_s=lasts_s) if one.id == current else one for one in rows]
        return tuple(sorted(rows, key=lambda one: one.started_at, reverse=True))

    def _check_room(self) -> None:
        self._directory.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(self._directory).free
        if free < self._min_free_bytes:
            raise DiskFullError(f"{free >> 20} MiB are free; {self._min_free_bytes >> 20} must be")

    def _give_up(self, error: MotcuaError) -> None:
        self.trouble = error
        with contextlib.suppress(MotcuaError, OSError):
            self._end_part()


def _ours(error: MotcuaError | OSError) -> MotcuaError:
    return error if isinstance(error, MotcuaError) else named(error)
