"""The register on a real mosquitto: its presence and its figures, and nothing of a person."""

import asyncio
from pathlib import Path

import pytest

from devices.contract.identity import REGISTER, BoxId
from devices.contract.message import Connection, LinkState, PartStatus, decode
from devices.contract.topics import PartTopics
from devices.runtime.mqtt_bus import mqtt_bus
from devices.runtime.settings import BusConfig
from tests.counterparts.mosquitto import RealBroker
from tests.kiosk.register.office import machine, running, sample_config
from tests.kiosk.register.wishes import NUMBER, OWNER, sent

pytestmark = pytest.mark.real


async def test_the_province_sees_figures_and_nothing_of_a_person(tmp_path: Path) -> None:
    topics = PartTopics(BoxId("gio-linh-1"), REGISTER)
    heard: list[bytes] = []
    async with RealBroker(tmp_path / "broker") as broker, asyncio.timeout(60):
        line = BusConfig(port=broker.port)
        async with (
            mqtt_bus(line, "a-listener") as bus,
            bus.listen(topics.conn) as births,
            bus.listen(topics.status) as statuses,
            running(sample_config(tmp_path / "register", bus=line)) as client,
            machine(client) as one,
        ):
            birth = decode((await births.get()).payload, Connection)
            await sent(one)
            figures: dict[str, float] = {}
            while figures.get("dossiers_waiting") != 1:
                heard.append((await statuses.get()).payload)
                figures = decode(heard[-1], PartStatus).figures
    assert birth.state is LinkState.READY
    assert figures["dossiers_overdue"] == 0
    for mark in (NUMBER, OWNER):
        assert mark.encode() not in b"".join(heard)
