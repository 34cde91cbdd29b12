"""Settings all the way: a real broker, a real agent, real parts, and the province's room."""

import asyncio
import os
import re
import signal
import socket
import tomllib
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest

from devices.contract.toml import document_as_toml
from devices.runtime.alongside import alongside
from devices.runtime.mqtt_bus import mqtt_bus
from devices.runtime.ports import free_port
from devices.runtime.settings import BusConfig
from devices.web.pin import hash_pin
from provisioning.agent.config import AgentConfig, ScreenConfig
from provisioning.agent.parts import PartConfig
from provisioning.agent.restart import SignalConfig
from provisioning.agent.settings.config import SettingsConfig
from provisioning.controller.database import Database
from provisioning.controller.settings.facts import BoxSettings, Progress
from provisioning.controller.settings.profiles import Draft, Key, Level
from provisioning.demo import sample
from provisioning.desired import APPLIED, NOT_REACHED, REFUSED, Document, Property
from tests.counterparts.mosquitto import RealBroker
from tests.provisioning.agent.process import MOTCUA, agent_process
from tests.provisioning.controller.settings.land import Land, record
from tests.provisioning.controller.settings.province import ProvinceUnderTest, province_on

pytestmark = [pytest.mark.real, pytest.mark.timeout(240)]

BOX = "k-1"
WITHIN_S = 60
ROLE = Key(Level.ROLE, "kiosk")


@dataclass
class BoxUnderTest:
    """A box's folder; `province` wants something of it, `agent` is its process."""

    folder: Path
    config: AgentConfig
    province: ProvinceUnderTest
    broker: RealBroker
    base: int = 0

    async def wants(self, document: Document) -> None:
        """Save a profile of all kiosks, as somebody at the province does."""
        draft = Draft(key=ROLE, document=document, why="thử", base=self.base)
        settings = self.province.settings.settings
        self.base = (await self.province.queries.do(settings.save, draft, "an")).id
        self.province.settings.tell()

    async def comes_to(self, holds: Callable[[BoxSettings], object]) -> BoxSettings:
        async with asyncio.timeout(WITHIN_S):
            while True:
                seen = await self.province.settings.box(BOX)
                if holds(seen):
                    return seen
                await asyncio.sleep(0.05)

    def file(self, part: str) -> dict[str, Any]:
        return tomllib.loads((self.folder / f"{part}.toml").read_text("utf-8"))

    def boots(self) -> str:
        return (self.folder / "state" / "devices.boot").read_text()


async def tend(part: str, folder: Path) -> None:
    """Run a part, and start it again whenever it ends."""
    pid_file = folder / f"{part}.pid"
    while True:
        with (folder / f"{part}.log").open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                *(MOTCUA, part, "--config", folder / f"{part}.toml"), stderr=log
            )
        pid_file.write_text(str(process.pid))
        try:
            await process.wait()
            await asyncio.sleep(0.2)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()


def counter_document() -> Document:
    counters = msgspec.to_builtins(sample.counters(hash_pin(sample.PIN)))
    return {
        "names": sample.SITE_NAMES,
        "services": msgspec.to_builtins(sample.SERVICES),
        "counters": counters,
        "http": {"port": free_port()},
    }


@pytest.fixture
def url(sqlite_url: str) -> str:
    return sqlite_url


@asynccontextmanager
async def box_with(
    tmp_path: Path,
    database: Database,
    *parts: str,
    steady_s: float = 0.2,
    ready_within_s: float = 40.0,
) -> AsyncIterator[BoxUnderTest]:
    async with AsyncExitStack() as stack:
        broker = await stack.enter_async_context(RealBroker(tmp_path / "broker"))
        bus = BusConfig(port=broker.port)
        own = {"box": BOX, "state_dir": str(tmp_path / "state"), "bus": {"port": broker.port}}
        first = {"devices": own, "counter": own | counter_document()}
        for part in parts:
            (tmp_path / f"{part}.toml").write_text(document_as_toml(first[part]), "utf-8")
            await stack.enter_async_context(alongside(tend(part, tmp_path), name=part))
        config = AgentConfig(
            box=BOX,
            state_dir=str(tmp_path / "state"),
            bus=bus,
            screen=ScreenConfig(port=-1),
            settings=SettingsConfig(
                ready_within_s=ready_within_s, steady_s=steady_s, allow_simulated=True
            ),
            parts={
                part: PartConfig(
                    config_file=str(tmp_path / f"{part}.toml"),
                    restart=SignalConfig(pid_file=str(tmp_path / f"{part}.pid")),
                )
                for part in parts
            },
        )
        line = await stack.enter_async_context(mqtt_bus(bus, "province-controller"))
        province = await stack.enter_async_context(
            province_on(line, database, land=Land(record(BOX)))
        )
        yield BoxUnderTest(tmp_path, config, province, broker)


