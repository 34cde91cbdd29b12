"""The line between a box and its network printer, which fails at a byte of one's choice.

What has passed is the printer's; what has not is lost with the connection, as on a cable.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from enum import Enum, auto

from devices.printer import encode

_END = encode.CUT + encode.ASK_PROCESSED
_ASK_ERRORS = encode.ask(3)


class Moment(Enum):
    """When a fault strikes."""

    SOMEWHERE = auto()
    BEFORE_THE_LAST = auto()
    AFTER_THE_LAST = auto()


@dataclass
class PrinterLine:
    """A TCP relay to `to_port` with hands on it.

    `bytes_s` is its speed (0: as fast as it goes); `muted` swallows answers, `refused` connections;
    `error_bits` are added to answers to DLE EOT 3.
    """

    to_port: int
    port: int = 0
    bytes_s: int = 0
    muted: bool = False
    refused: bool = False
    error_bits: int = 0
    _strike: Callable[[], Awaitable[None]] | None = None
    _moment: Moment = Moment.SOMEWHERE
    _left: int = 0
    _asked_errors: bool = False
    _ways: set[asyncio.Task[None]] = field(default_factory=set)
    _answers_pass: asyncio.Event = field(default_factory=asyncio.Event)

    def arm(
        self, moment: Moment, strike: Callable[[], Awaitable[None]], *, after_bytes: int = 0
    ) -> None:
        """Have something happen once, at this moment of a receipt; nothing passes meanwhile."""
        self._moment, self._strike, self._left = moment, strike, after_bytes

    def disarm(self) -> None:
        """Let nothing happen."""
        self._strike = None

    def cut(self) -> None:
        """Break every connection."""
        for way in self._ways:
            way.cancel()

    async def carry(self, near: asyncio.StreamReader, to_near: asyncio.StreamWriter) -> None:
        """Relay one connection until either end, or somebody, ends it."""
        if self.refused:
            to_near.transport.abort()
            return
        try:
            far, to_far = await asyncio.open_connection("127.0.0.1", self.to_port)
        except OSError:
            to_near.transport.abort()
            return
        ways = {
            asyncio.ensure_future(self._there(near, to_far)),
            asyncio.ensure_future(self._back(far, to_near)),
        }
        self._ways |= ways
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
        self._ways -= ways
        to_far.close()  # what has passed is printed
        to_near.transport.abort()

    async def _there(self, near: asyncio.StreamReader, to_far: asyncio.StreamWriter) -> None:
        while chunk := await near.read(65_536):
            self._asked_errors = chunk == _ASK_ERRORS
            if self.bytes_s:
                await asyncio.sleep(len(chunk) / self.bytes_s)
            first, strike = self._before(chunk)
            self._answers_pass.clear()
            try:
                to_far.write(chunk[:first])
                await to_far.drain()
                if strike:
                    await asyncio.shield(asyncio.ensure_future(strike()))  # it may cut this line
            finally:
                self._answers_pass.set()
            to_far.write(chunk[first:])
            await to_far.drain()

    def _before(self, chunk: bytes) -> tuple[int, Callable[[], Awaitable[None]] | None]:
        """Return how much passes before the strike, and the strike if its moment has come."""
        ends = chunk.endswith(_END)
        at = len(chunk)
        match self._moment:
            case Moment.SOMEWHERE:
                at, self._left = self._left, self._left - len(chunk)
                due = 0 <= at < len(chunk)
            case Moment.BEFORE_THE_LAST:
                at, due = 0, ends
            case Moment.AFTER_THE_LAST:
                due = ends
        if not due or not self._strike:
            return len(chunk), None
        strike, self._strike = self._strike, None
        return at, strike

    async def _back(self, far: asyncio.StreamReader, to_near: asyncio.StreamWriter) -> None:
        while chunk := await far.read(65_536):
            await self._answers_pass.wait()
            if self._asked_errors and len(chunk) == 1:
                chunk = bytes((chunk[0] | self.error_bits,))
            if not self.muted:
                to_near.write(chunk)
                await to_near.drain()


@contextlib.asynccontextmanager
async def printer_line(to_port: int) -> AsyncIterator[PrinterLine]:
    """Relay to a port of 127.0.0.1 as long as the context lasts."""
    line = PrinterLine(to_port)
    carrying: set[asyncio.Task[None]] = set()

    async def carry(near: asyncio.StreamReader, to_near: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        carrying.add(task)
        try:
            await line.carry(near, to_near)
        finally:
            carrying.discard(task)

    server = await asyncio.start_server(carry, "127.0.0.1", 0)
    line.port = int(server.sockets[0].getsockname()[1])
    try:
        yield line
    finally:
        server.close()
        line.cut()
        await asyncio.gather(*carrying, return_exceptions=True)
