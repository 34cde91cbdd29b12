"""The controller's own mosquitto with its door: files kept fresh, revocations in force at once."""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import pytest
from cryptography import x509

from devices.contract.clock import SimulatedClock
from devices.contract.errors import LineDownError, StorageError
from devices.runtime.alongside import alongside
from devices.runtime.backoff import Backoff
from devices.runtime.mqtt_bus import MqttBus, mqtt_bus
from devices.runtime.ports import free_port
from devices.runtime.settings import BusConfig
from devices.runtime.supervisor import keep
from devices.runtime.tls import client_context, refusal
from devices.runtime.worker import Worker
from provisioning.broker import Door, DoorFiles, acl
from provisioning.broker.files import written
from provisioning.controller.broker import ExpiredListError, ProvinceBroker, check_list
from provisioning.controller.database import Database
from provisioning.controller.registry.enforcement import Enforcement
from provisioning.controller.registry.kick import NoBroker, take_over
from provisioning.controller.registry.registry import Registry
from provisioning.pki.authority import Authority, opened
from provisioning.pki.certificates import kept_server_certificate, number_of, process_certificate
from provisioning.pki.revocation import SIGN_EVERY, VALID, Revoked, write_list
from tests.certificates import Identity
from tests.provisioning.broker.mtls import HOST, shown

pytestmark = pytest.mark.real
WITHIN_S = 20
OFF_WITHIN_S = 5
"""Of the issue: so long may a revoked live box stay."""


@dataclass
class Province:
    """The authority, the broker that runs, and who comes to its door."""

    authority: Authority
    broker: ProvinceBroker
    clock: SimulatedClock
    door: Door
    folder: Path

    def box(self, name: str) -> Identity:
        certificate, key = process_certificate(self.authority, name, self.clock.now(), days=9)
        made = Identity(self.folder / f"{name}.pem", self.folder / f"{name}.key")
        made.certificate.write_bytes(certificate)
        made.key.write_bytes(key)
        return made

    def bus(self, identity: Identity) -> BusConfig:
        tls = shown(self.authority.directory / "ca.pem", identity)
        return BusConfig(host=HOST, port=self.door.port, tls=tls)

    async def kick(self, box: str) -> None:
        await take_over(self.authority, self.clock, box, host=HOST, port=self.door.port)

    def told(self, identity: Identity) -> str:
        """Return why the door refuses it."""
        return refusal(HOST, self.door.port, shown(self.authority.directory / "ca.pem", identity))


@pytest.fixture
async def province(tmp_path: Path) -> AsyncIterator[Province]:
    clock = SimulatedClock(datetime.now(UTC))
    authority = opened(tmp_path / "pki", "Province", clock.now())
    crl = write_list(authority, (), clock.now())
    port = free_port()

    def door() -> Door:
        names = ("localhost", HOST)
        certificate, key = kept_server_certificate(authority, "broker", names, clock.now())
        written(tmp_path / "acl", acl().encode())
        ca = tmp_path / "pki" / "ca.pem"
        files = DoorFiles(ca, certificate, key, crl, tmp_path / "acl")
        return Door(port=port, files=files, host=HOST)

    async with AsyncExitStack() as stack:
        worker = await stack.enter_async_context(Worker("files"))
        broker = ProvinceBroker(
            port=free_port(), directory=tmp_path / "store", worker=worker, clock=clock, door=door
        )
        running = keep("broker", broker.run, backoff=Backoff(least_s=0.05, most_s=0.2))
        await stack.enter_async_context(alongside(running, name="broker"))
        await in_service(broker)
        yield Province(authority, broker, clock, door(), tmp_path)


async def in_service(broker: ProvinceBroker) -> None:
    async with asyncio.timeout(WITHIN_S):
        while True:
            with contextlib.suppress(LineDownError):
                return await broker.reload()
            await asyncio.sleep(0.02)


async def connected(bus: MqttBus) -> None:
    async with asyncio.timeout(WITHIN_S):
        await bus.wait_connected()


async def test_a_revoked_live_box_is_off_at_once_and_stays_off_and_others_stay(
    province: Province,
) -> None:
    bad, good = province.box("box-1"), province.box("box-2")
    async with (
        mqtt_bus(province.bus(bad), "bad") as revoked,
        mqtt_bus(province.bus(good), "good") as other,
    ):
        await connected(revoked)
        await connected(other)
        async with asyncio.timeout(OFF_WITHIN_S):
            now = province.clock.now()
            write_list(province.authority, [Revoked(number_in(bad), now)], now)
            await province.broker.reload()
            await province.kick("box-1")
            await revoked.wait_lost()
        assert await asyncio.to_thread(province.told, bad) == "our certificate: it was revoked"
        assert other.connected
        assert not revoked.connected


