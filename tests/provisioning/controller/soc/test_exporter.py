"""The audit log told to a real collector over TLS."""

import asyncio
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select

from devices.contract.clock import SystemClock
from devices.contract.errors import LineDownError
from devices.runtime.alongside import alongside
from devices.runtime.backoff import Backoff
from devices.runtime.supervisor import keep
from devices.runtime.worker import Worker
from provisioning.controller.accounts.audit import Audit
from provisioning.controller.database import Database
from provisioning.controller.soc.config import SocConfig
from provisioning.controller.soc.exporter import Exporter
from provisioning.controller.soc.tables import CURSOR
from provisioning.pki.authority import opened
from provisioning.pki.certificates import server_certificate
from tests.counterparts.rsyslog import Collector, collector

pytestmark = pytest.mark.real
WITHIN_S = 20


@pytest.fixture
def url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def ca(tmp_path: Path) -> Path:
    now = SystemClock().now()
    authority = opened(tmp_path / "ca", "Quảng Trị", now)
    certificate, key = server_certificate(authority, ("localhost",), now)
    (tmp_path / "collector.pem").write_bytes(certificate)
    (tmp_path / "collector.key").write_bytes(key)
    (tmp_path / "ca.pem").write_bytes(authority.pem)
    return tmp_path / "ca.pem"


@pytest.fixture
async def soc(tmp_path: Path, ca: Path) -> AsyncIterator[Collector]:
    certificate, key = tmp_path / "collector.pem", tmp_path / "collector.key"
    async with collector(tmp_path / "soc", ca, certificate, key) as running:
        yield running


@pytest.fixture
async def worker() -> AsyncIterator[Worker]:
    async with Worker("soc") as worker:
        yield worker


async def until(look: Callable[[], object], what: str) -> None:
    try:
        async with asyncio.timeout(WITHIN_S):
            while not look():
                await asyncio.sleep(0.05)
    except TimeoutError:
        pytest.fail(f"never: {what}")


def told_to(database: Database, number: int) -> bool:
    with database.reading() as db:
        return db.execute(select(CURSOR.c.told)).scalar() == number


def exporter(port: int, ca: Path, database: Database, worker: Worker) -> Exporter:
    config = SocConfig(host="127.0.0.1", port=port, ca_file=str(ca), server_name="localhost")
    return Exporter(config, database, worker, host="province")


async def test_every_record_reaches_the_collector_in_order_also_what_was_before_and_after_a_break(
    soc: Collector, ca: Path, database: Database, worker: Worker
) -> None:
    audit = Audit(database)
    audit.write("an", "session.begun", "an", "từ 192.0.2.7")
    telling = exporter(soc.port, ca, database, worker)
    audit.listen(telling.news)
    again = Backoff(least_s=0.05, most_s=0.2)
    async with alongside(keep("soc", telling.run, backoff=again), name="soc"):
        await until(lambda: len(soc.lines()) == 1, "what was before")
        (first,) = soc.lines()
        assert first.startswith("<110>1 ")
        assert " province motcua-controller - session.begun - " in first
        assert "CEF:0|motcua-edge|controller|" in first
        assert "msg=từ 192.0.2.7" in first
        audit.write("an", "box.retired", "gio-linh-1", "a=b|c\nd")
        await until(lambda: len(soc.lines()) == 2, "what happened meanwhile")
        assert "msg=a\\=b|c\\nd" in soc.lines()[1]
        await soc.stop()
        for at in range(3):
            audit.write("an", "person.changed", f"b-{at}")
        await soc.start()
        await until(lambda: "cs1=b-2" in " ".join(soc.lines()), "what happened in the break")
    numbers = [line.partition("externalId=")[2].split()[0] for line in soc.lines()]
    assert list(dict.fromkeys(numbers)) == ["1", "2", "3", "4", "5"]


async def test_one_that_begins_anew_tells_nothing_twice(
    soc: Collector, ca: Path, database: Database, worker: Worker
) -> None:
    audit = Audit(database)
    for at in range(1_200):
        audit.write("an", "person.changed", f"b-{at}")
    for _ in range(2):
        telling = exporter(soc.port, ca, database, worker)
        async with alongside(keep("soc", telling.run), name="soc"):
            audit.write("an", "session.begun", "an")
            (last,) = audit.records(limit=1)
            await until(partial(told_to, database, last.id), "that all was told")
    await until(lambda: len(soc.lines()) == 1_202, "each record once")


async def test_a_collector_of_another_authority_is_told_nothing(
    soc: Collector, tmp_path: Path, database: Database, worker: Worker
) -> None:
    Audit(database).write("an", "session.begun", "an")
    foreign = tmp_path / "foreign.pem"
    foreign.write_bytes(opened(tmp_path / "other", "Khác", SystemClock().now()).pem)
    with pytest.raises(LineDownError, match="certificate verify failed"):
        await exporter(soc.port, foreign, database, worker).run()
    assert soc.lines() == []
