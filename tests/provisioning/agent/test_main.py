"""The agent's process on a real broker."""

import asyncio
import socket
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest

from devices.contract.identity import AGENT, box_id
from devices.contract.message import Connection, Description, LinkState, PartStatus, decode
from devices.contract.topics import PartTopics
from devices.runtime.alongside import alongside
from devices.runtime.bus import Inbox
from devices.runtime.mqtt_bus import mqtt_bus
from devices.runtime.settings import BusConfig
from provisioning.agent.config import AgentConfig, ScreenConfig
from provisioning.agent.main import build
from tests.counterparts.mosquitto import RealBroker
from tests.waiting import until

pytestmark = pytest.mark.real
WITHIN_S = 30.0


async def test_an_agent_says_how_its_machine_does(tmp_path: Path) -> None:
    topics = PartTopics(box_id("box-1"), AGENT)
    ready: list[bool] = []
    async with RealBroker(tmp_path) as broker:
        bus_at = BusConfig(port=broker.port)
        config = AgentConfig(
            box="box-1",
            state_dir=str(tmp_path / "state"),
            bus=bus_at,
            screen=ScreenConfig(port=-1),
        )
        async with (
            mqtt_bus(bus_at, "test") as bus,
            bus.listen("mc1/box-1/up/#") as inbox,
            alongside(build(config)(lambda: ready.append(True)), name="agent"),
        ):
            born = decode(await packet(inbox, topics.conn), Connection)
            described = decode(await packet(inbox, topics.desc), Description)
            figures: dict[str, float] = {}
            while not figures:
                figures = decode(await packet(inbox, topics.status), PartStatus).figures
    await until(lambda: bool(ready), "ready")
    assert born.state is LinkState.READY
    assert described.version
    assert figures["uptime_s"] > 0
    assert 0 < figures["disk_free_share"] <= 1
    assert 0 < figures["memory_free_share"] <= 1
    assert figures["load_1min"] >= 0


async def test_a_port_that_is_taken_costs_the_page_and_nothing_else(tmp_path: Path) -> None:
    topics = PartTopics(box_id("box-1"), AGENT)
    async with RealBroker(tmp_path) as broker:
        bus_at = BusConfig(port=broker.port)
        with socket.create_server(("127.0.0.1", 0)) as other:
            port = other.getsockname()[1]
            config = AgentConfig(
                box="box-1",
                state_dir=str(tmp_path / "state"),
                bus=bus_at,
                screen=ScreenConfig(port=port),
            )
            stack = AsyncExitStack()
            bus = await stack.enter_async_context(mqtt_bus(bus_at, "test"))
            inbox = await stack.enter_async_context(bus.listen("mc1/box-1/up/#"))
            life = alongside(build(config)(lambda: None), name="agent")
            await stack.enter_async_context(life)
            born = decode(await packet(inbox, topics.conn), Connection)
        async with stack, httpx.AsyncClient() as http, asyncio.timeout(WITHIN_S):
            while not await shown(http, port):  # the page stands once the port is free
                await asyncio.sleep(0.1)
    assert born.state is LinkState.READY


async def shown(http: httpx.AsyncClient, port: int) -> bool:
    try:
        return (await http.get(f"http://127.0.0.1:{port}/state")).status_code == 200
    except httpx.TransportError:
        return False


async def packet(inbox: Inbox, topic: str) -> bytes:
    async for each in inbox:
        if each.topic == topic:
            return each.payload
    raise AssertionError
