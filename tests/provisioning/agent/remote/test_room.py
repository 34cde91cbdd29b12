"""The room of orders on its box's bus, on a disk that has seen better days."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from structlog.testing import capture_logs

from devices.contract.clock import SystemClock
from devices.contract.identity import AGENT, Part, box_id
from devices.contract.message import Done, PartStatus, RefusedError, decode
from devices.contract.topics import PartTopics
from devices.runtime.alongside import alongside
from devices.runtime.memory_bus import MemoryBroker
from devices.runtime.mqtt_bus import mqtt_bus
from devices.runtime.ports import free_port
from devices.runtime.requests import Ask, Desk, asking
from devices.runtime.settings import BusConfig
from devices.runtime.worker import Worker
from provisioning.agent.config import AgentConfig, BrokerConfig, GateConfig, ScreenConfig
from provisioning.agent.identity import IdentityStore, Place
from provisioning.agent.parts import ConfiguredParts, PartConfig
from provisioning.agent.remote.config import RemoteConfig
from provisioning.agent.remote.machine import SimulatedMachineConfig
from provisioning.agent.remote.room import RemoteRoom
from provisioning.agent.restart import SignalConfig
from provisioning.agent.service import in_service
from provisioning.agent.standing import Standing
from provisioning.commands import Diagnose, Ping, RestartPart
from provisioning.pki.authority import opened
from provisioning.pki.certificates import box_certificate
from provisioning.pki.requests import judged
from tests.counterparts.mosquitto import RealBroker
from tests.provisioning.agent.process import agent_process
from tests.waiting import until

TOPICS = PartTopics(box_id("quay-81"), AGENT)
ASKER = PartTopics(box_id("quay-81"), Part("asker"))


@asynccontextmanager
async def room_in(folder: Path, **keys: object) -> AsyncIterator[Ask]:
    """Run the room with a desk; yields what asks it. `keys` are of the agent's configuration."""
    broker = MemoryBroker()
    part = PartConfig(
        config_file=str(folder / "devices.toml"),
        restart=SignalConfig(pid_file=str(folder / "devices.pid")),
    )
    async with broker.connect() as bus, broker.connect() as other:
        standing = Standing(
            bus=bus,
            topics=TOPICS,
            boot=1,
            parts=ConfiguredParts({"devices": part}),
            config=replace(AgentConfig(box="quay-81", state_dir=str(folder)), **keys),
            clock=SystemClock(),
        )
        room, desk = RemoteRoom(standing), Desk(bus, TOPICS.province_cmd)
        room.register(desk)
        async with (
            alongside(desk.serve(), name="desk"),
            alongside(room.run(), name="room"),
            asking(other, ASKER.reply, "ky-thuat") as ask,
        ):
            yield ask


def order(part: str) -> RestartPart:
    soon = datetime.now(UTC) + timedelta(minutes=5)
    return RestartPart(order="b" * 24, not_after=soon, part=part)


async def test_a_disk_that_refuses_the_book_does_not_end_the_agent(tmp_path: Path) -> None:
    in_the_way = tmp_path / "orders.sqlite"
    in_the_way.mkdir()
    with capture_logs() as said:
        async with room_in(tmp_path) as ask:
            await until(lambda: "storage" in str(said), "a disk that refuses")
            await ask(TOPICS.province_cmd, Ping(), within_s=5)
            in_the_way.rmdir()
            with pytest.raises(RefusedError) as refusal:
                await ask(TOPICS.province_cmd, order("devices"), within_s=20)
    assert refusal.value.refused.code == "part.not_restarted", "begun: but nobody runs there"


async def test_a_damaged_book_is_told_to_the_province_for_a_day(tmp_path: Path) -> None:
    (tmp_path / "orders.sqlite").write_bytes(b"no book" * 1000)
    broker = MemoryBroker()
    async with broker.connect() as bus:
        standing = Standing(
            bus=bus,
            topics=TOPICS,
            boot=1,
            parts=ConfiguredParts({}),
            config=AgentConfig(box="quay-81", state_dir=str(tmp_path), status_every_s=0.2),
            clock=SystemClock(),
        )
        async with (
            Worker("machine") as worker,
            alongside(in_service(standing, worker, dict, lambda: None), name="service"),
        ):
            await until(lambda: reports(broker) == ["orders.set_aside"], "it is told")
            _age(tmp_path)
            await until(lambda: reports(broker) == [], "it is long ago")


def _age(folder: Path) -> None:
    (aside,) = folder.glob("orders.sqlite.broken-*")
    aside.rename(folder / "orders.sqlite.broken-20200101T000000Z")


def reports(broker: MemoryBroker) -> list[str]:
    said = broker.retained.get(TOPICS.status)
    return [one.code for one in decode(said.payload, PartStatus).devices] if said else []


async def test_what_a_power_cut_left_on_its_way_to_the_gate_is_taken_away(tmp_path: Path) -> None:
    left = tmp_path / "outgoing" / "tmp12345"
    left.parent.mkdir()
    left.write_bytes(b"the glass of a kiosk")
    async with room_in(tmp_path):
        await until(lambda: not left.exists(), "an empty folder", within_s=10)


async def test_a_diagnosis_looks_at_the_broker_that_the_box_s_own_is_bridged_to(
    tmp_path: Path,
) -> None:
    now = datetime.now(UTC)
    ca = opened(tmp_path / "ca", "CA", now)
    store = IdentityStore(tmp_path / "identity")
    key = judged(store.ask_as("abc", "x").pem.encode()).public_key
    certificate = box_certificate(ca, key, box="quay-81", serial="abc", now=now)
    place = Place(broker_host="127.0.0.2", broker_port=free_port())
    store.take(certificate, ca.certificate, now, place)
    gate = GateConfig(url=f"https://127.0.0.1:{free_port()}", ca_sha256="a" * 64)
    table = BrokerConfig(province_host="127.0.0.3")
    async with room_in(tmp_path, gate=gate, broker=table) as ask:
        diagnose = Diagnose(order="c" * 24, not_after=now + timedelta(minutes=5))
        seen = await ask(TOPICS.province_cmd, diagnose, within_s=30)
    assert seen.broker.target == f"{place.broker_host}:{place.broker_port}"


@pytest.mark.real
async def test_an_agent_told_to_begin_anew_does_and_answers_when_it_is_back(tmp_path: Path) -> None:
    """It is none of its own `parts`: nobody afar settles its settings."""
    async with (
        RealBroker(tmp_path / "broker") as broker,
        mqtt_bus(BusConfig(port=broker.port), "ky-thuat") as bus,
        asking(bus, ASKER.reply, "ky-thuat") as ask,
        asyncio.TaskGroup() as group,
        asyncio.timeout(60),
    ):
        config = AgentConfig(
            box="quay-81",
            state_dir=str(tmp_path / "state"),
            bus=BusConfig(port=broker.port),
            screen=ScreenConfig(port=-1),
            remote=RemoteConfig(machine=SimulatedMachineConfig(boot_file=str(tmp_path / "boots"))),
        )
        async with agent_process(config, tmp_path) as first:
            answer = group.create_task(ask(TOPICS.province_cmd, order(AGENT), within_s=50))
            assert await first.wait() == 0
        assert not answer.done()
        async with agent_process(config, tmp_path):
            assert await answer == Done()
