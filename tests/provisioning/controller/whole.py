"""The whole controller on a real broker, with people of two branches and a box that has everything.

It runs in a thread of its own, so that tests of many requests (and browsers) need no loop.
"""

import asyncio
import base64
import contextlib
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from litestar import Litestar
from litestar.types import ASGIApp
from sqlalchemy import Connection, insert, inspect, text, update

import provisioning.controller.gate.serving
import provisioning.controller.main
from devices.contract.message import Event, Health
from devices.runtime.alongside import alongside
from devices.runtime.ports import free_port
from devices.runtime.settings import BusConfig
from devices.web.serve import served
from provisioning.controller.accounts.command import add, opened
from provisioning.controller.accounts.passwords import Passwords
from provisioning.controller.alerts.config import AlertsConfig
from provisioning.controller.alerts.rules import Rule, Rules, Severity
from provisioning.controller.config import ControllerConfig, HttpConfig, store_url
from provisioning.controller.database import Database
from provisioning.controller.gate.config import GateConfig
from provisioning.controller.main import build
from provisioning.controller.remote.tables import SHELL, UPLOAD
from provisioning.controller.rights import EVERYWHERE, Grant, Role
from tests.counterparts.chromium import until
from tests.counterparts.mosquitto import broker_beside
from tests.provisioning.controller.box import BoxUnderTest, box_on
from tests.provisioning.controller.registry.somewhere import CLAIM, csr
from tests.provisioning.controller.signing_in import PASSWORD, QUICK, QUICK_ACCOUNTS

BOX, BOX_NAME = "gio-linh-1", "Một cửa Gio Linh"
UNIT, ELSEWHERE = "19495", "01"  # Gio Linh in Quảng Trị; Hà Nội
MASTER, STRANGER, ONLOOKER, NEIGHBOUR = "quan-tri", "noi-khac", "xem-noi-khac", "xem"
NEWCOMER = "moi-vao"  # has a password from somebody else, and until that is changed no right
PEOPLE = {
    MASTER: (EVERYWHERE, (Role.ADMINISTRATOR, Role.TECHNICIAN, Role.AUDITOR)),
    NEIGHBOUR: (UNIT, (Role.VIEWER,)),
    ONLOOKER: (ELSEWHERE, (Role.VIEWER,)),
    STRANGER: (ELSEWHERE, (Role.ADMINISTRATOR, Role.TECHNICIAN, Role.AUDITOR)),
}
"""Who has an account, in which unit, and as what."""
_WITHIN_S = 30.0
_ONCE = Rule(severity=Severity.CRITICAL, clear_after_s=1)
_FROM_BOXES = {"sample", "part", "event", "event_day", "ticket", "journal", "waiting"}
_BY_ITSELF = _FROM_BOXES | {
    *("alert_back", "alert_outbox", "settings_document", "settings_reported", "audit_head")
}
_AS_ASKED = {
    # raised and cleared at its own time
    "alert": "id, acknowledged_at, acknowledged_by, note FROM alert WHERE note <> ''"
    " OR acknowledged_at IS NOT NULL",
    "account_session": "id, hash, account FROM account_session",  # used at: by every page
    "command": "name, box, kind, body, actor, reason FROM command",
    "upload": "name, box, file_name FROM upload",
    "audit_record": "* FROM audit_record WHERE action NOT LIKE 'agent.%.ended'",
}
"""What a request writes into a table; the rest of it comes by itself, as the tables above do."""


