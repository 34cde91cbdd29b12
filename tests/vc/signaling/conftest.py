"""A conference's door as the server has it, in front of stock aiortc."""

from collections.abc import AsyncIterator

import httpx
import pytest
from litestar import Litestar

from devices.contract.clock import SystemClock
from devices.web.serve import served
from tests.vc.signaling.stock_engine import StockEngine
from tests.vc.signaling.token_door import CONFERENCE, TokenDoor
from vc.signaling.door import Limits
from vc.signaling.routes import signaling_routes
from vc.signaling.turn import IceConfig, IceServers

TURN = IceConfig(stun_urls=("stun:127.0.0.1:9",), turn_urls=("turn:127.0.0.1:9",), turn_secret="s")


@pytest.fixture
async def engine() -> AsyncIterator[StockEngine]:
    engine = StockEngine()
    yield engine
    await engine.aclose()


@pytest.fixture
def door() -> TokenDoor:
    return TokenDoor()


@pytest.fixture
async def url(engine: StockEngine, door: TokenDoor) -> AsyncIterator[str]:
    ice = IceServers(TURN, SystemClock())
    routes = signaling_routes(engine, door, ice.of, Limits(SystemClock()))
    async with served(Litestar(routes, logging_config=None), "127.0.0.1", 0) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
async def http(url: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=url, timeout=20, trust_env=False) as client:
        yield client


@pytest.fixture
def whip() -> str:
    return f"/whip/{CONFERENCE}"


@pytest.fixture
def whep() -> str:
    return f"/whep/{CONFERENCE}"


@pytest.fixture
def room() -> str:
    return f"/room/{CONFERENCE}"
