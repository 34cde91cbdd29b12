"""Moves a journal up: in order, a bounded number unacknowledged, again after any silence.

After a silence the oldest entry goes alone, until the province acknowledges anything.
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from typing import Protocol

import structlog

from devices.contract.errors import BadPayloadError, LineDownError
from devices.contract.message import JournalAck, JournalEntry, decode, encode
from devices.contract.topics import PartTopics
from devices.runtime.alongside import alongside
from devices.runtime.bus import Bus, Inbox, Packet

WINDOW = 256
_PROBE = 1  # into a silence: a province that is away for days costs no line and fills no queue
_SILENCE_S = 3.0
_SAID_AGAIN_S = 1.0  # answers to repeats are repeats: not oftener than this
_LOOK_AGAIN_S = 30.0
_log = structlog.get_logger()


class JournalStore(Protocol):
    """A journal behind its owner's thread."""

    async def pending(self, after: int, limit: int) -> list[JournalEntry]:
        """Return entries above `after`, oldest first."""
        ...

    async def forget(self, ack: JournalAck) -> int:
        """Delete what is stored in the province; return how many entries went."""
        ...


class JournalSender:
    """Sends what is pending, and forgets what is acknowledged.

    A province that says nothing for `silence_s` is asked again.
    """

    def __init__(
        self, bus: Bus, topics: PartTopics, store: JournalStore, *, silence_s: float = _SILENCE_S
    ) -> None:
        self._silence_s = silence_s
        self._bus = bus
        self._topics = topics
        self._store = store
        self._boot = 0
        self._sent = 0
        self._acked = 0
        self._window = WINDOW
        self._moved_at = 0.0
        self._news = asyncio.Event()

    def nudge(self) -> None:
        """Say that the journal has new entries."""
        self._news.set()

    async def run(self) -> None:
        """Send for ever."""
        async with (
            self._bus.listen(self._topics.ack, limit=64) as acks,
            alongside(self._forget(acks), name="journal acks"),
        ):
            while True:
                await self._bus.wait_connected()
                self._window = WINDOW  # a new line
                self._begin_again()
                with contextlib.suppress(LineDownError):
                    await self._send_on_this_line()

    async def _send_on_this_line(self) -> None:
        while self._bus.connected:
            self._news.clear()
            entries = await self._next()
            await _each(self._publish, entries)
            if entries:
                self._sent = entries[-1].seq
            elif self._sent == self._acked:
                await self._wait(_LOOK_AGAIN_S)
            elif time.monotonic() - self._moved_at > self._silence_s:
                self._window = _PROBE
                self._begin_again()
            else:
                await self._wait(self._silence_s)

    def _begin_again(self) -> None:
        """Go back to the oldest entry."""
        self._sent = self._acked
        self._moved_at = time.monotonic()

    async def _next(self) -> list[JournalEntry]:
        room = self._window - (self._sent - self._acked)
        entries = await self._store.pending(self._sent, room) if room > 0 else []
        if not entries and room > 0 and self._sent:
            entries = await self._store.pending(0, 1)  # one that became another counts from 1
            entries = [] if entries and entries[0].boot == self._boot else entries
        if entries and entries[0].boot != self._boot:  # the first ones, or the store became another
            self._boot = entries[0].boot
            self._acked = entries[0].oldest - 1
            self._begin_again()
            return await self._store.pending(self._sent, self._window)
        if entries and self._sent == self._acked:
            self._moved_at = time.monotonic()
        return entries

    async def _publish(self, entry: JournalEntry) -> None:
        await self._bus.publish(Packet(topic=self._topics.event, payload=encode(entry), qos=1))

    async def _wait(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._news.wait()

    async def _forget(self, acks: Inbox) -> None:
        async for packet in acks:
            try:
                ack = decode(packet.payload, JournalAck)
            except BadPayloadError as error:
                _log.warning("journal.bad_ack", text=error.sentence)
                continue
            gone = await self._store.forget(ack)
            self._window = WINDOW  # the province is there
            if gone and ack.seq > self._acked:
                self._acked = ack.seq
                self._sent = max(self._sent, ack.seq)
                self._moved_at = time.monotonic()
            elif time.monotonic() - self._moved_at > _SAID_AGAIN_S:
                self._begin_again()  # it stands where it stood: it misses something
            self._news.set()


async def _each(do: Callable[[JournalEntry], Awaitable[None]], entries: list[JournalEntry]) -> None:
    """Publish all, wait for the broker to have them all; the first LineDownError ends it."""
    results = await asyncio.gather(*map(do, entries), return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result