class Whole:
    """A running controller, as tests see it."""

    def __init__(self, config: ControllerConfig, apps: list[Litestar]) -> None:
        self.url = f"http://127.0.0.1:{config.http.port}"
        self.gate_url = f"https://localhost:{config.gate.port}"
        self.state = Path(config.state_dir)
        self.store = store_url(config)
        self._apps = apps
        self._loop: asyncio.AbstractEventLoop | None = None
        self._box: BoxUnderTest | None = None
        self.ended = threading.Event()

    @property
    def gate(self) -> Litestar:
        """The boxes' own door."""
        return self._apps[0]

    @property
    def dashboard(self) -> Litestar:
        """The dashboard."""
        return self._apps[1]

    def begins(self, loop: asyncio.AbstractEventLoop, box: BoxUnderTest) -> None:
        """Note where it runs."""
        self._loop, self._box = loop, box

    def printer(self, health: Health, code: str = "") -> None:
        """Have the box's printer say how it is."""
        assert self._loop
        assert self._box
        self._loop.call_soon_threadsafe(self._box.printer, health, code)

    def board(
        self,
        facts: dict[str, str | float | bool],
        health: Health = Health.READY,
        code: str = "",
    ) -> None:
        """Have the box's board say how it is."""
        assert self._loop
        assert self._box
        self._loop.call_soon_threadsafe(self._box.board, facts, health, code)

    def tell(self, event: Event) -> None:
        """Have something happen at the box's counter."""
        assert self._loop
        assert self._box
        self._loop.call_soon_threadsafe(self._box.tell, event)

    @contextlib.contextmanager
    def asked_by(self, login: str = "", **headers: str) -> Iterator[httpx.Client]:
        """Yield somebody's browser, signed in; without a login nobody's."""
        with httpx.Client(
            base_url=self.url, headers={"Origin": self.url, **headers}, timeout=20
        ) as http:
            if login:
                answer = http.post("/sign-in", data={"login": login, "password": PASSWORD})
                assert answer.status_code == 303, answer.text
            yield http

    def box(self, address: str = "127.0.0.1") -> httpx.Client:
        """Return what asks at the gate as a box without a certificate does."""
        context = ssl.create_default_context(cafile=str(self.state / "pki" / "ca.pem"))
        there = httpx.HTTPTransport(verify=context, local_address=address)
        return httpx.Client(base_url=self.gate_url, transport=there, timeout=20)

    def stored(self) -> dict[str, set[tuple[Any, ...]]]:
        """Return every row of every table that requests write to."""
        with Database.unmigrated(self.store) as db:
            tables = inspect(db).get_table_names()
            return {name: _rows(db, name) for name in tables if name not in _BY_ITSELF}


def _rows(db: Connection, table: str) -> set[tuple[Any, ...]]:
    what = _AS_ASKED.get(table, f'* FROM "{table}"')
    return {tuple(row) for row in db.execute(text(f"SELECT {what}"))}


@contextlib.contextmanager
def whole_controller(directory: Path, store: str = "") -> Iterator[Whole]:
    """Run it, with a box in service whose printer is ready; on SQLite unless a store is named."""
    with broker_beside(directory / "broker") as bus, pytest.MonkeyPatch.context() as patch:
        config = ControllerConfig(
            state_dir=str(directory / "state"),
            store=store,
            bus=BusConfig(port=bus),
            http=HttpConfig(port=free_port()),
            gate=GateConfig(port=free_port()),
            accounts=QUICK_ACCOUNTS,
            alerts=AlertsConfig(rules=Rules(paper=_ONCE)),
        )
        apps: list[Litestar] = []
        _note_served(patch, apps)
        with opened(config) as people:
            for login, (unit, roles) in PEOPLE.items():
                grants = tuple(Grant(unit=unit, role=role) for role in roles)
                add(people, QUICK, login, PASSWORD, name=f"Người {login}", grants=grants)
            everywhere = (Grant(role=Role.ADMINISTRATOR),)
            people.add("test", NEWCOMER, "Người mới", everywhere, Passwords(QUICK).hash(PASSWORD))
        whole = Whole(config, apps)
        with _beside(config, bus, directory, whole):
            _in_service(whole)
            yield whole
        assert not whole.ended.is_set(), "the controller ended by itself"


def _note_served(patch: pytest.MonkeyPatch, apps: list[Litestar]) -> None:
    """Have the applications noted that are served, as they are."""

    def noting(app: ASGIApp, *where: Any, **how: Any) -> AbstractAsyncContextManager[int]:
        assert isinstance(app, Litestar)
        apps.append(app)
        return served(app, *where, **how)

    for root in (provisioning.controller.main, provisioning.controller.gate.serving):
        patch.setattr(root, "served", noting)