def number_in(identity: Identity) -> str:
    certificate = x509.load_pem_x509_certificate(identity.certificate.read_bytes())
    return number_of(certificate)


async def test_a_list_that_has_expired_is_not_read_and_boxes_stay(province: Province) -> None:
    box = province.box("box-1")
    async with mqtt_bus(province.bus(box), "box") as bus:
        await connected(bus)
        old = province.clock.now() - VALID - timedelta(days=1)
        write_list(province.authority, (), old)
        with pytest.raises(ExpiredListError, match="expired"):
            await province.broker.reload()
        assert await asyncio.to_thread(province.told, box) == ""
        write_list(province.authority, (), province.clock.now())
        await province.broker.reload()
        assert await asyncio.to_thread(province.told, box) == ""


async def test_a_broker_that_was_killed_comes_back_with_its_door(province: Province) -> None:
    async with mqtt_bus(province.bus(province.box("box-1")), "box") as bus:
        await connected(bus)
        store = province.folder / "store"
        await asyncio.to_thread(kill_by_config, store / "mosquitto.conf")
        async with asyncio.timeout(WITHIN_S):
            await bus.wait_lost()
        await connected(bus)


def kill_by_config(config: Path) -> None:
    """End the mosquitto of this configuration as a power cut does."""
    for process in psutil.process_iter(["cmdline"]):
        line = process.info["cmdline"] or []
        if str(config) in line and "mosquitto" in Path(line[0]).name:
            process.kill()


async def test_without_a_broker_nothing_is_taken_for_read(tmp_path: Path) -> None:
    async with Worker("files") as worker:
        clock = SimulatedClock(datetime.now(UTC))
        broker = ProvinceBroker(port=1, directory=tmp_path, worker=worker, clock=clock)
        with pytest.raises(LineDownError):
            await broker.reload()


async def test_the_list_is_signed_anew_long_before_it_expires(tmp_path: Path) -> None:
    """Three months without a revocation, and a controller that looks as often as it does."""
    clock = SimulatedClock(datetime.now(UTC))
    authority = opened(tmp_path / "pki", "Province", clock.now())
    database = Database(f"sqlite:///{tmp_path}/controller.sqlite3")
    crl = authority.directory / "crl.pem"
    async with Worker("registry") as worker:
        registry = Registry(database, clock)
        enforcement = Enforcement(registry, authority, NoBroker(), worker, clock)
        for _ in range(90):
            await enforcement.put_in_force()
            clock.move(SIGN_EVERY)
            check_list(crl, clock)
        clock.move(VALID)
        with pytest.raises(ExpiredListError):  # negative control
            check_list(crl, clock)
    database.close()


def test_what_is_no_list_is_not_one(tmp_path: Path) -> None:
    (tmp_path / "crl.pem").write_text("no list")
    with pytest.raises(StorageError, match="no revocation list"):
        check_list(tmp_path / "crl.pem", SimulatedClock(datetime.now(UTC)))


async def test_a_revoked_box_does_not_come_back_by_an_old_tls_session(province: Province) -> None:
    """Resuming skips the certificate, and with it the list (RFC 8446 §2.2)."""
    box = province.box("box-1")
    context = client_context(shown(province.authority.directory / "ca.pem", box))
    first = await asyncio.to_thread(visit, context, province.door.port, None)
    assert first.connected
    again = await asyncio.to_thread(visit, context, province.door.port, first.session)
    assert again.resumed  # else nothing is tried
    now = province.clock.now()
    write_list(province.authority, [Revoked(number_in(box), now)], now)
    await province.broker.reload()
    for session in (first.session, again.session):
        late = await asyncio.to_thread(visit, context, province.door.port, session)
        assert not late.connected


@dataclass
class Visit:
    """How a handshake and a CONNECT went, and the session that it left."""

    connected: bool
    resumed: bool = False
    session: ssl.SSLSession | None = None


def visit(context: ssl.SSLContext, port: int, session: ssl.SSLSession | None) -> Visit:
    """Connect, offering a session; a reset is a refusal."""
    try:
        with (
            socket.create_connection((HOST, port), timeout=WITHIN_S) as line,
            context.wrap_socket(line, server_hostname=HOST, session=session) as secured,
        ):
            secured.sendall(b"\x10\x0d\x00\x04MQTT\x05\x02\x00\x3c\x00\x00\x00")
            connack = secured.recv(64)
            return Visit(
                connack[:1] == b"\x20" and connack[3] == 0,
                bool(secured.session_reused),
                secured.session,
            )
    except OSError:
        return Visit(connected=False)
