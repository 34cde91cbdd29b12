"""A box bridged over mTLS: its events reach the store whatever becomes of line and brokers."""

import contextlib
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest

from devices.contract.clock import SystemClock
from devices.runtime.alongside import alongside
from devices.runtime.backoff import Backoff
from devices.runtime.ports import free_port
from devices.runtime.settings import BusConfig
from devices.runtime.supervisor import keep
from devices.runtime.worker import Worker
from provisioning.broker import Bridge, BridgeTls, box_config
from provisioning.controller import ingest
from provisioning.controller.database import Database
from provisioning.controller.ingest import Ingest, Outcome
from provisioning.controller.paho_reader import PahoReader
from provisioning.controller.store import Store
from provisioning.demo.line import Line
from tests import waiting
from tests.certificates import TestAuthority
from tests.counterparts.mosquitto import RealBroker
from tests.provisioning.broker.mtls import HOST, MtlsProvince
from tests.provisioning.controller.box import box_on
from tests.provisioning.controller.saying import issued

pytestmark = pytest.mark.real
BOX = "box-1"
until = partial(waiting.until, within_s=30.0)


def bridged(directory: Path, line: Line, tls: BridgeTls) -> RealBroker:
    """Return the broker of a box whose line to the province goes over TLS."""
    port = free_port()
    bridge = Bridge(box=BOX, host=HOST, port=line.port, tls=tls)
    return RealBroker(directory, box_config(port=port, directory=directory, bridge=bridge), port)


@contextlib.asynccontextmanager
async def stored(port: int, directory: Path) -> AsyncIterator[Store]:
    """Take events off the province's broker into a store, as the controller does."""
    database = Database(f"sqlite:///{directory}/controller.sqlite3")
    store = Store(database)
    told: list[Outcome] = []
    async with Worker("ingest") as worker:
        reader = PahoReader(BusConfig(port=port), "province-ingest")
        taking = await worker.do(Ingest, reader, store, SystemClock())

        async def work() -> None:
            await ingest.run(taking, worker, told.append)

        backoff = Backoff(least_s=0.05, most_s=0.2)
        async with alongside(keep("ingest", work, backoff=backoff), name="ingest"):
            yield store
    database.close()


def seqs(store: Store) -> list[int]:
    return [event.seq for event in store.events(box=BOX, limit=1_000)]


async def test_events_reach_the_store_over_mtls_whatever_becomes_of_line_and_broker(
    tmp_path: Path,
) -> None:
    async with MtlsProvince(tmp_path / "province") as province:
        line = Line(province.door)
        own = province.bridge(province.authority.issue(BOX))
        async with (
            line.standing(HOST),
            bridged(tmp_path / "box", line, own) as broker,
            stored(province.port, tmp_path) as store,
            box_on(broker.port, tmp_path, BOX) as box,
        ):
            for at in range(10):
                box.tell(issued(at))
            await until(lambda: seqs(store) == list(range(1, 11)), "events over mTLS")

            line.cut()
            box.tell(issued(10))
            line.mend()
            await until(lambda: 11 in seqs(store), "the event told while the line was cut")

            await province.kill()
            box.tell(issued(11))
            await province.start()
            await until(lambda: 12 in seqs(store), "the event told while the province was away")
            await until(lambda: box.journal.waiting() == 0, "acknowledgements come down")
            assert sorted(seqs(store)) == list(range(1, 13))


async def test_a_bridge_of_a_revoked_or_foreign_box_carries_nothing(tmp_path: Path) -> None:
    async with MtlsProvince(tmp_path / "province") as province:
        line = Line(province.door)
        revoked = province.authority.issue("box-1", file_name="revoked")
        await province.revoke(revoked)
        foreign = TestAuthority(tmp_path, "foreign").issue("box-1")
        good = province.authority.issue("box-1")
        async with line.standing(HOST), stored(province.port, tmp_path) as store:
            for name, identity in (("revoked", revoked), ("foreign", foreign)):
                async with bridged(tmp_path / name, line, province.bridge(identity)) as broker:
                    log = tmp_path / name / "mosquitto.log"
                    await until(partial(refused, log), f"{name} is refused")
                    assert broker.pid
                    assert seqs(store) == []
            async with (
                bridged(tmp_path / "good", line, province.bridge(good)) as broker,
                box_on(broker.port, tmp_path, BOX) as box,
            ):
                box.tell(issued(0))
                await until(lambda: seqs(store) == [1], "negative control: a good one does")


def refused(log: Path) -> bool:
    """Tell whether a bridge's log says that the province closed the door on its certificate."""
    return "certificate" in log.read_text() or "SSL" in log.read_text()
