"""The host's end of a board: ask it, hear its events, know at once when it is gone.

A `Board` is one conversation. Whatever ends it (the port, silence, a restart) is one BoardError,
which every `ask` under way and `events()` raise; then it is closed, and a new one is opened. What
the board told and nobody put on disk (`stored`), it tells again to the next one.
"""

import asyncio
import contextlib
import os
from collections import deque
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any, Self

from firmware_bridge import frames
from firmware_bridge.asks import Asks, again, values_of
from firmware_bridge.errors import (
    BoardBusyError,
    BoardError,
    BoardGoneError,
    BoardMuteError,
    BoardRestartedError,
    TableDiffersError,
    TooLongError,
)
from firmware_bridge.link import Link, QueueFullError
from firmware_bridge.serial_link import SerialLine

_WINDOW = 8
_MOST_EVENTS = 1024  # more than a board's ring holds
_LOOK_AGAIN_S = 0.02  # how often a port that is not there is looked for
_CLOCK_GRAIN_S = 0.0002  # a timer rings after its millisecond has begun
# A board is mute when it answered none of these, the first after a silence of _QUIET_MS. They are
# counted, not timed: a host that was stalled itself has asked nothing meanwhile.
_QUIET_MS, _AGAIN_MS, _MOST_PINGS = 200, 40, 6
_MOST_PINGS_FLASHING = 50  # erasing a block stops a board for some hundred ms
_TURNS_S = 0.03  # in which a board that lives has told what it has to tell


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a board is, as it says it at every beginning."""

    uid: str  # its chip's number, in hex
    boot: int  # the number of its start, no other one's
    reset: str  # why it last started: one of frames.RESET_NAMES
    slot: int  # whose image runs: 0, 1, or frames.RESCUE
    confirmed: bool  # whether that image stays after the next restart
    version: str  # that image's
    table_hash: bytes

    @property
    def starts(self) -> int:
        """How often it has started since its flash was new."""
        return frames.starts(self.boot)

    @property
    def same_table(self) -> bool:
        """Whether it speaks our table of messages; if not, it still takes an update."""
        return self.table_hash == frames.TABLE_HASH


@dataclass(frozen=True, slots=True)
class Event:
    """What a board told. `(uid, boot, id)` names it for ever; ids count from 1 in each boot."""

    name: str  # one of frames.TELLS
    boot: int
    id: int
    age_ms: int  # how long ago it was, when it was sent
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class LinkCounts:
    """What noise cost since the beginning, in frames."""

    damaged: int
    repeated: int
    doubled: int


class Board:
    """A conversation with the board at a port.

    `async with` opens it: within `within_s` the port must be there (it may still be on its way,
    after an update or under its by-id name) and the board must greet. Raises BoardGoneError,
    BoardMuteError, or at once BoardBusyError when another program holds the port.
    """

    def __init__(self, path: str, *, baud: int = 115_200, within_s: float = 0.5) -> None:
        self._path = path
        self._baud = baud
        self._within_s = within_s
        self._line: SerialLine | None = None
        self._link = Link(0)
        self._identity: Identity | None = None
        self._begun = asyncio.Event()
        self._fault: BoardError | None = None
        self._ended = asyncio.Event()
        self._asks = Asks()
        self._events: deque[Event] = deque()
        self._news = asyncio.Event()
        self._unread = 0
        self._told = self._stored = 0  # the newest event that came, and that it may forget
        self._forgets = asyncio.Event()
        self._timer: asyncio.TimerHandle | None = None
        self._timer_ms = 0
        self._heard_ms = -1
        self._pings = 0
        self._ping_ms = 0
        self._most_pings = _MOST_PINGS

    async def __aenter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        end = self._loop.time() + self._within_s
        try:
            self._line = await self._opened(end)
            nonce = int.from_bytes(os.urandom(4), "little")
            byte_us = 10_000_000 // self._baud
            self._link = Link(nonce, frames.TABLE_HASH, window=_WINDOW, byte_us=byte_us)
            self._flow()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout_at(end):
                    await self._begun.wait()
            if self._fault is None and self._identity is None:
                self._end(BoardMuteError(f"{self._path}: no board has answered"))
            self._raise_if_ended()
        except BaseException:
            self._close()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        self._end(BoardGoneError(f"{self._path}: closed"))

    @property
    def identity(self) -> Identity:
        """Who it is."""
        assert self._identity is not None  # noqa: S101 - a board that was opened has said it
        return self._identity

    @property
    def counts(self) -> LinkCounts:
        """What noise cost so far."""
        return LinkCounts(self._link.damaged, self._link.repeated, self._link.doubled)

    async def ask(self, name: str, *values: Any, within_s: float = 1.0) -> tuple[Any, ...]:
        """Return the values of the reply to a request of frames.CORE or frames.ASKS.

        Raises TableDiffersError when the board does not know the row, RefusedError when it says
        no, TooLongError when the values are more than a message takes, BoardBusyError when it
        cannot now, BoardMuteError when it has not answered in time, or what ended the conversation.
        """
        row = frames.BY_NAME[name]
        if row.op not in frames.CORE_OPS and not self.identity.same_table:
            raise TableDiffersError(f"{self._path}: {self.identity.version} has another table")
        try:
            async with asyncio.timeout(within_s), self._asks.place:
                reply = await self._exchange(name, values)
        except TimeoutError as error:
            raise BoardMuteError(f"{self._path}: no answer to {name} in {within_s:g} s") from error
        return values_of(name, reply)

    async def events(self) -> AsyncIterator[Event]:
        """Yield what it tells, in order; for one reader. Ends only by raising what ended it all.

        Raises TableDiffersError when the board's events cannot be understood.
        """
        if not self.identity.same_table:
            raise TableDiffersError(f"{self._path}: {self.identity.version} has another table")
        while True:
            while self._events:
                yield self._events.popleft()
            self._raise_if_ended()
            self._news.clear()
            await self._news.wait()

    async def stored(self, boot: int, event: int, *, within_s: float = 1.0) -> None:
        """Tell it that everything up to this event is on disk here: it may forget it."""
        await self.ask("stored", boot, event, within_s=within_s)
        if boot == self.identity.boot:
            self._stored = max(self._stored, event)
            self._forgets.set()

    async def emptied(self, *, within_s: float) -> bool:
        """Wait until it has told all it has to tell, and all of that is stored; returns whether.

        For who is about to restart it, while somebody else takes its events. Raises what ended the
        conversation.
        """
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                while True:
                    told = self._told
                    await asyncio.sleep(_TURNS_S)
                    await self.ask("echo", b"", within_s=within_s)
                    if self._stored >= self._told == told:
                        return True
                    self._forgets.clear()
                    if self._stored < self._told:
                        await self._forgets.wait()
        return False

    async def ended(self) -> BoardError:
        """Wait until the conversation is over; returns why."""
        await self._ended.wait()
        assert self._fault is not None  # noqa: S101 - it was set before
        return self._fault

    @contextlib.contextmanager
    def flashing(self) -> Iterator[None]:
        """Be patient: while a board writes its flash it hears nothing, so one frame at a time."""
        self._link.window, self._most_pings = 1, _MOST_PINGS_FLASHING
        try:
            yield
        finally:
            self._link.window, self._most_pings = _WINDOW, _MOST_PINGS

    # Beginning and end

    async def _opened(self, end: float) -> SerialLine:
        while True:
            try:
                return SerialLine(
                    self._path, self._baud, came=self._came, drained=self._flow, lost=self._end
                )
            except BoardGoneError:
                if self._loop.time() >= end:
                    raise
            await asyncio.sleep(_LOOK_AGAIN_S)

    def _end(self, fault: BoardError) -> None:
        if self._fault is None:
            self._fault = fault
            self._close()
            self._asks.end(fault)
            self._begun.set()
            self._news.set()
            self._forgets.set()
            self._ended.set()

    def _close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._line is not None:
            self._line.close()

    def _raise_if_ended(self) -> None:
        if self._fault is not None:
            raise again(self._fault)

    # Asking

    async def _exchange(self, name: str, values: tuple[Any, ...]) -> bytes:
        self._raise_if_ended()
        tag = self._asks.free_tag()
        message = frames.ask(name, tag, *values)
        if len(message) > self._link.longest:
            most = self._link.longest
            raise TooLongError(f"{self._path}: {name} of {len(message)} bytes; it takes {most}")
        try:
            self._link.send(message)
        except QueueFullError as error:
            raise BoardBusyError(f"{self._path}: too much waits to be sent") from error
        answer = self._asks.answer(tag)
        self._flow()
        return await answer

    # What flows

    def _now_ms(self) -> int:
        return int(self._loop.time() * 1000)

    def _came(self, data: bytes) -> None:
        before = self._link.session
        messages = self._link.feed(data, self._now_ms())
        if self._link.session != before:
            self._meet()
        for message in messages:
            self._take(message)
        self._flow()

    def _meet(self) -> None:
        if self._identity is not None:
            self._end(BoardRestartedError(f"{self._path}: the board started anew"))
            return
        try:
            said = frames.identified(self._link.peer_greeting)
        except frames.FrameError as error:
            self._end(BoardMuteError(f"{self._path}: it does not say who it is: {error}"))
            return
        self._identity = _identity(*said)
        self._begun.set()

    def _take(self, message: bytes) -> None:
        if message[0] & frames.REPLY:
            self._asks.came(message)
            return
        try:
            event = Event(*frames.told(message))
        except frames.FrameError:
            self._unread += 1
            return
        self._events.append(event)
        self._told = event.id
        self._news.set()
        if len(self._events) > _MOST_EVENTS:
            self._end(BoardBusyError(f"{self._path}: nobody takes the board's events"))

    def _flow(self) -> None:
        """Send what is to be sent, and come back when the next thing is due."""
        if self._fault is not None or self._line is None:
            return
        now = self._now_ms()
        if self._identity is not None:
            self._watch(now)
            if self._fault is not None:
                return
        ready = self._line.ready
        if ready and (data := self._link.poll(now)):
            self._line.write(data)
        self._arm(ready=ready)

    def _watch(self, now: int) -> None:
        """Ask a silent board for a sign of life; give it up when it gave none."""
        if self._heard_ms != self._link.heard_ms:
            self._heard_ms, self._pings = self._link.heard_ms, 0
            self._ping_ms = self._heard_ms + _QUIET_MS
        if now < self._ping_ms:
            return
        if self._pings >= self._most_pings:
            silent_ms = now - self._heard_ms
            self._end(BoardMuteError(f"{self._path}: the board fell silent {silent_ms} ms ago"))
            return
        self._pings += 1
        self._ping_ms = now + _AGAIN_MS
        self._link.ping()

    def _arm(self, *, ready: bool) -> None:
        """Have one timer, not later than what is due: it may ring for nothing, never too late."""
        due = self._link.due_ms() if ready else None
        if self._identity is not None:
            due = self._ping_ms if due is None else min(due, self._ping_ms)
        if due is None or (self._timer is not None and self._timer_ms <= due):
            return
        if self._timer is not None:
            self._timer.cancel()
        self._timer_ms = due
        self._timer = self._loop.call_at(due / 1000 + _CLOCK_GRAIN_S, self._ring)

    def _ring(self) -> None:
        self._timer = None
        self._flow()


def _identity(table: bytes, uid: bytes, boot: int, *rest: Any) -> Identity:
    reset, slot, confirmed, version = rest
    name = frames.RESET_NAMES[min(reset, frames.RESET_UNKNOWN)]
    text = bytes(version).decode(errors="replace")
    return Identity(uid.hex(), boot, name, slot, bool(confirmed), text, table)
