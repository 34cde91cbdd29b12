"""A slow line on loopback: a TCP relay that carries so many bytes a second towards who asks."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

_TURN_S = 0.02


@contextlib.asynccontextmanager
async def slow_line(to_port: int, bytes_s: int, *, most: int = 2**40) -> AsyncIterator[int]:
    """Relay to a port of 127.0.0.1 at this speed, silent after `most` bytes; yields the port."""
    carried = 0
    connections: set[asyncio.Task[None]] = set()

    async def slowly(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        nonlocal carried
        while chunk := await source.read(max(1, round(bytes_s * _TURN_S))):
            carried += len(chunk)
            if carried > most:
                await asyncio.Event().wait()
            sink.write(chunk)
            await sink.drain()
            await asyncio.sleep(_TURN_S)

    async def at_once(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        while chunk := await source.read(65_536):
            sink.write(chunk)
            await sink.drain()

    async def carry(near: asyncio.StreamReader, to_near: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        connections.add(task)
        far, to_far = await asyncio.open_connection("127.0.0.1", to_port)
        ways = [
            asyncio.ensure_future(slowly(far, to_near)),
            asyncio.ensure_future(at_once(near, to_far)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            pass
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            to_far.transport.abort()
            to_near.transport.abort()
            connections.discard(task)

    server = await asyncio.start_server(carry, "127.0.0.1", 0)
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        server.close()
        for task in list(connections):
            task.cancel()
        await asyncio.gather(*connections, return_exceptions=True)
