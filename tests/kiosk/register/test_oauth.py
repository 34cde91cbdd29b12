"""OAuth 2 client credentials: RFC 6749 §4.4 and §5.2, RFC 6750 §3."""

import asyncio
import base64
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest

from devices.contract.clock import SimulatedClock
from devices.runtime.worker import Worker
from devices.web.limits import TooOftenError
from kiosk.register.config import OauthConfig
from kiosk.register.oauth import (
    InvalidClientError,
    OauthError,
    TokenRequest,
    Tokens,
    read_request,
)
from tests.kiosk.register.office import (
    COUNTER,
    MONDAY,
    SECRET,
    running,
    sample_config,
)

FORM = {"content-type": "application/x-www-form-urlencoded"}
GRANT = {"grant_type": "client_credentials"}


async def ask(client: httpx.AsyncClient, **how: Any) -> httpx.Response:
    return await client.post("/oauth/token", **{"data": GRANT, **how})


async def test_a_client_gets_a_token_by_basic_or_by_its_body(tmp_path: Path) -> None:
    async with running(sample_config(tmp_path)) as client:
        by_header = await ask(client, auth=(COUNTER, SECRET))
        shown = {**GRANT, "client_id": COUNTER, "client_secret": SECRET}
        by_body = await ask(client, data=shown)
    for answer in (by_header, by_body):
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store"
        body = answer.json()
        assert body["token_type"] == "Bearer"
        assert body["expires_in"] == 600
        assert "dossiers.create" in body["scope"].split()
    assert by_header.json()["access_token"] != by_body.json()["access_token"]


REFUSALS: tuple[tuple[dict[str, Any], int, str], ...] = (
    ({"auth": (COUNTER, "wrong")}, 401, "invalid_client"),
    ({"auth": ("nobody", SECRET)}, 401, "invalid_client"),
    ({}, 401, "invalid_client"),
    (
        {"auth": (COUNTER, SECRET), "data": {"grant_type": "password"}},
        400,
        "unsupported_grant_type",
    ),
    ({"auth": (COUNTER, SECRET), "data": {"scope": "x"}}, 400, "invalid_request"),
    ({"auth": (COUNTER, SECRET), "data": {**GRANT, "scope": "all"}}, 400, "invalid_scope"),
    (
        {"auth": ("bank", SECRET), "data": {**GRANT, "scope": "dossiers.create"}},
        400,
        "invalid_scope",
    ),
    (
        {"auth": (COUNTER, SECRET), "data": {**GRANT, "client_secret": SECRET}},
        400,
        "invalid_request",
    ),
    ({"auth": (COUNTER, SECRET), "data": None, "json": GRANT}, 400, "invalid_request"),
    ({"headers": {"Authorization": "Basic ???"}}, 401, "invalid_client"),
)
"""What is asked, and status and error of the answer."""


async def test_each_refusal_has_the_code_of_the_standard(tmp_path: Path) -> None:
    async with running(sample_config(tmp_path)) as client:
        for how, status, error in REFUSALS:
            answer = await ask(client, **how)
            assert (answer.status_code, answer.json()["error"]) == (status, error), how
            assert answer.json()["error_description"]
            assert ("www-authenticate" in answer.headers) == (status == 401)


def test_a_parameter_twice_or_a_broken_body_is_refused() -> None:
    for body in (b"grant_type=client_credentials&grant_type=client_credentials", b"\xff=%", b""):
        with pytest.raises(OauthError):
            read_request(FORM, body)


def test_name_and_secret_are_decoded_as_a_form_is() -> None:
    """RFC 6749 §2.3.1: both are form-encoded before Basic encodes them."""
    shown = base64.b64encode(b"a%3Ab:s+p%25").decode()
    asked = read_request(
        {**FORM, "authorization": f"Basic {shown}"}, b"grant_type=client_credentials"
    )
    assert (asked.client, asked.secret) == ("a:b", "s p%")


async def test_who_guesses_is_told_to_wait(tmp_path: Path) -> None:
    clock = SimulatedClock(MONDAY)
    config = sample_config(tmp_path, oauth=OauthConfig(tries=3, try_every_s=10))
    async with running(config, clock) as client:
        tries = [await ask(client, auth=(COUNTER, "wrong")) for _ in range(4)]
        right = await ask(client, auth=(COUNTER, SECRET))
    assert [one.status_code for one in tries] == [401, 401, 401, 429]
    assert right.status_code == 429, "a limit on tries holds for the right secret too"
    assert int(tries[-1].headers["retry-after"]) > 0


CONFIG = OauthConfig(tries=3, try_every_s=10)
RIGHT, WRONG = TokenRequest(COUNTER, SECRET, ""), TokenRequest(COUNTER, "wrong", "")
HERE, ELSEWHERE = "192.0.2.1", "198.51.100.1"


async def test_who_guesses_elsewhere_keeps_no_client_out(tmp_path: Path) -> None:
    async with Worker("hashes") as hashes:
        tokens = Tokens(sample_config(tmp_path, oauth=CONFIG), hashes, SimulatedClock(MONDAY))
        await tokens.give(RIGHT, HERE)
        for at in range(2):
            with pytest.raises(InvalidClientError):
                await tokens.give(WRONG, f"{ELSEWHERE}{at}")
        with pytest.raises(TooOftenError):
            await tokens.give(WRONG, ELSEWHERE)  # few, from however many addresses
        await tokens.give(RIGHT, HERE)
        await tokens.give(RIGHT, HERE)
        with pytest.raises(TooOftenError):
            await tokens.give(RIGHT, HERE)


@pytest.mark.parametrize("asked", [WRONG, TokenRequest("nobody", SECRET, "")])
async def test_nobody_hears_sooner_that_a_client_is_unknown_than_that_its_secret_is_wrong(
    tmp_path: Path, asked: TokenRequest
) -> None:
    """Both wait for the same work: while the thread that judges secrets is held, for ever."""
    free = threading.Event()
    async with Worker("hashes") as hashes:
        tokens = Tokens(sample_config(tmp_path), hashes, SimulatedClock(MONDAY))
        held = asyncio.ensure_future(hashes.do(free.wait, 30))
        told = asyncio.ensure_future(tokens.give(asked, HERE))
        try:
            for _ in range(20):
                await asyncio.sleep(0)
            assert not told.done()
        finally:
            free.set()
        with pytest.raises(InvalidClientError):
            await told
        await held