async def test_a_box_takes_what_is_right_and_refuses_what_is_wrong_by_its_key(
    tmp_path: Path, database: Database
) -> None:
    printer = {"driver": "simulated", "folder": str(tmp_path / "papers")}
    async with (
        box_with(tmp_path, database, "devices") as box,
        agent_process(box.config, tmp_path),
    ):
        await box.wants({"devices": {"printer": printer}})
        seen = await box.comes_to(lambda one: one.progress is Progress.IN_FORCE)
        assert {one.key: one.answer for one in seen.lines if one.answer}[
            "devices.printer.driver"
        ] == Property("simulated", APPLIED, 1)
        assert box.file("devices")["printer"] == printer
        assert box.file("devices")["box"] == BOX
        boots = box.boots()

        await box.wants({"devices": {"printer": printer | {"paper_dots": 1, "pape": 2}}})
        seen = await box.comes_to(lambda one: one.progress is Progress.REFUSED)
        answers = {one.key: one.answer for one in seen.lines if one.answer}
        assert answers["devices.printer.pape"] == Property(None, REFUSED, 2, "no such key")
        assert answers["devices.printer.paper_dots"].ac == REFUSED
        assert answers["devices.printer.folder"].ac == APPLIED, "it has that value"
        assert box.file("devices")["printer"] == printer
        assert box.boots() == boots, "nothing began anew"


async def test_a_document_that_passes_the_check_and_does_not_come_up_undoes_itself(
    tmp_path: Path, database: Database, taken: int
) -> None:
    """Its port is taken: it is never born."""
    async with (
        box_with(tmp_path, database, "devices", "counter", ready_within_s=8.0) as box,
        agent_process(box.config, tmp_path),
    ):
        before = {part: box.file(part) for part in ("devices", "counter")}
        bad = counter_document() | {"http": {"port": taken}}
        await box.wants({"counter": bad, "devices": {"log_level": "error"}})
        seen = await box.comes_to(lambda one: one.progress is Progress.REFUSED)
        assert seen.heard is not None
        assert re.search("undone: .*counter", seen.heard.reported.text)
        answers = {one.key: one.answer for one in seen.lines if one.answer}
        assert answers["counter.http.port"].ac == REFUSED
        assert answers["devices.log_level"].ac == NOT_REACHED
        assert {part: box.file(part) for part in ("devices", "counter")} == before


@pytest.fixture
def taken() -> Iterator[int]:
    """Hold a port that nobody else can listen on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield int(listener.getsockname()[1])


async def test_a_box_that_was_away_takes_the_newest_and_a_killed_agent_goes_on(
    tmp_path: Path, database: Database
) -> None:
    async with box_with(tmp_path, database, "devices", steady_s=1.0) as box:
        for at in range(3):
            await box.wants({"devices": {"status_every_s": 20.0 + at}})
        seen = await box.comes_to(lambda one: one.document and one.document.version == 3)
        assert seen.progress is Progress.OFFLINE
        async with agent_process(box.config, tmp_path) as agent:
            await box.comes_to(lambda one: one.progress is Progress.IN_FORCE)
            assert box.file("devices")["status_every_s"] == 22.0
            boots = box.boots()
            await box.wants({"devices": {"status_every_s": 23.0}})
            async with asyncio.timeout(WITHIN_S):
                while box.boots() == boots:  # until the part begins anew: in the middle of it all
                    await asyncio.sleep(0.01)
            os.kill(agent.pid, signal.SIGKILL)
            await agent.wait()
        seen = await box.province.settings.box(BOX)
        assert seen.progress is Progress.OFFLINE, "nobody hears the agent any more"
        async with agent_process(box.config, tmp_path):
            await box.comes_to(lambda one: one.progress is Progress.IN_FORCE)
        assert box.file("devices")["status_every_s"] == 23.0


async def test_what_a_broker_lost_is_published_again(tmp_path: Path, database: Database) -> None:
    async with box_with(tmp_path, database, "devices") as box:
        await box.wants({"devices": {"status_every_s": 21.0}})
        await box.comes_to(lambda one: one.document)
        await box.broker.kill()
        for left in (tmp_path / "broker").glob("*.db"):
            left.unlink()
        await box.broker.start()
        async with agent_process(box.config, tmp_path):
            await box.comes_to(lambda one: one.progress is Progress.IN_FORCE)
        assert box.file("devices")["status_every_s"] == 21.0
