"""A counter server that drips, talks nonsense, or is newer than this kiosk."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec
import pytest

from devices.contract.errors import BadPayloadError
from kiosk.ui.config import CounterLinkConfig
from kiosk.ui.link import CounterClient, CounterDownError, CounterRefusedError
from tests.kiosk.ui.site import SITE, ticket

HEAD = b"HTTP/1.1 %s\r\ncontent-type: %s\r\nconnection: close\r\n\r\n"
OK, STREAM = HEAD % (b"200 OK", b"application/json"), HEAD % (b"200 OK", b"text/event-stream")


@asynccontextmanager
async def answering(*parts: bytes, drips: bool = False) -> AsyncIterator[CounterClient]:
    """Ask a server that says this to everybody; one that drips never comes to an end."""
    answers: set[asyncio.Task[None] | None] = set()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers.add(asyncio.current_task())
        await reader.readuntil(b"\r\n\r\n")
        writer.writelines(parts)
        while drips and not writer.is_closing():
            writer.write(b" ")
            await asyncio.sleep(0.1)
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        config = CounterLinkConfig(url=f"http://127.0.0.1:{port}", answer_within_s=1.0)
        async with CounterClient(config, "gio-linh-1") as client:
            yield client
        await asyncio.gather(*(task for task in answers if task))


async def test_an_answer_that_drips_in_is_given_up() -> None:
    """Each drop comes in time; the whole never does."""
    async with answering(OK, drips=True) as client:
        with pytest.raises(CounterDownError):
            await asyncio.wait_for(client.by_number("A001"), 10)


async def test_nonsense_is_told_from_an_answer() -> None:
    async with answering(OK, b'{"id": 7}') as client:
        with pytest.raises(BadPayloadError):
            await client.by_number("A001")
    async with answering(HEAD % (b"502 Bad Gateway", b"text/html"), b"<html>") as client:
        with pytest.raises(CounterRefusedError) as caught:
            await client.by_number("A001")
        assert caught.value.problem.retry


async def test_a_newer_ticket_is_understood_and_a_newer_state_is_no_ticket() -> None:
    told = msgspec.to_builtins(ticket())
    async with answering(OK, msgspec.json.encode(told | {"mood": "good"})) as client:
        assert await client.by_number("A001") == ticket()
    async with answering(OK, msgspec.json.encode(told | {"state": "teleported"})) as client:
        with pytest.raises(BadPayloadError):
            await client.by_number("A001")


async def test_a_stream_yields_sites_until_one_makes_no_sense() -> None:
    site = msgspec.json.encode(SITE)
    events = (
        b": hello\n\nevent: site\ndata: %s\n\nevent: other\ndata: 1\n\nevent: site\ndata: {\n\n"
    )
    async with answering(STREAM, events % site) as client:
        seen = client.sites()
        assert await anext(seen) == SITE
        with pytest.raises(BadPayloadError):
            await anext(seen)
