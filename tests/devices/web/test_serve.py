"""HTTP beside a running loop: errors with one shape, live events, slow browsers dropped."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import msgspec
import pytest
from litestar import Litestar, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import JSONBody
from litestar.response import ServerSentEvent

from devices.contract.errors import BusyError, UnpluggedError
from devices.web.serve import common_routes, problem, served
from devices.web.sse import Hub


@get("/busy")
async def busy() -> None:
    raise BusyError


@get("/bug")
async def bug() -> None:
    raise ZeroDivisionError("secret inside")


@get("/unplugged")
async def unplugged() -> None:
    raise UnpluggedError


class Moved(msgspec.Struct):
    counter: str


@post("/move")
async def move(data: JSONBody[Moved], counter: NamedDependency[str]) -> str:
    return f"{data.counter} {counter}"


@pytest.fixture
async def hub() -> Hub:
    return Hub()


@pytest.fixture
async def client(hub: Hub) -> AsyncIterator[httpx.AsyncClient]:
    @get("/stream")
    async def stream() -> ServerSentEvent:
        return hub.stream(("state", '{"whole":1}'))

    app = Litestar(
        [busy, bug, unplugged, move, stream, *common_routes()],
        dependencies={"counter": Provide(lambda: "1", sync_to_thread=False)},
        exception_handlers={Exception: problem},
    )
    async with (
        served(app, "127.0.0.1", 0) as port,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=10) as client,
    ):
        yield client


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/busy", 503, "busy"),
        ("/unplugged", 409, "device.unplugged"),
        ("/nowhere", 404, "not_found"),
        ("/bug", 500, "bug"),
    ],
)
async def test_every_error_has_a_code_a_sentence_and_whether_to_try_again(
    client: httpx.AsyncClient, path: str, status: int, code: str
) -> None:
    answer = await client.get(path)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["text"]
    assert "secret" not in answer.text


async def test_a_wrong_key_of_a_body_is_the_senders_fault_whatever_its_name(
    client: httpx.AsyncClient,
) -> None:
    """Also where a dependency of the route has the same name."""
    right = await client.post("/move", json={"counter": "2"})
    assert right.text == "2 1"
    for wrong in (-1, None, [1]):
        answer = await client.post("/move", json={"counter": wrong})
        assert (answer.status_code, answer.json()["code"]) == (400, "request.bad")
        assert "Expected `str`" in answer.json()["text"]


async def test_the_common_looks_are_served(client: httpx.AsyncClient) -> None:
    assert "--blue" in (await client.get("/static/base.css")).text
    font = await client.get("/fonts/BeVietnamPro-Regular.ttf")
    assert font.content[:4] == b"\x00\x01\x00\x00"


async def test_a_stream_begins_with_the_whole_state_and_goes_on_live(
    client: httpx.AsyncClient, hub: Hub
) -> None:
    async with asyncio.timeout(10), client.stream("GET", "/stream") as answer:
        lines = answer.aiter_lines()
        assert await _event(lines) == ("state", '{"whole":1}')
        hub.tell("call", '{"number":"A001"}')
        assert await _event(lines) == ("call", '{"number":"A001"}')


async def test_what_is_told_before_the_first_byte_is_sent_follows_the_state() -> None:
    hub = Hub()
    response = hub.stream(("state", "{}"))
    hub.tell("call", "1")
    assert isinstance(response.iterator, AsyncIterator)
    events = aiter(response.iterator)
    assert b"state" in await anext(events)
    async with asyncio.timeout(10):
        assert b"call" in await anext(events)


async def test_more_screens_than_a_site_can_have_are_refused() -> None:
    hub = Hub()
    streams = [hub.stream() for _ in range(512)]
    with pytest.raises(BusyError):
        hub.stream()
    assert len(streams) == 512


async def test_a_browser_that_does_not_read_is_dropped_and_the_hub_forgets_it() -> None:
    hub = Hub()
    iterator = hub.stream(("state", "{}")).iterator
    assert isinstance(iterator, AsyncIterator)
    events = aiter(iterator)
    await anext(events)
    for number in range(200):
        hub.tell("call", str(number))
    with pytest.raises(StopAsyncIteration):
        for _ in range(200):
            await anext(events)


async def _event(lines: AsyncIterator[str]) -> tuple[str, str]:
    found: dict[str, str] = {}
    async for line in lines:
        name, _, value = line.partition(": ")
        if name:
            found[name] = value
        if "event" in found and "data" in found:
            break
    return found["event"], found["data"]
