"""A line carries both ways, drops everything when cut, and carries again when mended."""

import asyncio
import contextlib
import gc
import socket
import struct
from collections.abc import AsyncIterator

import pytest

from provisioning.demo.line import Line


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.closing(writer):
        while words := await reader.read(100):
            writer.write(words)


@contextlib.asynccontextmanager
async def a_line() -> AsyncIterator[Line]:
    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    line = Line(server.sockets[0].getsockname()[1])
    async with line.standing("127.0.0.1"):
        yield line
    server.close()


async def said_over(line: Line, words: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", line.port)
    with contextlib.closing(writer):
        writer.write(words)
        return await asyncio.wait_for(reader.read(100), 5)


async def test_what_is_said_comes_back() -> None:
    async with a_line() as line:
        assert await said_over(line, b"A012") == b"A012"


async def test_a_cut_line_ends_what_it_carried_and_refuses_what_comes() -> None:
    async with a_line() as line:
        reader, writer = await asyncio.open_connection("127.0.0.1", line.port)
        writer.write(b"A012")
        assert await asyncio.wait_for(reader.read(100), 5) == b"A012"
        line.cut()
        with pytest.raises(ConnectionError):
            await ended(reader)
        with pytest.raises(ConnectionError):
            await said(line)
        writer.close()


async def test_who_hangs_up_before_the_line_is_through_leaves_nothing_open() -> None:
    """An open writer nobody holds is a warning, and warnings are errors."""
    async with a_line() as line:
        for _ in range(20):
            hasty = socket.create_connection(("127.0.0.1", line.port))
            reset = struct.pack("ii", 1, 0)
            hasty.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, reset)
            hasty.close()
            assert await said_over(line, b"A014") == b"A014"
    gc.collect()


async def ended(reader: asyncio.StreamReader) -> None:
    if await asyncio.wait_for(reader.read(100), 5) == b"":
        raise ConnectionResetError


async def said(line: Line) -> None:
    if await said_over(line, b"A013") == b"":
        raise ConnectionResetError


async def test_a_mended_line_carries_again() -> None:
    async with a_line() as line:
        line.cut()
        line.mend()
        assert await said_over(line, b"A014") == b"A014"
