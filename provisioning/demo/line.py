"""The line between a box and the province, to be cut at will: a TCP relay on loopback."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator

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
        server = await asyncio.start_server(self._carry, host, port)
        self.port = int(server.sockets[0].getsockname()[1])
        try:
            yield
        finally:
            server.close()
            for carrying in self._carried:
                carrying.cancel()
            await asyncio.gather(*self._carried, return_exceptions=True)

    async def _carry(self, near: asyncio.StreamReader, to_near: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # a connection's callback is always a task  # noqa: S101
        self._carried.add(task)
        try:
            if not self.is_cut:
                await self._joined(near, to_near)
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            self._carried.discard(task)
            to_near.transport.abort()

    async def _joined(self, near: asyncio.StreamReader, to_near: asyncio.StreamWriter) -> None:
        far, to_far = await asyncio.open_connection("127.0.0.1", self._to_port)
        for writer in (to_near, to_far):
            writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        ways = [
            asyncio.ensure_future(_pump(near, to_far)),
            asyncio.ensure_future(_pump(far, to_near)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            to_far.transport.abort()


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    while chunk := await source.read(_CHUNK):
        sink.write(chunk)
        await sink.drain()
