"""Revocations come into force: listed, read by the broker, the box put off; and tried again."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509

from devices.contract.clock import SimulatedClock
from devices.contract.errors import LineDownError
from devices.runtime.alongside import alongside
from devices.runtime.backoff import Backoff
from devices.runtime.supervisor import keep
from provisioning.controller.database import Database
from provisioning.controller.registry.records import Expected
from provisioning.controller.registry.registrar import Registrar
from provisioning.controller.registry.registry import KEPT
from provisioning.pki.certificates import number_of
from provisioning.pki.revocation import LIST_FILE, SIGN_EVERY
from tests.provisioning.controller.registry.somewhere import NOON, SERIAL, registrar_in, request
from tests.waiting import until


class SimulatedBroker:
    """Notes what it was told; can be away."""

    def __init__(self) -> None:
        self.reads = 0
        self.kicked: list[str] = []
        self.away = False

    async def read_revocations(self) -> None:
        if self.away:
            raise LineDownError
        self.reads += 1

    async def kick(self, box: str) -> None:
        if self.away:
            raise LineDownError
        self.kicked.append(box)


@pytest.fixture
def url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock(NOON)


@pytest.fixture
def broker() -> SimulatedBroker:
    return SimulatedBroker()


@pytest.fixture
async def room(
    tmp_path: Path, database: Database, clock: SimulatedClock, broker: SimulatedBroker
) -> AsyncIterator[Registrar]:
    async with registrar_in(tmp_path, database, clock=clock, broker=broker) as one:
        work = keep("revocations", one.enforcement.run, backoff=Backoff(least_s=0.01, most_s=0.02))
        async with alongside(work, name="revocations"):
            await until(lambda: broker.reads == 1, "the list is read at the start")
            yield one


def listed(room: Registrar) -> set[str]:
    text = (room.authority.directory / LIST_FILE).read_bytes()
    return {f"{one.serial_number:x}" for one in x509.load_pem_x509_crl(text)}


def enrolled(room: Registrar, serial: str = SERIAL, box: str = "gio-linh-1") -> str:
    (claimed,) = room.registry.preauthorise([Expected(serial=serial, box=box)], "x")
    return number_of(room.enrolment.enrol(serial, claimed.claim, request(serial), "10.0.0.9"))


async def test_a_retired_box_is_listed_and_put_off(
    room: Registrar, broker: SimulatedBroker
) -> None:
    number = enrolled(room)
    enrolled(room, "aaaa", "dong-ha-1")
    await asyncio.to_thread(room.registry.retire, "gio-linh-1", "x")
    await until(lambda: broker.kicked == ["gio-linh-1"], "it is put off")
    assert listed(room) == {number}
    assert broker.reads == 2


async def test_a_broker_that_is_away_is_told_when_it_is_back(
    room: Registrar, broker: SimulatedBroker
) -> None:
    number = enrolled(room)
    broker.away = True
    await room.worker.do(room.registry.replace, "gio-linh-1", "bbbb", "x")
    await until(lambda: number in listed(room), "the list is written")
    assert broker.kicked == []
    broker.away = False
    await until(lambda: broker.kicked == ["gio-linh-1"], "it is put off")


async def test_a_box_that_renewed_is_left_alone(room: Registrar, broker: SimulatedBroker) -> None:
    first = enrolled(room)
    lost = number_of(room.enrolment.renew("gio-linh-1", first, request("gio-linh-1")))
    room.enrolment.renew("gio-linh-1", first, request("gio-linh-1"))
    await until(lambda: listed(room) == {lost}, "what it never used is listed")
    room.registry.retire("gio-linh-1", "x")
    await until(lambda: bool(broker.kicked), "and only then")
    assert broker.kicked == ["gio-linh-1"]


async def test_the_list_is_signed_anew_each_day(
    room: Registrar, broker: SimulatedBroker, clock: SimulatedClock
) -> None:
    path = room.authority.directory / LIST_FILE
    first = path.read_bytes()
    await room.enforcement.put_in_force()
    assert path.read_bytes() == first
    clock.move(SIGN_EVERY)
    await room.enforcement.put_in_force()
    assert path.read_bytes() != first
    assert broker.reads == 2
    clock.move(timedelta(days=29))
    read = x509.load_pem_x509_crl(path.read_bytes())
    assert read.next_update_utc is not None
    assert read.next_update_utc > clock.now()


async def test_who_was_revoked_just_before_a_restart_is_put_off_after_it(
    tmp_path: Path, database: Database, clock: SimulatedClock, broker: SimulatedBroker
) -> None:
    async with registrar_in(tmp_path, database, clock=clock) as before:
        enrolled(before)
        enrolled(before, "aaaa", "dong-ha-1")
        before.registry.retire("dong-ha-1", "x")
        clock.move(timedelta(days=2))
        before.registry.retire("gio-linh-1", "x")
    async with registrar_in(tmp_path, database, clock=clock, broker=broker) as after:
        await after.enforcement.put_in_force()
    assert broker.kicked == ["gio-linh-1"]


async def test_who_opened_a_line_before_and_spoke_later_is_put_off_too(
    tmp_path: Path, database: Database, clock: SimulatedClock, broker: SimulatedBroker
) -> None:
    async with registrar_in(tmp_path, database, clock=clock, broker=broker) as room:
        enrolled(room)
        room.registry.retire("gio-linh-1", "x")
        for _ in range(4):
            await room.enforcement.put_in_force()
            clock.move(timedelta(minutes=1))
        assert broker.kicked == ["gio-linh-1", "gio-linh-1"]
        clock.move(timedelta(hours=1))
        await room.enforcement.put_in_force()
        assert broker.kicked == ["gio-linh-1", "gio-linh-1"]


async def test_a_list_of_a_clock_that_was_set_back_locks_nobody_out(
    tmp_path: Path, database: Database, clock: SimulatedClock, broker: SimulatedBroker
) -> None:
    async with registrar_in(tmp_path, database, clock=clock, broker=broker) as room:
        number = enrolled(room)
        await room.enforcement.put_in_force()
        clock.set(clock.now() - timedelta(hours=7))
        await room.enforcement.put_in_force()
        text = (room.authority.directory / LIST_FILE).read_bytes()
        assert x509.load_pem_x509_crl(text).last_update_utc < clock.now()
        room.registry.retire("gio-linh-1", "x")
        await room.enforcement.put_in_force()
        assert listed(room) == {number}
        reads = broker.reads
        clock.move(timedelta(hours=7, seconds=1))  # the first list, without the box, is valid now
        await room.enforcement.put_in_force()
        assert broker.reads == reads + 1
        await room.enforcement.put_in_force()
        assert broker.reads == reads + 1


async def test_a_clock_that_was_years_ahead_forgets_neither_boxes_nor_whom_we_revoked(
    tmp_path: Path, database: Database, clock: SimulatedClock, broker: SimulatedBroker
) -> None:
    async with registrar_in(tmp_path, database, clock=clock) as before:
        gone, stays = enrolled(before), enrolled(before, "aaaa", "dong-ha-1")
        before.registry.retire("gio-linh-1", "x")
    years = timedelta(days=3650)
    clock.move(years)
    async with registrar_in(tmp_path, database, clock=clock, broker=broker) as room:
        await room.enforcement.put_in_force()
        clock.set(clock.now() - years)
        room.registry.refresh()
        await room.enforcement.put_in_force()
        assert room.registry.owner(stays).box == "dong-ha-1"
        assert listed(room) == {gone}


async def test_what_ended_long_ago_is_forgotten_with_the_days_work(
    room: Registrar, clock: SimulatedClock
) -> None:
    enrolled(room)
    clock.move(timedelta(days=90) + KEPT)
    enrolled(room, "aaaa", "dong-ha-1")
    await room.enforcement.put_in_force()
    assert len(room.registry.certificates("gio-linh-1")) == 1
    clock.move(SIGN_EVERY)
    enrolled(room, "bbbb", "dong-ha-2")
    await room.enforcement.put_in_force()
    assert room.registry.certificates("gio-linh-1") == []
    assert [one.serial for one in room.registry.holders("gio-linh-1")] == [SERIAL]
