"""The HTTP edge: every call ends, repeats only what may be repeated, and names what went wrong."""

import asyncio
import contextlib
import gzip
import socket
from pathlib import Path

import pytest
from msgspec.structs import replace

from devices.contract.clock import SystemClock
from devices.contract.config import parse_toml
from devices.contract.errors import MotcuaError
from devices.runtime.ports import free_port
from kiosk.backoffice.config import LinkConfig, OAuthConfig, SecretFile
from kiosk.backoffice.errors import (
    BackOfficeDownError,
    BadAnswerError,
    NotThereError,
    RequestRefusedError,
    RestingError,
    TokenRefusedError,
)
from kiosk.backoffice.http import Call, HttpEdge
from kiosk.backoffice.oauth import TokenSource
from tests.kiosk.backoffice.scripted import AT_ONCE, Scripted, answer, scripted

POST = Call(method="POST", path="/x", body=b"{}")
KEYED = Call(method="POST", path="/x", body=b"{}", key="k-1")
BROKEN = answer(status="500 Internal Server Error")
TOO_MANY = answer(status="429 Too Many Requests")
WEAK = 'Bearer error="insufficient_scope"'


def edge(script: Scripted, **link: float) -> HttpEdge:
    within = {"answer_within_s": 2.0, "within_s": 5.0, **link}
    rests_after = int(within.pop("rests_after", 1000))
    return HttpEdge(script.link(**within, rests_after=rests_after), waits=AT_ONCE)


@pytest.mark.parametrize("call", [Call(path="/x"), KEYED, Call(method="POST", repeatable=True)])
@pytest.mark.parametrize("failure", [BROKEN, b"", TOO_MANY, answer()[:-1]])
async def test_what_may_be_repeated_is_asked_again(call: Call, failure: bytes) -> None:
    async with scripted(failure, failure, answer(b"[1]")) as script, edge(script) as asker:
        assert (await asker.ask(call)).body == b"[1]"
    assert len(script.asked) == 3
    assert len(set(script.asked)) == 1


async def test_what_may_not_is_asked_once() -> None:
    for failure in (BROKEN, b"", answer()[:-1]):
        async with scripted(failure, answer(b"[1]")) as script, edge(script) as asker:
            with pytest.raises(BackOfficeDownError) as caught:
                await asker.ask(POST)
        assert not caught.value.untouched
        assert len(script.asked) == 1


async def test_the_key_goes_with_every_try() -> None:
    async with scripted(BROKEN, answer()) as script, edge(script) as asker:
        await asker.ask(KEYED)
    assert [b"idempotency-key: k-1" in one for one in script.asked] == [True, True]


