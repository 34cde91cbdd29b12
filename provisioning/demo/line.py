"""The line between a box and the province, to be cut at will: a TCP relay on loopback."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from typing import TypeAlias

_CHUNK = 65_536


class Line:
    """A relay from its own port to another.

    Cut, it drops what it carries and refuses what comes.
    """

    def __init__(self, to_port: int) -> None:
        self._to_port = to_port
        self._carried: set[asyncio.Task[None]] = set()
        self.port = 0
        self.is_cut = False

    def cut(self) -> None:
        """Cut the line."""
        self.is_cut = True
        for carrying in self._carried:
            carrying.cancel()

    def mend(self) -> None:
        """Put the line up again; whoever uses it connects anew by itself."""
        self.is_cut = False

    @contextlib.asynccontextmanager
    async def standing(self, host: str, port: int = 0) -> AsyncIterator[None]:
        """Relay for as long as the context lasts; `port` says where."""
        server = await asyncio.start_server(self._came, host, port)
        self.port = int(server.sockets[0].getsockname()[1])
        try:
            yield
        finally:
            server.close()
            for carrying in self._carried:
                carrying.cancel()
            await asyncio.gather(*self._carried, return_exceptions=True)

    def _came(self, near: asyncio.StreamReader, to_near: asyncio.StreamWriter) -> None:
        """Carry a connection in a task that is known, and whose end is the connection's end.

        Also that of a task cancelled before its first step, in which no `finally` runs.
        """

        def ended(task: asyncio.Task[None]) -> None:
            self._carried.discard(task)
            to_near.transport.abort()

        task = asyncio.ensure_future(self._carry(near, to_near))
        self._carried.add(task)
        task.add_done_callback(ended)

    async def _carry(self, near: asyncio.StreamReader, to_near: asyncio.StreamWriter) -> None:
        if self.is_cut:
            return
        with contextlib.suppress(OSError):
            far, to_far = await asyncio.open_connection("127.0.0.1", self._to_port)
            try:
                await _joined((near, to_near), (far, to_far))
            finally:
                to_far.transport.abort()


_End: TypeAlias = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def _joined(near: _End, far: _End) -> None:
    for _, writer in (near, far):
        writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    ways = [
        asyncio.ensure_future(_pump(near[0], far[1])),
        asyncio.ensure_future(_pump(far[0], near[1])),
    ]
    try:
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    while chunk := await source.read(_CHUNK):
        sink.write(chunk)
        await sink.drain()
