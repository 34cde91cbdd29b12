"""A register under test: the sample commune on a free port, without a broker."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

import httpx

from devices.contract.clock import LOCAL, Clock
from devices.runtime.alongside import alongside
from kiosk.register import main, simulated
from kiosk.register.config import RegisterConfig

SECRET = simulated.SECRET
MONDAY = datetime(2026, 7, 13, 8, 0, tzinfo=LOCAL)
COUNTER = simulated.CLIENT
sample_config = simulated.trial_config


@asynccontextmanager
async def running(
    config: RegisterConfig, clock: Clock | None = None
) -> AsyncIterator[httpx.AsyncClient]:
    """Run the whole register in this loop; yields a client of it that shows nothing."""
    ready = asyncio.Event()
    url = f"http://127.0.0.1:{config.http.port}"
    serve = main.build(config, clock)
    async with (
        alongside(serve(ready.set), name="register"),
        httpx.AsyncClient(base_url=url, timeout=20) as client,
    ):
        async with asyncio.timeout(20):
            await ready.wait()
        yield client


async def token(client: httpx.AsyncClient, name: str = COUNTER, scope: str = "") -> str:
    """Return a new access token of a client."""
    form = {"grant_type": "client_credentials", **({"scope": scope} if scope else {})}
    answer = await client.post("/oauth/token", data=form, auth=(name, SECRET))
    assert answer.status_code == 200, answer.text
    return str(answer.json()["access_token"])


@asynccontextmanager
async def machine(
    client: httpx.AsyncClient, name: str = COUNTER, scope: str = ""
) -> AsyncIterator[httpx.AsyncClient]:
    """Yield a client that shows a token."""
    headers = {"Authorization": f"Bearer {await token(client, name, scope)}"}
    url = str(client.base_url)
    async with httpx.AsyncClient(base_url=url, headers=headers, timeout=20) as one:
        yield one


@asynccontextmanager
async def officer(client: httpx.AsyncClient, name: str = "hoa") -> AsyncIterator[httpx.AsyncClient]:
    """Sign in as an officer; yields a browser of theirs: cookie, origin, pages."""
    url = str(client.base_url)
    headers = {"Origin": url, "Accept": "text/html"}
    async with httpx.AsyncClient(base_url=url, headers=headers, timeout=20) as browser:
        answer = await browser.post("/sign-in", data={"officer": name, "password": SECRET})
        assert answer.status_code == 303, answer.text
        yield browser
