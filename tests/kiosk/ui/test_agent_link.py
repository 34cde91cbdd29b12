"""The box's agent as the kiosk hears it: its real page, none at all, and bad ones."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from devices.contract.config import BadConfigError, parse_toml
from devices.contract.notice import BoxNotice
from devices.runtime.alongside import alongside
from devices.runtime.worker import Worker
from devices.web.serve import served
from kiosk.ui.agent_link import AgentLink
from kiosk.ui.config import AgentLinkConfig, KioskConfig
from kiosk.ui.events import BoxSeen, Event
from kiosk.ui.screen import Claim, Message, Tiles
from kiosk.ui.texts import VIETNAMESE
from provisioning.agent.matters import Matter, MatterCode
from provisioning.agent.notice import Notice, Showing
from provisioning.agent.page import app
from tests.kiosk.ui.office import open_office
from tests.waiting import until

WAITING = Showing(
    matter=Matter(code=MatterCode.WAITING),
    serial="10000000abcdef04",
    claim="lusab-babad-gutih-tugad-mudof",
    words="lusab-babad-gutih-tugad",
)
LET_IN = Showing(matter=Matter(code=MatterCode.IN_SERVICE), serial=WAITING.serial, box="quay-01")
HEAD = b"HTTP/1.1 %s\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n"
OK = HEAD % b"200 OK"
NEWS = msgspec.json.encode(BoxNotice(code="waiting", serves=False))


@asynccontextmanager
async def agent_page(notice: Notice, port: int = 0) -> AsyncIterator[int]:
    """Serve the agent's own page; yields its port."""
    async with (
        Worker("drawing") as worker,
        served(app(notice, worker, width=320, height=240), "127.0.0.1", port) as where,
    ):
        yield where


def asking(port: int) -> AgentLinkConfig:
    return AgentLinkConfig(url=f"http://127.0.0.1:{port}", every_s=0.1, answer_within_s=0.5)


@pytest.mark.real
async def test_a_kiosk_shows_its_claim_then_its_services_then_that_it_is_retired(
    tmp_path: Path,
) -> None:
    notice = Notice()
    notice.show(WAITING)
    async with open_office(tmp_path) as office, office.counter(), agent_page(notice) as port:
        office.kiosk_config = replace(office.kiosk_config, agent=asking(port))
        async with office.kiosk() as seen:
            claim = await seen.with_body(Claim, lambda _: True)
            assert "-".join(claim.words) == WAITING.words
            assert WAITING.claim in claim.qr
            notice.show(LET_IN)
            await seen.with_body(Tiles, lambda body: bool(body.tiles))
            notice.show(replace(WAITING, box="quay-01", retired=True))
            await seen.with_body(Message, lambda body: body.title == VIETNAMESE.retired)


async def test_the_last_word_stands_while_the_agent_starts_anew() -> None:
    told: list[Event] = []
    notice = Notice()
    notice.show(WAITING)
    async with contextlib.AsyncExitStack() as stack:
        first = await stack.enter_async_context(contextlib.AsyncExitStack())
        port = await first.enter_async_context(agent_page(notice))
        watching = AgentLink(asking(port)).watch(told.append)
        await stack.enter_async_context(alongside(watching, name="agent"))
        await until(lambda: len(told) == 1, "its claim")
        await first.aclose()
        fresh = Notice()  # an agent that starts knows nothing yet
        async with agent_page(fresh, port):
            fresh.show(LET_IN)
            await until(lambda: len(told) == 2, "in service")
    assert [event.notice.serves for event in told if isinstance(event, BoxSeen)] == [False, True]


@asynccontextmanager
async def answering(parts: Iterator[bytes]) -> AsyncIterator[int]:
    """Serve one thing after another, one a question."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            await reader.readuntil(b"\r\n\r\n")
            if said := next(parts, b""):
                writer.write(said)
                await writer.drain()
            else:
                await reader.read()  # silent until it is given up
            writer.close()
            await writer.wait_closed()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]


async def test_what_is_no_word_of_an_agent_is_passed_over_and_the_next_one_is_heard() -> None:
    bad = (
        OK + b"<html>",
        OK + b'{"code": 7}',
        HEAD % b"500 Oh" + NEWS,
        HEAD % b"302 Found\r\nlocation: http://127.0.0.1:9/" + NEWS,
        OK + b'{"code": "x", "serves": false, "advice": "' + b"x" * 20_000 + b'"}',
        OK + b'{"code": "x", "serves": false, "claim": "' + b"x" * 300 + b'"}',
        OK + msgspec.json.encode(BoxNotice(code="starting")),
        b"",
        OK[:20],
    )
    asked = iter((*bad, OK + NEWS[:-1] + b', "mood": "good"}'))
    told: list[Event] = []
    async with (
        answering(asked) as port,
        alongside(AgentLink(asking(port)).watch(told.append), name="agent"),
    ):
        await until(lambda: bool(told), "a word that can be read")
    assert told == [BoxSeen(notice=BoxNotice(code="waiting", serves=False))]
    assert next(asked, None) is None


async def test_where_nobody_is_asked_the_watch_is_over() -> None:
    told: list[Event] = []
    async with asyncio.timeout(5):
        await AgentLink(AgentLinkConfig(url="")).watch(told.append)
    assert told == []


@pytest.mark.parametrize(
    "url", ["http://10.0.0.5:8479", "https://127.0.0.1:1", "http://127.0.0.1:1/x", "http://a@b:1"]
)
def test_an_agent_elsewhere_is_a_bad_configuration(url: str) -> None:
    text = 'box = "b"\nstate_dir = "s"\n[agent]\nurl = "{}"\n'
    assert parse_toml(text.format("http://localhost:8479"), KioskConfig).agent.url
    with pytest.raises(BadConfigError, match=r"agent\.url"):
        parse_toml(text.format(url), KioskConfig)
