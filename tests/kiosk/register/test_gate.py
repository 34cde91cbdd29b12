"""Deny by default: a route without a mark is nobody's."""

from pathlib import Path

import pytest
from litestar import get
from litestar.testing import TestClient

from devices.contract.clock import SimulatedClock
from devices.runtime.worker import Worker
from kiosk.register import sessions as officers
from kiosk.register.access import OPEN
from kiosk.register.oauth import Tokens
from kiosk.register.pages import Pages, inside
from kiosk.register.room import Room
from kiosk.register.sessions import Sessions
from kiosk.register.store import Store
from kiosk.register.web import application
from tests.kiosk.register.office import MONDAY, sample_config


@get("/forgotten")
async def forgotten() -> str:
    return "everything"


@get("/open", opt=OPEN)
async def open_to_all() -> str:
    return "welcome"


def test_a_route_that_says_nothing_of_who_may_ask_is_closed(tmp_path: Path) -> None:
    config, clock = sample_config(tmp_path), SimulatedClock(MONDAY)
    with Store(tmp_path / "x.sqlite", {"sessions": officers.TABLES}) as store:
        worker = Worker("never started")
        app = application(
            [Room(routes=[forgotten, open_to_all])],
            tokens=Tokens(config, worker, clock),
            sessions=Sessions(config, store, worker, worker, clock),
            pages=Pages(config, clock),
        )
        with TestClient(app) as client:
            assert client.get("/forgotten").status_code == 403
            welcome = client.get("/open")
    assert welcome.text == "welcome"
    assert "default-src 'none'" in welcome.headers["content-security-policy"]
    assert "unsafe" not in welcome.headers["content-security-policy"]


@pytest.mark.parametrize("path", ["//evil", "/\\evil", "http://evil", "", "/a\nb", "javascript:1"])
def test_nobody_is_led_to_another_site(path: str) -> None:
    assert inside(path) == "/"


def test_ways_inside_stay() -> None:
    assert inside("/dossiers?part=new") == "/dossiers?part=new"