@contextlib.contextmanager
def _beside(config: ControllerConfig, bus: int, directory: Path, whole: Whole) -> Iterator[None]:
    ready, done = threading.Event(), threading.Event()

    async def life() -> None:
        serving = asyncio.Event()
        async with alongside(build(config)(serving.set), name="controller"):
            async with asyncio.timeout(_WITHIN_S):
                await serving.wait()
            async with box_on(bus, directory, BOX) as box:
                whole.begins(asyncio.get_running_loop(), box)
                ready.set()
                await asyncio.to_thread(done.wait)

    def run() -> None:
        try:
            asyncio.run(life())
        finally:
            if not done.is_set():
                whole.ended.set()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        assert ready.wait(_WITHIN_S), "the controller did not start"
        yield
    finally:
        done.set()
        thread.join()


def _in_service(whole: Whole) -> None:
    """Put the box on record, in its unit."""
    with whole.asked_by(MASTER) as http:
        form = {"box": BOX, "serial": "aaaa", "unit": UNIT, "role": "kiosk", "name": BOX_NAME}
        assert http.post("/enrolment/expect", data=form).status_code == 200
        _seen(lambda: http.get(f"/api/boxes/{BOX}").status_code == 200, "the box")


def raise_alert(whole: Whole, http: httpx.Client) -> int:
    """Take the printer's paper away; returns the number of the alert that this raises."""
    whole.printer(Health.FAULT, "printer.out_of_paper")
    _seen(lambda: http.get("/api/alerts").json(), "the alert")
    number: int = http.get("/api/alerts").json()[0]["record"]["id"]
    return number


def furnish(whole: Whole, http: httpx.Client) -> dict[str, str]:
    """Have one of everything made that a path can name; returns what each is called."""
    alert = raise_alert(whole, http)
    site = {"code": "gio-linh", "name": "Một cửa", "unit": UNIT}
    profile = {"level": "unit", "target": UNIT, "text": "", "why": "thử", "base": "0"}
    made = (
        http.post("/alerts/mute", data={"place": BOX, "kind": "paper", "hours": "8"}),
        http.post("/units/sites", data=site),
        http.post("/settings/save", data=profile),
        http.post(f"/api/boxes/{BOX}/orders", json={"what": "logs"}),
    )
    assert [answer.status_code for answer in made] == [303, 303, 303, 202], made[2].text
    order = made[3].json()["name"]
    _asks_to_come_in(whole)
    _was_brought(whole, order)
    asking = http.get("/api/enrolment").json()
    people = {row[1]: row[0] for row in whole.stored()["account"]}
    return {
        "box": BOX,
        "part": "kiosk",
        "what": "reboot",
        "form": "ods",
        "code": site["code"],
        "file_path": "base.css",
        "path": "openapi.json",
        "name": order,
        "release": "5f1c" * 8,
        "piece": "image",
        "/exports/{name}": "alerts.csv",
        "/alerts/{number}": str(alert),
        "/alerts/mutes/{number}": "1",
        "/settings/changes/{number}": "1",
        "/people/{number}": str(people[NEIGHBOUR]),
        "/enrolment/requests/{number}": str(asking[0]["id"]),
    }


def _asks_to_come_in(whole: Whole) -> None:
    """Have a box that nobody expects ask at the gate."""
    body = base64.b64encode(csr("bbbb"))
    with whole.box() as box:
        answer = box.post("/.well-known/est/simpleenroll", content=body, auth=("bbbb", CLAIM))
    assert answer.status_code == 202, answer.text


def _was_brought(whole: Whole, order: str) -> None:
    """Have the file of an order here, and the recording of a terminal that was opened by it."""
    for folder, name in (("uploads", order), ("recordings", f"{order}.cast")):
        (whole.state / folder).mkdir(exist_ok=True)
        (whole.state / folder / name).write_text('{"version": 2, "width": 80, "height": 24}\n')
    with Database.unmigrated(whole.store) as db, db.begin():
        db.execute(update(UPLOAD).where(UPLOAD.c.name == order).values(state="stored"))
        shell = {"name": order, "box": BOX, "actor": MASTER, "reason": "thử", "why": "person"}
        moment = datetime(2026, 11, 20, 2, tzinfo=UTC)
        db.execute(insert(SHELL).values(**shell, opened_at=moment, ended_at=moment))


def _seen(look: Callable[[], Any], what: str) -> None:
    until(look, what, within_s=_WITHIN_S)
