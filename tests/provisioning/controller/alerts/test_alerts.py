"""Alerts as they stand: looked after from the facts, begun anew from the book."""

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from datetime import timedelta
from types import SimpleNamespace
from typing import cast

import httpx
import pytest

from devices.contract.clock import SimulatedClock
from devices.runtime.alongside import alongside
from devices.runtime.worker import Worker
from devices.web.serve import served
from provisioning.controller.alerts.alert import Alert, News
from provisioning.controller.alerts.alerts import Alerts
from provisioning.controller.alerts.book import Book
from provisioning.controller.alerts.readings import BoxFacts, Key
from provisioning.controller.alerts.routes import routes
from provisioning.controller.alerts.rules import Kind, Rules, Severity
from provisioning.controller.alerts.teller import Teller
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
    seen = {}
    for unit in (COMMUNE, "19333", EVERYWHERE):
        async with asked_by(unit, alerts, worker) as http:
            answer = await http.get("/api/alerts")
        seen[unit] = [one["record"]["alert"]["boxes"] for one in answer.json()]
    assert seen == {COMMUNE: [["gio-linh-1"]], "19333": [], EVERYWHERE: [list(boxes)]}


@asynccontextmanager
async def asked_by(unit: str, alerts: Alerts, worker: Worker) -> AsyncIterator[httpx.AsyncClient]:
    """Yield a viewer of a unit."""
    clock = SimulatedClock(T0 + timedelta(hours=1))
    known = SimpleNamespace(alerts=alerts, named=Named(), queries=worker, clock=clock)
    person = Person(id=1, login="a", name="A", grants=(Grant(unit=unit, role=Role.VIEWER),))
    app = app_as(person, routes(cast("Rooms", known), Pages()))
    async with (
        served(app, "127.0.0.1", 0) as port,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http,
    ):
        yield http


async def test_an_area_within_a_larger_one_is_part_of_it_for_who_sees_that(
    database: Database, worker: Worker
) -> None:
    inner = Alert(
        key=Key(Kind.AREA, COMMUNE),
        severity=Severity.CRITICAL,
        since=T0,
        boxes=("gio-linh-1",),
        within=PROVINCE,
    )
    outer = Alert(
        key=Key(Kind.AREA, PROVINCE), severity=Severity.CRITICAL, since=T0, boxes=("x", "y")
    )
    Book(database).write(News((inner, outer)), T0, nobody)
    alerts = alerts_of([], database, worker)
    await alerts.load()
    assert [record.alert.key.where for record in alerts.open] == [PROVINCE]
    seen = {}
    for unit in (COMMUNE, EVERYWHERE):
        async with asked_by(unit, alerts, worker) as http:
            answer = await http.get("/api/alerts")
        told = [one["record"]["alert"] for one in answer.json()]
        seen[unit] = [(one["key"]["where"], one["boxes"]) for one in told]
    assert seen[COMMUNE] == [(COMMUNE, ["gio-linh-1"])]
    assert seen[EVERYWHERE] == [(PROVINCE, ["gio-linh-1", "x", "y"])]


async def test_a_page_of_what_was_is_full_of_what_its_reader_may_see(
    database: Database, worker: Worker
) -> None:
    """Of 60 alerts of a branch among 660, ten of others after each."""
    places = [("x", "gio-linh-1")[at % 11 == 0] for at in range(660)]
    past = [
        Alert(key=Key(Kind.DEVICE, place, str(at)), severity=Severity.WARNING, since=T0)
        for at, place in enumerate(places)
    ]
    Book(database).write(News(tuple(past)), T0, nobody)
    Book(database).write(News(cleared=tuple(one.key for one in past)), T0, nobody)
    alerts = alerts_of([], database, worker)
    pages = {}
    for unit in (COMMUNE, "19333", EVERYWHERE):
        async with asked_by(unit, alerts, worker) as http:
            rows, path = [], "/alerts"
            while path:
                page = (await http.get(path)).text
                rows.append(page.count('<td><a href="/boxes/'))
                path = page.partition('rel="next" href="')[2].partition('"')[0]
        pages[unit] = rows
    assert pages == {COMMUNE: [50, 10], "19333": [0], EVERYWHERE: [50] * 13 + [10]}
