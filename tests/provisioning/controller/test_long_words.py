"""Words that SQLite would keep and PostgreSQL does not: too long, or with a NUL in them.

Every route says the same to them on both, and it is a reason, not an error of ours.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import httpx
import pytest

from devices.contract.errors import StorageError
from provisioning.controller.database import Database
from provisioning.controller.organisation.tables import SITE
from tests.counterparts.postgres import Cluster
from tests.provisioning.controller.described import RIGHT, Fields, forms_of
from tests.provisioning.controller.routes import Route, filled, queries_of, routes_of
from tests.provisioning.controller.whole import (
    BOX,
    MASTER,
    NEIGHBOUR,
    UNIT,
    Whole,
    furnish,
    whole_controller,
)

pytestmark = pytest.mark.real

WORDS = ("a" * 65, "a\0b")
LONGEST = "ộ" * 1_025
OF_ONESELF = ("/account", "/sign-out")
"""What may end the session of who asks."""
ENDLESS = {"GET /api/stream", "GET /api/shells/{name}/stream"}
JSON: dict[str, Any] = {
    "/api/boxes/{box}/test": {"device": "printer"},
    "/api/boxes/{box}/orders": {"what": "logs", "reason": "", "parts": ["kiosk"]},
    "/api/shells/{name}/keys": {"keys": "a"},
    "/api/settings/check": {"text": ""},
}
FORM = {
    "box": "dong-ha-1",
    "serial": "SN-1",
    "claim": "",
    "role": "kiosk",
    "unit": UNIT,
    "site": "",
    "name": "Nơi nào đó",
    "code": "noi-nao-do",
    "login": "ai-do",
    "place": BOX,
    "level": "box",
    "target": BOX,
    "why": "thử",
    "confirm": BOX,
}
"""What is sent: right, so that nothing but a long word is a reason to refuse it."""
LISTS = {
    "/enrolment/list": ("serial", "claim", "box", "role", "unit", "site", "name"),
    "/units/corrections": ("code", "field", "value", "since"),
}
"""What is sent as CSV, and its columns."""
LINE = FORM | {"field": "name", "value": "Xã Mới", "since": "2026-12-01", "code": "19495"}


class Told(NamedTuple):
    """What a route said to a long word somewhere."""

    route: str
    where: str
    status: int
    code: str


def asked(whole: Whole) -> list[Told]:
    """Ask every route everything that has words, each of them too long in its turn."""
    with whole.asked_by(MASTER) as http, whole.asked_by(NEIGHBOUR) as other:
        things = furnish(whole, http)
        told = []
        for route, where, path, how in asks(whole, http, things):
            by = other if route.path.startswith(OF_ONESELF) else http
            with by.stream(route.method, path, **how) as answer:
                if str(route) not in ENDLESS or not answer.is_success:
                    answer.read()
            told.append(Told(str(route), where, answer.status_code, _code(answer)))
        return told


def asks(
    whole: Whole, http: httpx.Client, things: dict[str, str]
) -> Iterator[tuple[Route, str, str, dict[str, Any]]]:
    """Yield what to ask: the route, where the long word is, the path, and the rest."""
    fields = _fields(whole, http, things)
    queries = dict(queries_of(whole.dashboard))
    for route in routes_of(whole.dashboard):
        path = filled(route, things)
        for name in route.names:
            for word in (*WORDS, LONGEST):
                there = route.path.replace(f"{{{name}}}", quote(word))
                yield route, name, filled(Route(route.method, there), things), {}
        for word in WORDS:
            for name in queries.get(route, ()):
                right = {one: RIGHT[one] for one in queries[route] if one in RIGHT}
                yield route, name, path, {"params": right | {name: word}}
            if route.method == "POST":
                for name, how in _bodies(route, fields.get(route.path, {}), word):
                    yield route, name, path, how


def _fields(whole: Whole, http: httpx.Client, things: dict[str, str]) -> Fields:
    """Return the fields of every form on every page, by the path it is sent to."""
    routes = [*routes_of(whole.dashboard)]
    there = {filled(route, things): route.path for route in routes}
    pages = [
        (route.path, http.get(filled(route, things), headers={"Accept": "text/html"}).text)
        for route in routes
        if route.method == "GET" and str(route) not in ENDLESS
    ]
    return forms_of(pages, there)


def _bodies(
    route: Route, fields: dict[str, str], word: str
) -> Iterator[tuple[str, dict[str, Any]]]:
    if route.path in JSON:
        for name, value in JSON[route.path].items():
            long = [word] if isinstance(value, list) else word
            yield name, {"json": JSON[route.path] | {name: long}}
        return
    if route.path in LISTS:
        head = LISTS[route.path]
        for column in head:
            row = LINE | {column: word}
            text = f"{','.join(head)}\n{','.join(row[name] for name in head)}\n"
            if route.path == "/enrolment/list":
                yield column, {"files": {"file": ("ds.csv", text)}}
            else:
                yield column, {"data": {"text": text, "take": "yes"}}
    right = {name: FORM.get(name, value) for name, value in fields.items()}
    for name in fields:
        yield name, {"data": right | {name: word}}


def _code(answer: httpx.Response) -> str:
    told = answer.headers.get("content-type", "").startswith("application/json")
    return str(answer.json()["code"]) if told and answer.is_error else ""


def test_a_long_word_is_refused_with_a_reason_whatever_the_database(
    tmp_path: Path, postgres: Cluster
) -> None:
    with whole_controller(tmp_path / "sqlite") as whole:
        on_sqlite = asked(whole)
    with (
        postgres.fresh() as url,
        whole_controller(tmp_path / "postgresql", store=url) as whole,
    ):
        on_postgresql = asked(whole)
    assert [one for one in on_postgresql if one.status >= 500] == []
    assert on_sqlite == on_postgresql
    assert len({one.route for one in on_sqlite if one.status == 400}) > 25, "they were asked"


def test_postgresql_would_not_keep_them(database: Database, url: str) -> None:
    """The control: without the routes' own bounds the databases differ."""
    site = {"code": WORDS[0], "name": "", "unit": UNIT, "address": ""}

    def put() -> None:
        with database.writing() as db:
            database.upsert(db, SITE, [site])

    if url.startswith("sqlite"):
        put()
    else:
        with pytest.raises(StorageError):
            put()
