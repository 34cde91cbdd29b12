"""Enrolment by USB stick: a folder that is carried to the province and back."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from devices.contract.clock import SystemClock
from devices.runtime.worker import Worker
from provisioning.agent.config import StickConfig
from provisioning.agent.identity import IdentityStore
from provisioning.agent.matters import MatterCode
from provisioning.agent.notice import Notice
from provisioning.agent.stick import StickWatch
from provisioning.pki.authority import opened
from provisioning.pki.certificates import box_certificate, pem_of
from provisioning.pki.requests import judged
from provisioning.stick import StickAnswer, StickRequest, read_request, written
from tests.provisioning.agent.province import Province, province
from tests.waiting import until

SERIAL = "10000000abcdef03"


@pytest.fixture
async def there(tmp_path: Path) -> AsyncIterator[Province]:
    async with province(tmp_path / "province") as opened_:
        yield opened_


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "media" / "USB" / "motcua"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
async def worker() -> AsyncIterator[Worker]:
    async with Worker("identity") as one:
        yield one


class Box:
    def __init__(self, there: Province, tmp_path: Path, worker: Worker) -> None:
        self.store = IdentityStore(tmp_path / "identity")
        self.notice = Notice()
        self.watch = StickWatch(
            StickConfig(mounts=(str(tmp_path / "media"),), every_s=0.05),
            SERIAL,
            there.ca_sha256,
            self.store,
            worker,
            clock=SystemClock(),
            notice=self.notice,
        )


@pytest.fixture
def box(there: Province, tmp_path: Path, worker: Worker) -> Box:
    made = Box(there, tmp_path, worker)
    made.store.ask_as(SERIAL, "lusab-babad-gutih-tugad-mudof")
    return made


def answered(there: Province, request: StickRequest, box: str = "quay-21") -> StickAnswer:
    authority = there.registrar.authority
    key = judged(request.csr.encode()).public_key
    certificate = box_certificate(
        authority, key, box=box, serial=request.serial, now=there.registrar.clock.now()
    )
    return StickAnswer(
        serial=request.serial,
        ca=authority.pem.decode(),
        certificate=pem_of(certificate).decode(),
        box=box,
        gate="https://gate.example",
        broker_host="broker.example",
        site="Phường Mẫu",
    )


async def test_a_request_goes_out_and_its_answer_is_taken_once(
    there: Province, box: Box, stick: Path
) -> None:
    taking = asyncio.ensure_future(box.watch.taken())
    await until((stick / "request.json").exists, "a request")
    request = read_request((stick / "request.json").read_bytes())
    assert request.serial == SERIAL
    assert request.claim == "lusab-babad-gutih-tugad-mudof"
    (stick / "answer.json").write_bytes(written(answered(there, request)))
    identity = await taking
    assert identity.box == "quay-21"
    assert identity.place.broker_host == "broker.example"
    assert identity.place.site == "Phường Mẫu"
    assert b"PRIVATE" not in carried(stick)
    again = asyncio.ensure_future(box.watch.taken())
    await asyncio.wait((again,), timeout=0.3)
    assert not again.done()
    again.cancel()


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("serial", "dành cho máy"),
        ("stranger", "CA"),
        ("key", "yêu cầu khác"),
        ("box", "không phải của"),
        ("garbage", "answer.json"),
        ("large", "bytes"),
        ("pem", "không đọc được"),
    ],
)
async def test_a_wrong_answer_is_refused_with_its_reason_until_it_is_gone(
    there: Province, box: Box, stick: Path, kind: str, said: str
) -> None:
    asking = box.store.under_way()
    assert asking
    request = StickRequest(serial=SERIAL, claim=asking.claim, csr=asking.pem)
    (stick / "answer.json").write_bytes(wrong(kind, there, request, stick.parents[2]))
    taking = asyncio.ensure_future(box.watch.taken())
    await until(lambda: box.notice.showing.stick is not None, "a refusal")
    showing = box.notice.showing
    assert showing.foremost.code is MatterCode.STICK_REFUSED
    assert said in showing.foremost.detail
    assert box.store.held() is None
    (stick / "answer.json").unlink()
    await until(lambda: box.notice.showing.stick is None, "no refusal")
    (stick / "answer.json").write_bytes(written(answered(there, request)))
    assert (await taking).box == "quay-21"


def wrong(kind: str, there: Province, request: StickRequest, tmp_path: Path) -> bytes:
    right = answered(there, request)
    if kind == "garbage":
        return b"\0{["
    if kind == "large":
        return b" " * 70_000
    if kind == "stranger":
        stranger = opened(tmp_path / "stranger", "CA", there.registrar.clock.now())
        key = judged(request.csr.encode()).public_key
        now = there.registrar.clock.now()
        foreign = box_certificate(stranger, key, box="quay-21", serial=SERIAL, now=now)
        return written(
            replace(right, ca=stranger.pem.decode(), certificate=pem_of(foreign).decode())
        )
    if kind == "key":
        other = IdentityStore(tmp_path / "other").ask_as(SERIAL, "x")
        return written(answered(there, replace(request, csr=other.pem)))
    changed = {"serial": {"serial": "other"}, "box": {"box": "quay-22"}, "pem": {"ca": "x"}}
    return written(replace(right, **changed[kind]))


def carried(stick: Path) -> bytes:
    return b"".join(file.read_bytes() for file in stick.iterdir())


async def test_a_stick_without_the_folder_is_left_alone(box: Box, tmp_path: Path) -> None:
    plain = tmp_path / "media" / "PLAIN"
    plain.mkdir(parents=True)
    linked = tmp_path / "media" / "LINKED"
    linked.mkdir()
    (tmp_path / "elsewhere").mkdir()
    (linked / "motcua").symlink_to(tmp_path / "elsewhere")
    right = tmp_path / "media" / "Z" / "motcua"
    right.mkdir(parents=True)
    taking = asyncio.ensure_future(box.watch.taken())
    await until((right / "request.json").exists, "a request")
    taking.cancel()
    assert list(plain.iterdir()) == []
    assert list((tmp_path / "elsewhere").iterdir()) == []
