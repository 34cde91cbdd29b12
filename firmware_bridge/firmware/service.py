"""The board's end of the wire: the link, and each request to who answers it.

Used by the application and by the rescue. The wire has `read`, a coroutine that returns the bytes
that came, and `write`, which takes what it can at once and returns how much that was.
"""

from firmware_bridge import frames
from firmware_bridge.firmware.boot import Refused
from firmware_bridge.link import Link, NoSessionError, QueueFullError

try:
    from collections.abc import Awaitable, Callable
    from typing import Any, Protocol

    class Wire(Protocol):
        """Bytes to and from the box."""

        def read(self) -> Awaitable[bytes]:
            """Wait for bytes; returns at least one."""
            ...

        def write(self, data: bytes) -> int:
            """Take what fits now; returns how many bytes."""
            ...

except ImportError:  # MicroPython reads no annotation
    pass

_QUEUE = 32
_FOR_REPLIES = 16  # of the queue; what is told leaves them free
_STUCK_MS = 500  # nobody takes what is written for so long: it is thrown away
_HELLO_MS = 100
_TOO_LONG = "longer than this box takes"


class Service:
    """The link of a board and what it answers; call `flush` often, each few milliseconds."""

    _rest: bytes  # of what is being written

    def __init__(
        self, wire: "Wire", nonce: int, greeting: bytes, now_ms: "Callable[[], int]", byte_us: int
    ) -> None:
        """`greeting` is `frames.identity(...)`; `now_ms` a clock that never goes back."""
        self.link = Link(nonce, greeting, queue=_QUEUE, hello_ms=_HELLO_MS, byte_us=byte_us)
        self.unanswered = 0
        self._wire = wire
        self._greeting = greeting
        self._now_ms = now_ms
        self._rest = b""
        self._moved_ms = 0
        self._handlers: dict[int, Callable[..., tuple[Any, ...]]] = {}
        self.serve("identify", self._identify)
        self.serve("echo", _echo)

    @property
    def ready(self) -> bool:
        """Whether there is a box that knows our table of messages."""
        return self.link.up and self.link.peer_greeting[:8] == frames.TABLE_HASH

    def serve(self, name: str, handler: "Callable[..., tuple[Any, ...]]") -> None:
        """Let a request's values go to `handler`; it returns the reply's.

        It raises Refused, or ValueError for values that are none.
        """
        self._handlers[frames.BY_NAME[name].op] = handler

    def greet(self, greeting: bytes) -> None:
        """Say this from now on, to who asks and to the next box."""
        self._greeting = self.link.greeting = greeting

    @property
    def can_tell(self) -> bool:
        """Whether an event may go out now; replies keep their room in the queue."""
        return self.ready and self.link.room > _FOR_REPLIES

    async def run(self) -> None:
        """Answer what comes, until cancelled."""
        while True:
            self.take(await self._wire.read())
            self.flush()

    def take(self, data: bytes) -> None:
        """Take bytes off the wire."""
        for message in self.link.feed(data, self._now_ms()):
            reply = self._answer(message)
            if reply is None:
                continue
            try:
                if len(reply) > self.link.longest:
                    reply = frames.answer(message[0], message[1], frames.FAILED, _TOO_LONG)
                self.link.send(reply)
            except (QueueFullError, NoSessionError):  # a box that takes no reply and asks on
                self.unanswered += 1

    def flush(self) -> None:
        """Write what is to be written, as far as the wire takes it now."""
        now = self._now_ms()
        if not self._rest:
            self._rest = self.link.poll(now)
            self._moved_ms = now
        if not self._rest:
            return
        count = self._wire.write(self._rest)
        if count:
            self._rest = self._rest[count:]
            self._moved_ms = now
        elif now - self._moved_ms > _STUCK_MS:
            self._rest = b""

    def _answer(self, message: bytes) -> bytes | None:
        if len(message) < 2 or message[0] & frames.REPLY:  # noqa: PLR2004 - op and tag
            return None
        op, tag = message[0], message[1]
        handler = self._handlers.get(op)
        if handler is None:
            return frames.answer(op, tag, frames.UNKNOWN)
        if op not in frames.CORE_OPS and not self.ready:
            return frames.answer(op, tag, frames.TABLE_DIFFERS)
        try:
            return frames.answer(op, tag, frames.OK, *handler(*frames.asked(message)[2]))
        except (frames.FrameError, ValueError) as error:
            return frames.answer(op, tag, frames.BAD, error)
        except Refused as refused:
            return frames.answer(op, tag, refused.status, refused.text)

    def _identify(self) -> "tuple[Any, ...]":
        return frames.identified(self._greeting)


def _echo(data: bytes) -> tuple[bytes]:
    return (data,)
