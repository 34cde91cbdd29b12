"""The door for boxes: who comes in, who does not and is told why."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from devices.contract.errors import LineDownError
from devices.runtime.bus import Packet
from devices.runtime.mqtt_bus import mqtt_bus
from devices.runtime.settings import ClientTls
from devices.runtime.tls import CertificateRefusedError, client_context, refusal
from provisioning.controller.paho_reader import PahoReader
from tests.certificates import Identity, TestAuthority
from tests.provisioning.broker.mtls import HOST, MtlsProvince, until_said

pytestmark = pytest.mark.real
WITHIN_S = 20
GUIDES = [Path(name).read_text() for name in ("docs/brokers.md", "docs/vi/broker.md")]


@pytest.fixture
async def province(tmp_path: Path) -> AsyncIterator[MtlsProvince]:
    async with MtlsProvince(tmp_path) as running:
        yield running


async def stranger(province: MtlsProvince, folder: Path) -> Identity:
    del province
    return TestAuthority(folder, "stranger").issue("box-1")


async def expired(province: MtlsProvince, _: Path) -> Identity:
    return province.authority.issue("box-1", ends=timedelta(minutes=-1))


async def not_yet(province: MtlsProvince, _: Path) -> Identity:
    return province.authority.issue("box-1", starts=timedelta(hours=1))


async def revoked(province: MtlsProvince, _: Path) -> Identity:
    identity = province.authority.issue("box-1")
    await province.revoke(identity)
    return identity


async def none(_: MtlsProvince, __: Path) -> None:
    return None


Bringing = Callable[[MtlsProvince, Path], Awaitable[Identity | None]]
REFUSED: dict[Bringing, str] = {
    stranger: "not of the province's CA",
    expired: "expired",
    not_yet: "not yet",
    revoked: "revoked",
    none: "none was shown",
}


@pytest.mark.parametrize("kind", REFUSED, ids=lambda kind: kind.__name__)
async def test_a_certificate_that_is_no_good_is_refused_and_its_box_can_say_why(
    kind: Bringing, province: MtlsProvince, tmp_path: Path
) -> None:
    identity = await kind(province, tmp_path)
    told = await asyncio.to_thread(refusal, HOST, province.door, province.tls(identity))
    assert REFUSED[kind] in told
    assert all(f"`{told[:44]}" in guide for guide in GUIDES)
    reader = PahoReader(province.bus(identity), "ingest")
    with pytest.raises(LineDownError, match=REFUSED[kind]):
        await asyncio.to_thread(reader.open, ["mc1/#"])


async def test_a_good_certificate_comes_in_and_has_nothing_to_complain_of(
    province: MtlsProvince,
) -> None:
    box = province.authority.issue("box-1")
    assert await asyncio.to_thread(refusal, HOST, province.door, province.tls(box)) == ""
    async with (
        province.inside() as observer,
        mqtt_bus(province.bus(box), "any-name") as bus,
        bus.listen("mc1/box-1/dn/#") as inbox,
    ):
        await observer.subscribe("mc1/#", qos=1)
        async with asyncio.timeout(WITHIN_S):
            await bus.wait_connected()
            await bus.publish(Packet(topic="mc1/box-1/up/devices/status", payload=b"up", qos=1))
            await until_said(observer, b"up")
            await observer.publish("mc1/box-1/dn/devices/cmd", b"down", qos=1)
            assert (await anext(aiter(inbox))).payload == b"down"


async def test_the_ingest_of_a_far_broker_reads_over_tls(tmp_path: Path) -> None:
    async with MtlsProvince(tmp_path, users=("ingest-1",)) as province:
        box, ingest = (province.authority.issue(name) for name in ("box-1", "ingest-1"))
        reader = PahoReader(province.bus(ingest), "ingest-1")
        await asyncio.to_thread(reader.open, ["mc1/+/up/+/event"])
        async with province.client(box) as at_box:
            await at_box.publish("mc1/box-1/up/counter/event", b"1", qos=1)
            await at_box.subscribe("mc1/box-1/dn/#", qos=1)
            arrived = await asyncio.to_thread(reader.read)
            assert [one.payload for one in arrived] == [b"1"]
            await asyncio.to_thread(reader.acknowledge, arrived)
            await asyncio.to_thread(reader.publish, "mc1/box-1/dn/counter/ack", b"stored")
            await asyncio.to_thread(reader.read)  # lets it out
            await until_said(at_box, b"stored")
        await asyncio.to_thread(reader.close)


async def test_a_burst_over_tls_is_read_to_its_end(tmp_path: Path) -> None:
    async with MtlsProvince(tmp_path, users=("ingest-1",)) as province:
        reader = PahoReader(province.bus(province.authority.issue("ingest-1")), "ingest-1", most=50)
        await asyncio.to_thread(reader.open, ["mc1/+/up/+/event"])
        payloads = [b"%d" % number for number in range(500)]
        async with province.inside() as inside:
            for payload in payloads:
                await inside.publish("mc1/box-1/up/counter/event", payload, qos=1)
        read: list[bytes] = []
        while some := await asyncio.to_thread(reader.read):
            read += [one.payload for one in some]
        assert read == payloads
        await asyncio.to_thread(reader.close)


async def test_a_broker_with_a_wrong_name_or_of_another_ca_is_not_believed(
    province: MtlsProvince, tmp_path: Path
) -> None:
    box = province.authority.issue("box-1")
    other = TestAuthority(tmp_path, "other")
    tls = province.tls(box)
    foreign = ClientTls(
        ca_file=str(other.certificate),
        certificate_file=tls.certificate_file,
        key_file=tls.key_file,
    )
    told = await asyncio.to_thread(refusal, HOST, province.door, foreign)
    assert told.startswith("the broker's certificate")
    told = await asyncio.to_thread(refusal, "127.0.0.2", province.door, tls)
    assert told == ""  # nobody listens there: no TLS matter
    context = client_context(tls)
    line = socket.create_connection((HOST, province.door), timeout=5)
    with line, pytest.raises(OSError, match="ostname mismatch"):
        context.wrap_socket(line, server_hostname="mqtt.elsewhere.vn")


async def test_a_box_whose_clock_is_wrong_checks_all_but_dates_when_told_so(
    province: MtlsProvince, tmp_path: Path
) -> None:
    early = province.authority.issue("mqtt.early", starts=timedelta(hours=1))
    province.files.certificate.write_bytes(early.certificate.read_bytes())
    province.files.key.write_bytes(early.key.read_bytes())
    await province.running.reload()
    box = province.tls(province.authority.issue("box-1"))
    without = ClientTls(**{name: getattr(box, name) for name in FILES}, check_dates=False)
    assert "not yet valid" in await asyncio.to_thread(refusal, HOST, province.door, box)
    assert await asyncio.to_thread(refusal, HOST, province.door, without) == ""
    other = TestAuthority(tmp_path, "other")
    foreign = ClientTls(ca_file=str(other.certificate), check_dates=False)
    assert "certificate" in await asyncio.to_thread(refusal, HOST, province.door, foreign)


FILES = ("ca_file", "certificate_file", "key_file")


def test_files_that_are_not_there_are_named(tmp_path: Path) -> None:
    with pytest.raises(CertificateRefusedError, match=r"ca\.pem"):
        client_context(ClientTls(ca_file=str(tmp_path / "ca.pem")))


def handshake(province: MtlsProvince, identity: Identity) -> bool:
    context = client_context(province.tls(identity))
    with socket.create_connection((HOST, province.door), timeout=WITHIN_S) as line:
        try:
            context.wrap_socket(line, server_hostname=HOST).close()
        except OSError:
            return False
    return True


async def test_a_door_that_is_full_lets_nobody_else_in(tmp_path: Path) -> None:
    async with MtlsProvince(tmp_path, most=2) as province:
        boxes = [province.authority.issue(f"box-{at}") for at in range(3)]
        async with province.client(boxes[0]), province.client(boxes[1]):
            assert not await asyncio.to_thread(handshake, province, boxes[2])
        async with asyncio.timeout(WITHIN_S):
            while not await asyncio.to_thread(handshake, province, boxes[2]):
                await asyncio.sleep(0.05)
        async with province.inside() as inside:
            await inside.publish("mc1/box-1/dn/devices/cmd", b"", qos=1)
