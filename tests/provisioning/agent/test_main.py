"""The agent's process on a real broker."""

from pathlib import Path

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


async def packet(inbox: Inbox, topic: str) -> bytes:
    async for each in inbox:
        if each.topic == topic:
            return each.payload
    raise AssertionError
