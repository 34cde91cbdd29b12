"""Alerts as they stand: looked after from the facts, begun anew from the book."""

import asyncio
from collections.abc import AsyncIterator, Collection
from datetime import timedelta
from types import SimpleNamespace
from typing import cast

import httpx
import pytest

from devices.contract.clock import SimulatedClock
from devices.runtime.alongside import alongside
from devices.runtime.worker import Worker
from devices.web.serve import served
from provisioning.controller.alerts.alerts import Alerts
from provisioning.controller.alerts.book import Book
from provisioning.controller.alerts.readings import BoxFacts, Key
from provisioning.controller.alerts.routes import routes
from provisioning.controller.alerts.rules import Kind, Rules, Severity
from provisioning.controller.alerts.teller import Teller
from provisioning.controller.alerts.watch import Alert, News
from provisioning.controller.database import Database
from provisioning.controller.fleet import Line
from provisioning.controller.pages import Pages
from provisioning.controller.rights import EVERYWHERE, Grant, Person, Role
from provisioning.controller.rooms import Rooms
from tests.provisioning.controller.alerts.boxes import COMMUNE, OUT_OF_PAPER, PROVINCE, T0, box
from tests.provisioning.controller.alerts.test_book import PAPER, nobody
from tests.provisioning.controller.alerts.test_telling import WITHIN_S, Named
from tests.provisioning.controller.somebody import app_as


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


async def test_who_sees_a_branch_sees_of_an_area_above_it_the_branchs_boxes(
    database: Database, worker: Worker
) -> None:
    boxes = ("gio-linh-1", "x", "y")
    area = Alert(key=Key(Kind.AREA, PROVINCE), severity=Severity.CRITICAL, since=T0, boxes=boxes)
    Book(database).write(News((area,)), T0, nobody)
    alerts = alerts_of([], database, worker)
    await alerts.load()
    rooms = cast("Rooms", SimpleNamespace(alerts=alerts, named=Named()))
    seen = {}
    for unit in (COMMUNE, "19333", EVERYWHERE):
        grants = (Grant(unit=unit, role=Role.VIEWER),)
        person = Person(id=1, login="a", name="A", grants=grants)
        app = app_as(person, routes(rooms, Pages()))
        async with (
            served(app, "127.0.0.1", 0) as port,
            httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http,
        ):
            answer = await http.get("/api/alerts")
        seen[unit] = [one["record"]["alert"]["boxes"] for one in answer.json()]
    assert seen == {COMMUNE: [["gio-linh-1"]], "19333": [], EVERYWHERE: [list(boxes)]}
