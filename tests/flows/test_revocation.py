"""A box is retired, or replaced, while it is connected: from the order to a broker without it.

Registry, list, real mosquitto with its door, take-over: as the controller has them.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization

from devices.contract.clock import SystemClock
from devices.contract.errors import LineDownError
from devices.runtime.alongside import alongside
from devices.runtime.backoff import Backoff
from devices.runtime.mqtt_bus import MqttBus, mqtt_bus
from devices.runtime.ports import free_port
from devices.runtime.settings import BusConfig
from devices.runtime.supervisor import keep
from devices.runtime.tls import refusal
from devices.runtime.worker import Worker
from provisioning.controller.broker import ProvinceBroker
from provisioning.controller.database import Database
from provisioning.controller.gate.config import GateConfig
from provisioning.controller.registry.kick import Mosquitto
from provisioning.controller.registry.opening import broker_door, open_authority
from provisioning.controller.registry.records import Expected
from provisioning.controller.registry.registrar import Registrar
from provisioning.pki.authority import key_pem
from provisioning.pki.requests import judged
from tests.certificates import Identity
from tests.provisioning.broker.mtls import HOST, shown
from tests.provisioning.controller.registry.somewhere import csr, new_key, registrar_in

pytestmark = pytest.mark.real
WITHIN_S = 30
OFF_WITHIN_S = 5
"""Of the issue: so long may a revoked live box stay."""


@dataclass(frozen=True)
class Province:
    room: Registrar
    door: int
    folder: Path

    def enrolled(self, serial: str, claim: str) -> Identity:
        """Return what a box holds that enrolled with its claim."""
        key = new_key()
        request = judged(csr(serial, key=key))
        certificate = self.room.enrolment.enrol(serial, claim, request, HOST)
        made = Identity(self.folder / f"{serial}.pem", self.folder / f"{serial}.key")
        made.certificate.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        made.key.write_bytes(key_pem(key))
        return made

    def box(self, serial: str, name: str) -> Identity:
        (claimed,) = self.room.registry.preauthorise([Expected(serial=serial, box=name)], "x")
        return self.enrolled(serial, claimed.claim)

    def bus(self, identity: Identity) -> contextlib.AbstractAsyncContextManager[MqttBus]:
        tls = shown(self.folder / "pki" / "ca.pem", identity)
        return mqtt_bus(BusConfig(host=HOST, port=self.door, tls=tls), identity.key.stem)

    async def told(self, identity: Identity) -> str:
        tls = shown(self.folder / "pki" / "ca.pem", identity)
        return await asyncio.to_thread(refusal, HOST, self.door, tls)


@pytest.fixture
async def province(tmp_path: Path) -> AsyncIterator[Province]:
    clock, gate, port = SystemClock(), GateConfig(), free_port()
    database = Database(f"sqlite:///{tmp_path}/controller.sqlite3")
    authority = open_authority(tmp_path, gate, clock)
    door = partial(
        broker_door,
        authority,
        gate,
        clock,
        host=HOST,
        port=port,
        most_boxes=100,
        acl_file=tmp_path / "acl",
    )
    async with contextlib.AsyncExitStack() as stack:
        stack.callback(database.close)
        worker = await stack.enter_async_context(Worker("files"))
        broker = ProvinceBroker(
            port=free_port(), directory=tmp_path / "store", worker=worker, clock=clock, door=door
        )
        told = Mosquitto(authority, clock, port=port, reload=broker.reload)
        room = await stack.enter_async_context(
            registrar_in(tmp_path, database, clock=clock, broker=told, gate=gate)
        )
        brisk = Backoff(least_s=0.05, most_s=0.2)
        works = (
            keep("broker", broker.run, backoff=brisk),
            keep("revocations", room.enforcement.run, backoff=brisk),
        )
        await stack.enter_async_context(alongside(*works, name="province"))
        await in_service(broker)
        yield Province(room, port, tmp_path)


async def in_service(broker: ProvinceBroker) -> None:
    async with asyncio.timeout(WITHIN_S):
        while True:
            with contextlib.suppress(LineDownError):
                return await broker.reload()
            await asyncio.sleep(0.02)


async def connected(bus: MqttBus) -> None:
    async with asyncio.timeout(WITHIN_S):
        await bus.wait_connected()


async def test_a_retired_box_is_off_within_five_seconds_and_others_stay(
    province: Province,
) -> None:
    retired, stays = province.box("s1", "box-1"), province.box("s2", "box-2")
    async with province.bus(retired) as off, province.bus(stays) as on:
        await connected(off)
        await connected(on)
        async with asyncio.timeout(OFF_WITHIN_S):
            await province.room.worker.do(province.room.registry.retire, "box-1", "x")
            await off.wait_lost()
        assert await province.told(retired) == "our certificate: it was revoked"
        assert on.connected
        assert not off.connected


async def test_the_box_that_replaces_a_broken_one_serves_under_its_name(
    province: Province,
) -> None:
    broken = province.box("s1", "box-1")
    async with province.bus(broken) as old:
        await connected(old)
        room = province.room
        claimed = await room.worker.do(room.registry.replace, "box-1", "s9", "x")
        fresh = province.enrolled("s9", claimed.claim)
        async with province.bus(fresh) as new:
            async with asyncio.timeout(WITHIN_S):
                await old.wait_lost()
                while await province.told(broken) != "our certificate: it was revoked":
                    await asyncio.sleep(0.05)
            await connected(new)
            assert not old.connected
