"""Live events to many browsers: newest state wins, a slow browser is dropped, never waited for."""

import asyncio
from collections.abc import AsyncIterator

from litestar.response import ServerSentEvent, ServerSentEventMessage

from devices.contract.errors import BusyError

_WAITING_EVENTS = 64
_MOST_STREAMS = 512
_KEEPALIVE_S = 15.0
_Events = asyncio.Queue[tuple[str, str] | None]


class Hub:
    """Hands every event to every open stream.

    A stream that falls 64 events behind is closed; its browser opens a new one and begins with the
    whole state.
    """

    def __init__(self) -> None:
        self._streams: dict[_Events, str] = {}

    @property
    def watchers(self) -> int:
        """How many streams are open."""
        return len(self._streams)

    @property
    def owners(self) -> frozenset[str]:
        """Whose streams are open."""
        return frozenset(self._streams.values())

    def tell(self, event: str, data: str) -> None:
        """Send an event to all."""
        for stream in list(self._streams):
            try:
                stream.put_nowait((event, data))
            except asyncio.QueueFull:
                del self._streams[stream]
                stream.get_nowait()
                stream.put_nowait(None)

    def close(self, *last: tuple[str, str]) -> None:
        """End all streams, with these events as their last."""
        for stream in list(self._streams):
            self._end(stream, last)

    def end(self, owner: str) -> None:
        """End this owner's streams; nothing more is told there, not even what waits."""
        for stream in [one for one, whose in self._streams.items() if whose == owner]:
            self._end(stream, ())

    def stream(self, *first: tuple[str, str], owner: str = "") -> ServerSentEvent:
        """Return one browser's response, beginning with the events of `first` (the whole state).

        What is told from now on follows, until `end` is called for its owner. A response that is
        never sent is dropped like a browser that does not read.
        """
        if len(self._streams) >= _MOST_STREAMS:
            raise BusyError(f"{_MOST_STREAMS} screens are watching already.")
        queue: _Events = asyncio.Queue(_WAITING_EVENTS)
        self._streams[queue] = owner
        return ServerSentEvent(self._messages(queue, first))

    async def _messages(
        self, queue: _Events, first: tuple[tuple[str, str], ...]
    ) -> AsyncIterator[ServerSentEventMessage]:
        try:
            for event, data in first:
                yield ServerSentEventMessage(event=event, data=data)
            while True:
                try:
                    async with asyncio.timeout(_KEEPALIVE_S):
                        item = await queue.get()
                except TimeoutError:
                    yield ServerSentEventMessage(comment="alive")
                    continue
                if item is None:
                    return
                yield ServerSentEventMessage(event=item[0], data=item[1])
        finally:
            self._streams.pop(queue, None)

    def _end(self, stream: _Events, last: tuple[tuple[str, str], ...]) -> None:
        del self._streams[stream]
        while not stream.empty():
            stream.get_nowait()
        for item in (*last, None):
            stream.put_nowait(item)
