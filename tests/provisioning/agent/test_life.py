"""A box from its carton into service: gate, broker over mTLS, and a technician who says yes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from devices.contract.identity import AGENT, BRIDGE, box_id
from devices.contract.message import Description, PartStatus, decode
from devices.contract.topics import PartTopics
from devices.runtime.alongside import alongside
from devices.runtime.bus import Inbox
from devices.runtime.mqtt_bus import mqtt_bus
from devices.runtime.ports import free_port
from devices.runtime.settings import BusConfig
from provisioning.agent.config import (
    AgentConfig,
    BrokerConfig,
    GateConfig,
    ScreenConfig,
    SerialFixedConfig,
)
from provisioning.agent.main import build
from provisioning.agent.restart import SignalConfig
from provisioning.broker import Door, DoorFiles, acl, box_config, province_config
from provisioning.broker.files import written
from provisioning.pki.certificates import server_certificate
from provisioning.pki.revocation import LIST_FILE, write_list
from tests.counterparts.mosquitto import RealBroker
from tests.provisioning.agent.process import tended_mosquitto
from tests.provisioning.agent.province import Province, province
from tests.waiting import until

pytestmark = pytest.mark.real
SERIAL = "10000000abcdef05"


class Whole:
    """A province with its gate and its mosquitto, and one box with its own."""

    def __init__(self, there: Province, directory: Path) -> None:
        self.there = there
        self.directory = directory
        self.door = free_port()
        self.page = free_port()
        self.box_port = free_port()
        self.files = DoorFiles(
            ca=there.registrar.authority.directory / "ca.pem",
            certificate=directory / "door.pem",
            key=directory / "door.key",
            crl=there.registrar.authority.directory / LIST_FILE,
            acl=directory / "acl.conf",
        )

    def broker(self) -> RealBroker:
        """Return the province's, its door certified by the authority of the gate."""
        registrar = self.there.registrar
        authority, now = registrar.authority, registrar.clock.now()
        write_list(authority, registrar.registry.revoked(), now)
        names = ("localhost", "127.0.0.1")
        certificate, key = server_certificate(authority, names, now)
        for path, content in (
            (self.files.certificate, certificate),
            (self.files.key, key),
            (self.files.acl, acl().encode()),
        ):
            written(path, content)
        port, directory = free_port(), self.directory / "broker"
        door = Door(port=self.door, files=self.files, host="127.0.0.1")
        return RealBroker(
            directory, province_config(port=port, directory=directory, door=door), port
        )

    def config(self, claim: str = "") -> AgentConfig:
        box = self.directory / "box"
        broker = box / "broker"
        return AgentConfig(
            gate=GateConfig(url=self.there.url, ca_sha256=self.there.ca_sha256),
            serial=SerialFixedConfig(serial=SERIAL),
            claim=claim,
            state_dir=str(box),
            status_every_s=1.0,
            bus=BusConfig(port=self.box_port),
            screen=ScreenConfig(port=self.page, picture_file=str(box / "screen.png")),
            broker=BrokerConfig(
                config_file=str(broker / "mosquitto.conf"),
                directory=str(broker),
                province_port=self.door,
                longest_wait_s=1,
                why_after_s=2.0,
                restart=SignalConfig(pid_file=str(broker / "pid")),
            ),
        )

    @asynccontextmanager
    async def box(self, config: AgentConfig) -> AsyncIterator[None]:
        """Run the box: its mosquitto as an image lays it down, and its agent."""
        broker = self.directory / "box" / "broker"
        written(
            broker / "mosquitto.conf", box_config(port=self.box_port, directory=broker).encode()
        )
        async with (
            tended_mosquitto(broker / "mosquitto.conf", broker / "pid"),
            alongside(build(config)(lambda: None), name="agent"),
        ):
            yield

    async def shows(self, code: str) -> dict[str, Any]:
        """Wait until the box's page says so; returns the page's state."""
        async with httpx.AsyncClient() as client, asyncio.timeout(40):
            while True:
                try:
                    state = (await client.get(f"http://127.0.0.1:{self.page}/state")).json()
                    if state["code"] == code:
                        return dict(state)
                except httpx.HTTPError:
                    pass
                await asyncio.sleep(0.05)


@pytest.fixture
async def whole(tmp_path: Path) -> AsyncIterator[Whole]:
    async with province(tmp_path / "province") as there:
        await there.open_gate()
        yield Whole(there, tmp_path)


async def test_from_the_carton_into_service(whole: Whole) -> None:
    topics = PartTopics(box_id("quay-31"), AGENT)
    async with (
        whole.broker() as broker,
        mqtt_bus(BusConfig(port=broker.port), "technician") as bus,
        bus.listen("mc1/quay-31/up/#") as inbox,
        whole.box(whole.config()),
    ):
        state = await whole.shows("waiting")
        assert (state["serial"], state["serves"]) == (SERIAL, False)
        whole.there.accept(state["words"], "quay-31")
        state = await whole.shows("in_service")
        assert (state["box"], state["serves"]) == ("quay-31", True)
        described = decode(await heard(inbox, topics.desc), Description)
        figures: dict[str, float] = {}
        while "certificate_days_left" not in figures:
            figures = decode(await heard(inbox, topics.status), PartStatus).figures
    assert described.version
    assert 89 < figures["certificate_days_left"] <= 90
    assert abs(figures["clock_offset_s"]) < 5
    assert (whole.directory / "box" / "screen.png").read_bytes().startswith(b"\x89PNG")


async def test_a_revoked_box_knows_why_its_line_is_shut_and_asks_to_come_back(
    whole: Whole,
) -> None:
    claim = whole.there.expect(SERIAL, "quay-32")
    line = PartTopics(box_id("quay-32"), BRIDGE).line
    registrar = whole.there.registrar
    async with whole.broker() as broker, whole.box(whole.config(claim)):
        async with (
            mqtt_bus(BusConfig(port=broker.port), "technician") as bus,
            bus.listen(line) as inbox,
        ):
            while await heard(inbox, line) != b"1":
                pass
            registrar.registry.retire("quay-32", "ky-thuat")
            write_list(registrar.authority, registrar.registry.revoked(), registrar.clock.now())
            await broker.stop()
        await broker.start()
        await until(lambda: bool(whole.there.waiting()), "the box in the queue", within_s=40)
        state = await whole.shows("waiting")
    assert state["words"] in whole.there.waiting()
    assert (state["retired"], state["serves"]) == (True, False)


async def heard(inbox: Inbox, topic: str) -> bytes:
    async with asyncio.timeout(40):
        async for each in inbox:
            if each.topic == topic:
                return each.payload
    raise AssertionError