@pytest.mark.parametrize(
    ("said", "kind", "code"),
    [
        (answer(status="401 Unauthorized"), TokenRefusedError, "backoffice.token_refused"),
        (answer(status="404 Not Found"), NotThereError, "backoffice.not_there"),
        (answer(status="410 Gone"), NotThereError, "backoffice.not_there"),
        (answer(status="404 Not Found", media_type="text/html"), BadAnswerError, ""),
        (answer(status="403 Forbidden", www_authenticate=WEAK), TokenRefusedError, ""),
        (answer(status="403 Forbidden"), RequestRefusedError, "backoffice.refused"),
        (answer(status="422 Unprocessable"), RequestRefusedError, "backoffice.refused"),
        (answer(status="302 Found", location="http://127.0.0.1:1/"), BadAnswerError, ""),
        (answer(b"x" * 5000), BadAnswerError, "backoffice.bad_answer"),
        (answer(gzip.compress(b"x" * 999), content_encoding="gzip"), BadAnswerError, ""),
        (answer(status="503 Unavailable"), BackOfficeDownError, "backoffice.down"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", BackOfficeDownError, "backoffice.down"),
    ],
)
async def test_a_failure_has_a_name(said: bytes, kind: type[MotcuaError], code: str) -> None:
    async with scripted(said) as script, edge(script) as asker:
        with pytest.raises(kind) as caught:
            await asker.ask(KEYED)
    assert caught.value.code == code or not code
    assert caught.value.sentence


async def test_what_the_system_says_is_kept_short_for_officers() -> None:
    bodies = {
        b'{"code": "x", "text": "MaXa is missing"}': "MaXa is missing",
        b'{"title": "Bad", "detail": "no such form"}': "no such form",
        b'{"error": "invalid_scope", "error_description": "no"}': "no",
        b"[]": "",
        b"<html>": "",
        b"[" * 3000: "",
        b'{"text": "' + b"x" * 3000 + b'"}': "x" * 300,
    }
    for body, said in bodies.items():
        async with scripted(answer(body, "400 Bad Request")) as script, edge(script) as asker:
            with pytest.raises(RequestRefusedError) as caught:
                await asker.ask(POST)
        assert (caught.value.said, caught.value.status) == (said, 400)


async def test_an_answer_that_drips_in_is_given_up() -> None:
    """Each drop comes in time; the whole never does."""
    endless = b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n"
    async with (
        scripted(endless, drips=True) as script,
        edge(script, answer_within_s=0.3, within_s=0.5) as asker,
    ):
        with pytest.raises(BackOfficeDownError):
            await asker.ask(Call())


async def test_silence_ends_with_the_whole_calls_deadline() -> None:
    async with scripted(None) as script, edge(script, answer_within_s=0.8, within_s=2.0) as asker:
        with pytest.raises(BackOfficeDownError):
            await asker.ask(KEYED)
    assert 2 <= len(script.asked) <= 3


async def test_a_wait_the_system_asks_for_is_kept_or_passed_on() -> None:
    wait = answer(status="503 Unavailable", retry_after="1")
    async with scripted(wait, answer(b"[1]")) as script, edge(script) as asker:
        assert (await asker.ask(KEYED)).body == b"[1]"
    long_wait = answer(status="503 Unavailable", retry_after="120")
    async with scripted(long_wait, answer()) as script, edge(script) as asker:
        with pytest.raises(BackOfficeDownError) as caught:
            await asker.ask(KEYED)
    assert caught.value.again_in_s == 120
    assert len(script.asked) == 1


async def test_a_post_that_never_left_may_be_repeated() -> None:
    link = LinkConfig(url=f"http://127.0.0.1:{free_port()}", within_s=2)
    async with HttpEdge(link, waits=AT_ONCE) as asker:
        with pytest.raises(BackOfficeDownError) as caught:
            await asker.ask(POST)
    assert caught.value.untouched


async def test_so_may_one_to_a_machine_that_is_not_there() -> None:
    """A host that nobody hears: its address takes no connection, and refuses none."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as deaf, contextlib.ExitStack() as stack:
        host, port = deaf.getsockname()
        for _ in range(4):  # so that its queue is full
            knocking = stack.enter_context(socket.socket())
            knocking.setblocking(False)
            knocking.connect_ex((host, port))
        link = LinkConfig(url=f"http://{host}:{port}", answer_within_s=0.3, tries=1)
        async with HttpEdge(link, waits=AT_ONCE) as asker:
            with pytest.raises(BackOfficeDownError) as caught:
                await asker.ask(POST)
    assert caught.value.untouched


async def test_so_may_one_that_the_system_did_not_begin_with() -> None:
    async with scripted(TOO_MANY, answer(b"[1]")) as script, edge(script) as asker:
        assert (await asker.ask(POST)).body == b"[1]"


@pytest.mark.parametrize("said", [BROKEN, None, b""])
async def test_without_a_token_a_post_surely_never_left(said: bytes | None, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x")
    async with scripted(said) as gate, scripted(answer()) as script:
        link = script.link(answer_within_s=0.2, within_s=0.5)
        oauth = OAuthConfig(
            token_url=gate.url,
            client_id="x",
            client_secret=SecretFile(path=str(tmp_path / "secret")),
        )
        async with (
            TokenSource(oauth, link, SystemClock()) as tokens,
            HttpEdge(link, tokens=tokens, waits=AT_ONCE) as asker,
        ):
            with pytest.raises(BackOfficeDownError) as caught:
                await asker.ask(POST)
    assert caught.value.untouched
    assert script.asked == []


async def test_what_is_long_may_take_its_time() -> None:
    """A scan over a slow line: the answer comes long after an answer's time."""
    scan = Call(method="PUT", body=bytes(64 * 1024))
    async with scripted(None) as script:
        link = replace(script.link(answer_within_s=0.2, within_s=0.4), tries=1)
        async with HttpEdge(link, waits=AT_ONCE) as asker:
            waiting = asyncio.create_task(asker.ask(scan))
            done, _ = await asyncio.wait([waiting], timeout=0.8)
            assert not done
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting


async def test_a_system_that_keeps_failing_is_left_alone() -> None:
    async with scripted(BROKEN) as script, edge(script, rests_after=2) as asker:
        for _ in range(2):
            with pytest.raises(BackOfficeDownError):
                await asker.ask(POST)
        with pytest.raises(RestingError) as caught:
            await asker.ask(POST)
    assert len(script.asked) == 2
    assert caught.value.again_in_s > 0


async def test_a_refusal_is_an_answer_too() -> None:
    """A call in vain now and then, with answers between them, leaves no system alone."""
    script_of = (BROKEN, answer(status="404 Not Found"), BROKEN, answer())
    async with scripted(*script_of) as script, edge(script, rests_after=2) as asker:
        for kind in (BackOfficeDownError, NotThereError, BackOfficeDownError):
            with pytest.raises(kind):
                await asker.ask(POST)
        assert (await asker.ask(POST)).status == 200


async def test_a_silent_system_is_left_alone_though_nobody_waits_to_the_end() -> None:
    """A citizen's patience is shorter than a call; who turns away at once says nothing of it."""
    async with scripted(None) as script:
        link = script.link(answer_within_s=1.0, within_s=30.0, rests_after=1)
        async with HttpEdge(link, waits=AT_ONCE) as asker:
            for patience_s in (0.02, 2.0):
                with pytest.raises(TimeoutError):
                    async with asyncio.timeout(patience_s):
                        await asker.ask(KEYED)
            with pytest.raises(RestingError):
                await asker.ask(KEYED)


@pytest.mark.parametrize("url", ["http://api.tinh.gov.vn", "ftp://x", "https://", "https://a/?b"])
def test_an_address_that_is_not_safe_is_refused(url: str) -> None:
    with pytest.raises(MotcuaError, match="url"):
        parse_toml(f'url = "{url}"', LinkConfig)
    assert parse_toml('url = "https://api.tinh.gov.vn/v1"', LinkConfig).url
