"""The twin of a province's systems, for tests and demos: the real register, failing when told to.

`async with simulated(state_dir) as register:` serves on a free loopback port of this machine, in
this process and loop, with a database of its own. The shipped process has none of this.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
from litestar.types import ASGIApp, Message, Receive, Send

from devices.contract.clock import Clock
from devices.contract.config import parse_toml
from devices.runtime.alongside import alongside
from devices.runtime.ports import free_port
from devices.runtime.settings import BusConfig
from kiosk.register import main
from kiosk.register.config import HttpConfig, OauthConfig, RegisterConfig
from kiosk.register.oauth import Tokens

SAMPLE = Path(__file__).with_name("sample.toml")
CLIENT = "gio-linh-counter"
"""The sample's client for a counter server; `bank` is the one that may tell of payments."""
SECRET = "2468-mau"  # noqa: S105 - the sample's, and written in it
_STARTS_WITHIN_S = 30.0


class Faults:
    """What goes wrong next, for addresses that begin with `only`.

    `slow_s` holds for all requests until it is set back; the others are counts of requests that
    still fail: `broken` are answered 500 and not carried out, `cut` are carried out and their
    answer ends in its middle, `lost` are carried out and nothing is ever answered, `silent` are
    not even carried out, and the line stays open.
    """

    def __init__(self) -> None:
        self.only = "/"
        self.slow_s = 0.0
        self.broken = 0
        self.cut = 0
        self.lost = 0
        self.silent = 0
        self.asked: list[str] = []
        """Every request, as `POST /oauth/token`."""

    def around(self, app: ASGIApp) -> ASGIApp:
        """Return the application as it fails."""

        async def failing(scope: Any, receive: Receive, send: Send) -> None:
            if scope["type"] != "http" or not str(scope["path"]).startswith(self.only):
                await app(scope, receive, send)
                return
            self.asked.append(f"{scope['method']} {scope['path']}")
            await asyncio.sleep(self.slow_s)
            if self._spent("silent"):
                await _left(receive)
            elif self._spent("broken"):
                await _answer_500(send)
            elif self._spent("cut"):
                await app(scope, receive, _cut(send))
            elif self._spent("lost"):
                await app(scope, receive, _nowhere)
            else:
                await app(scope, receive, send)

        return failing

    def _spent(self, name: str) -> bool:
        left = int(getattr(self, name))
        setattr(self, name, max(0, left - 1))
        return left > 0


class SimulatedRegister:
    """A register that runs. `url` is its address, `faults` what it does wrong."""

    def __init__(self, config: RegisterConfig, faults: Faults) -> None:
        self.config = config
        self.faults = faults
        self._tokens: Tokens | None = None

    @property
    def url(self) -> str:
        """The address of the register: `/oauth/token`, `/api/one-stop/...` are below it."""
        return self.config.public_url

    def expire_tokens(self) -> None:
        """End every token now, before its time."""
        if self._tokens is not None:
            self._tokens.end_all()

    def around(self, app: ASGIApp, tokens: Tokens) -> ASGIApp:
        """Put the faults around the application."""
        self._tokens = tokens
        return self.faults.around(app)


@contextlib.asynccontextmanager
async def simulated(
    state_dir: Path, clock: Clock | None = None, **changes: Any
) -> AsyncIterator[SimulatedRegister]:
    """Serve the sample commune's register, with `changes` of its configuration.

    A second one with the same `state_dir` and `http` goes on where the first ended.
    """
    register = SimulatedRegister(trial_config(state_dir, **changes), Faults())
    ready = asyncio.Event()
    serve = main.build(register.config, clock, around=register.around)
    async with alongside(serve(ready.set), name="register"):
        async with asyncio.timeout(_STARTS_WITHIN_S):
            await ready.wait()
        yield register


def trial_config(state_dir: Path, **changes: Any) -> RegisterConfig:
    """Return the sample's configuration on free ports, with limits no trial meets by chance."""
    sample = parse_toml(SAMPLE.read_text(encoding="utf-8"), RegisterConfig)
    http = changes.pop("http", None) or HttpConfig(port=free_port())
    changed = {
        "state_dir": str(state_dir),
        "http": http,
        "public_url": f"http://127.0.0.1:{http.port}",
        "bus": BusConfig(port=free_port()),
        "oauth": OauthConfig(tries=1000, requests=100_000),
        **changes,
    }
    return msgspec.structs.replace(sample, **changed)


async def _left(receive: Receive) -> None:
    """Wait until the other side has given up."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def _answer_500(send: Send) -> None:
    body = b'{"code":"bug","text":"An error on our side.","retry":true}'
    await send(
        {
            "type": "http.response.start",
            "status": 500,
            "headers": [
                (b"content-type", b"application/json"),
                (b"content-length", str(len(body)).encode()),
            ],
        }
    )
    await send({"type": "http.response.body", "body": body, "more_body": False})


def _cut(send: Send) -> Send:
    """Return a way out that ends in the middle of the body: the server then closes the line."""

    async def halved(message: Message) -> None:
        if message["type"] == "http.response.body":
            body = message["body"]
            await send({**message, "body": body[: len(body) // 2], "more_body": True})
        else:
            await send(message)

    return halved


async def _nowhere(_: Message) -> None:
    """Send nothing: the server then answers 500 or closes, and the deed is done all the same."""
