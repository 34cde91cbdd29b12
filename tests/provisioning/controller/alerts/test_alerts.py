"""Alerts as they stand: looked after from the facts, begun anew from the book."""

import asyncio
from collections.abc import AsyncIterator, Collection
from datetime import timedelta

import pytest

from devices.contract.clock import SimulatedClock
from devices.runtime.alongside import alongside
from devices.runtime.worker import Worker
from provisioning.controller.alerts.alerts import Alerts
from provisioning.controller.alerts.book import Book
from provisioning.controller.alerts.readings import BoxFacts
from provisioning.controller.alerts.rules import Rules
from provisioning.controller.alerts.teller import Teller
from provisioning.controller.alerts.watch import News
from provisioning.controller.database import Database
from provisioning.controller.fleet import Line
from tests.provisioning.controller.alerts.boxes import OUT_OF_PAPER, T0, box
from tests.provisioning.controller.alerts.test_book import PAPER, nobody
from tests.provisioning.controller.alerts.test_telling import WITHIN_S, Named


@pytest.fixture
def url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
async def worker() -> AsyncIterator[Worker]:
    async with Worker("alerts") as worker:
        yield worker


def alerts_of(facts: list[BoxFacts], database: Database, worker: Worker) -> Alerts:
    clock = SimulatedClock(T0 + timedelta(hours=1))

    def changed(_: Collection[str]) -> None:
        """Nobody looks."""

    return Alerts(
        lambda: facts,
        book=Book(database),
        teller=Teller(Book(database), {}, Named(), worker, clock),
        worker=worker,
        clock=clock,
        rules=Rules(),
        changed=changed,
    )


async def test_an_alert_of_a_box_that_was_retired_while_nobody_watched_ends(
    database: Database, worker: Worker
) -> None:
    Book(database).write(News((PAPER,)), T0, nobody)
    alerts = alerts_of([], database, worker)
    await alerts.load()
    assert len(alerts.open) == 1
    async with alongside(alerts.run(), name="alerts"), asyncio.timeout(WITHIN_S):
        while alerts.open:
            await asyncio.sleep(0.02)
    assert len(alerts.past(2**53, 10)) == 1


async def test_an_alert_of_a_box_that_is_as_it_was_stays_open(
    database: Database, worker: Worker
) -> None:
    Book(database).write(News((PAPER,)), T0, nobody)
    late = box("dong-ha-1", certificate_ends=T0)
    facts = [box("gio-linh-1", Line.READY, OUT_OF_PAPER), late]
    alerts = alerts_of(facts, database, worker)
    async with alongside(alerts.run(), name="alerts"), asyncio.timeout(WITHIN_S):
        while len(alerts.open) < len(facts):  # the other's certificate: it has looked at both
            await asyncio.sleep(0.02)
    assert PAPER.key in {record.alert.key for record in alerts.open}
