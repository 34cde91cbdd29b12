"""SMP over a tty in the event loop: the transport of smpclient's client, without its polling.

SMP repeats nothing. A request whose reply came damaged, or did not come, is sent again as long as
its asker waits, if a second time does no harm: reads, the echo, the states of images, and pieces
of an image, which carry their offset. A server that got one twice answers twice; replies that
nobody waits for are thrown away.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from smpclient.transport import SMPTransport

from firmware_bridge.errors import BoardBusyError, BoardGoneError, BoardMuteError
from firmware_bridge.serial_link import SerialLine
from firmware_bridge.update.smp_frames import LINE_BYTES, ROOM_BYTES, Frames, encoded

_OP, _READ, _WRITE = 0x07, 0, 2  # a reply has its request's op, and 1 more
_HEADER_BYTES = 8
_OF = slice(4, 8)  # of it: group, sequence and command, which its reply repeats
_HARMLESS_WRITES = (  # group (two bytes), command
    (0, 0, 0),  # echo
    (0, 1, 0),  # state of an image
    (0, 1, 1),  # piece of an image
)
_FRAMING_BYTES = 4  # of what a server can hold
# Of silence. Not sooner: small servers have been seen to crash from a request that came while they
# were still at the one before.
_AGAIN_S, _MOST_AGAIN_S = 1.0, 4.0
_WIRE_TIMES = 3  # a silence may be so many times what the request takes on the wire
_LOOK_AGAIN_S = 0.02  # how often a port that is not there is looked for


class SmpLine(SMPTransport):
    """A board's SMP server at a port; for one request at a time. Whoever asks sets the deadline.

    Every method raises BoardGoneError when the port is not there or was hung up; none raises
    pyserial's errors, or the system's.
    """

    def __init__(self, *, baud: int = 115_200) -> None:
        self.repeated = 0  # requests
        self._baud = baud
        self._line: SerialLine | None = None
        self._fault = BoardGoneError("not open")
        self._frames = Frames()
        self._drained = asyncio.Event()
        self._busy = False
        self._answers: tuple[int, bytes] | None = None  # what the awaited reply says it answers
        self._reply: asyncio.Future[bytes | None] | None = None  # None: send it again

    async def connect(self, address: str, timeout_s: float) -> None:
        """Open the port, which may still be on its way. Raises also BoardBusyError."""
        loop = asyncio.get_running_loop()
        end = loop.time() + timeout_s
        self._frames = Frames()
        while not self._line:
            try:
                self._line = SerialLine(
                    address, self._baud, came=self._came, drained=self._drained.set, lost=self._lose
                )
            except BoardGoneError:
                if loop.time() >= end:
                    raise
                await asyncio.sleep(_LOOK_AGAIN_S)

    async def disconnect(self) -> None:
        """Close the port."""
        if self._line:
            self._line.close()
            self._lose(BoardGoneError("closed"))

    async def send(self, data: bytes) -> None:
        """Send a message."""
        while self._line and not self._line.ready:
            self._drained.clear()
            await self._drained.wait()
        if not self._line:
            raise _again(self._fault)
        self._line.write(encoded(data))

    async def receive(self) -> bytes:
        """Return the next message, whatever it answers."""
        with self._waiting(None):
            while (message := await self._next(None)) is None:
                pass
            return message

    async def send_and_receive(self, data: bytes) -> bytes:
        """Return the reply to a request, which is sent again as needed.

        Raises BoardMuteError when the reply to one that must not be repeated came damaged, and
        BoardBusyError when another is under way.
        """
        silence_s = None
        if _harmless(data):
            wire_s = 10 * len(encoded(data)) / self._baud
            silence_s = _AGAIN_S + _WIRE_TIMES * wire_s
        with self._waiting(((data[0] & _OP) + 1, data[_OF])):
            while True:
                await self.send(data)
                reply = await self._next(silence_s)
                if reply is not None:
                    return reply
                if silence_s is None:
                    raise BoardMuteError("the answer came damaged")
                silence_s = min(2 * silence_s, _MOST_AGAIN_S)
                self.repeated += 1

    @property
    def mtu(self) -> int:
        """A line, in bytes."""
        return LINE_BYTES

    @property
    def max_unencoded_size(self) -> int:
        """The longest message that the server takes: one line, until it has told what it can."""
        if self._smp_server_transport_buffer_size is None:
            return ROOM_BYTES
        return self._smp_server_transport_buffer_size - _FRAMING_BYTES

    @contextmanager
    def _waiting(self, answers: tuple[int, bytes] | None) -> Iterator[None]:
        if self._busy:
            raise BoardBusyError("another request is under way")
        self._busy, self._answers = True, answers
        try:
            yield
        finally:
            self._busy = False

    async def _next(self, silence_s: float | None) -> bytes | None:
        """Wait for the reply; returns None when it is lost."""
        if not self._line:
            raise _again(self._fault)
        loop = asyncio.get_running_loop()
        reply: asyncio.Future[bytes | None] = loop.create_future()
        timer = loop.call_later(silence_s, self._settle, None) if silence_s is not None else None
        self._reply = reply
        try:
            return await reply
        finally:
            self._reply = None
            if timer:
                timer.cancel()

    def _came(self, data: bytes) -> None:
        before = self._frames.damaged
        for message in self._frames.feed(data):
            if len(message) < _HEADER_BYTES:
                continue
            if self._answers in (None, (message[0] & _OP, message[_OF])):
                self._settle(message)
        if self._frames.damaged != before:
            self._settle(None)

    def _settle(self, message: bytes | None) -> None:
        if self._reply and not self._reply.done():
            self._reply.set_result(message)

    def _lose(self, fault: BoardGoneError) -> None:
        self._line, self._fault = None, fault
        self._drained.set()
        if self._reply and not self._reply.done():
            self._reply.set_exception(_again(fault))


def _harmless(request: bytes) -> bool:
    """Return whether it may be done twice."""
    op, (*group, _, command) = request[0] & _OP, request[_OF]
    return op == _READ or (op == _WRITE and (*group, command) in _HARMLESS_WRITES)


def _again(fault: BoardGoneError) -> BoardGoneError:
    return type(fault)(*fault.args)
