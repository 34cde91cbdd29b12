"""Requests under way at a board: a tag each, and who waits for its answer."""

import asyncio
from typing import Any

from firmware_bridge import frames
from firmware_bridge.errors import BoardBusyError, BoardError, RefusedError, TableDiffersError

_MOST_AT_ONCE = 16  # under way at the board; more wait here, within their time
_MOST_TAGS = 255


class Asks:
    """The requests of one conversation. A tag is taken until its answer comes, waited for or not.

    `place` is held by who asks, so that a board never has more than it can take.
    """

    def __init__(self) -> None:
        self.place = asyncio.Semaphore(_MOST_AT_ONCE)
        self._waiting: dict[int, asyncio.Future[bytes]] = {}
        self._tag = 0

    def free_tag(self) -> int:
        """Return a tag that nobody waits for; raises BoardBusyError."""
        if len(self._waiting) >= _MOST_TAGS:
            raise BoardBusyError(f"{_MOST_TAGS} requests were never answered")
        while True:
            self._tag = self._tag % _MOST_TAGS + 1
            if self._tag not in self._waiting:
                return self._tag

    def answer(self, tag: int) -> asyncio.Future[bytes]:
        """Return what will be the answer to the request that was sent with this tag."""
        future: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._waiting[tag] = future
        return future

    def came(self, reply: bytes) -> None:
        """Take an answer; what nobody asked is ignored."""
        future = self._waiting.pop(reply[1], None) if len(reply) > 1 else None
        if future is not None and not future.done():
            future.set_result(reply)

    def end(self, fault: BoardError) -> None:
        """No answer will come any more."""
        for future in self._waiting.values():
            if not future.done():
                future.set_exception(again(fault))


def values_of(name: str, reply: bytes) -> tuple[Any, ...]:
    """Return a reply's values.

    Raises TableDiffersError, RefusedError, or BoardBusyError when the board cannot now.
    """
    try:
        _, status, values = frames.answered(reply)
    except frames.FrameError as error:
        raise TableDiffersError(f"the board's answer to {name}: {error}") from error
    if status == frames.OK:
        return values
    reason = str(values[0])
    if status == frames.TABLE_DIFFERS:
        raise TableDiffersError(reason or f"the board knows no {name} of ours")
    if status == frames.BUSY:
        raise BoardBusyError(reason or "the board is busy")
    known = status < len(frames.STATUS_NAMES)
    raise RefusedError(frames.STATUS_NAMES[status] if known else str(status), reason)


def again(fault: BoardError) -> BoardError:
    """Return the same fault for one more who waits: a traceback belongs to one of them."""
    return type(fault)(*fault.args)
