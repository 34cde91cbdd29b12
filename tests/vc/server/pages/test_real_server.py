"""The pages in front of the real conference server, with the engine's twin."""

import re
import socket
from pathlib import Path

import pytest

from devices.runtime.ports import free_port
from tests.counterparts.chromium import CALLS, chromium, complaints, until
from tests.vc.server.hall import CHAIR_PIN, OPERATOR_PIN
from tests.vc.server.pages.driving import Person
from tests.vc.server.pages.serving import served
from vc.acts import Role
from vc.server.config import HttpConfig

pytestmark = pytest.mark.real
LOADED_WITHIN_S = 10
OF_MEDIA = re.compile(r"/(whep|legs)/")
"""What the twin refuses, or has closed again when nobody came."""
HELD = """
addEventListener("DOMContentLoaded", () => {
  const image = new Image();
  image.src = "http://127.0.0.1:%d/";
  const look = setInterval(() => {
    if (document.querySelector("video")) { clearInterval(look); image.src = "data:,"; }
  }, 10);
});
"""
"""Holds up a page's `load` until the wall is there, by an image that never comes."""


def test_consoles_that_stand_open_over_a_restart_are_right_again(tmp_path: Path) -> None:
    port = free_port()
    place = {"http": HttpConfig(port=port), "public_url": f"http://127.0.0.1:{port}"}
    with chromium(tmp_path / "p", flags=CALLS) as page:
        with served(tmp_path / "state", **place) as server:
            person = Person(page, server)
            person.signs_in(Role.OPERATOR, OPERATOR_PIN)
            person.clicks("[data-do=open]")
            person.sees("sites")
            first = page.current_window_handle
            page.switch_to.new_window("tab")
            person.goes_to("/console")
            person.clicks("#course")
            person.reads("Đang họp", "#phase")
            page.refresh()
            person.reads("Đang họp", "#phase")
            page.switch_to.window(first)
            person.reads("Đang họp", "#phase")
        person.reads("Mất kết nối", ".down")
        with served(tmp_path / "state", **place) as server:
            person.clicks("#roll-call")
            person.clicks("[data-delegate=cam-lo-1]")
            person.reads("1/20", "#present")
            until(lambda: not person.all(".down"), "the line is up again")
            for tab in page.window_handles:
                page.switch_to.window(tab)
                person.reads("1/20", "#present")
                person.reads("Đang họp", "#phase")


def test_a_console_is_loaded_though_no_picture_comes(tmp_path: Path) -> None:
    with (
        served(tmp_path / "state") as server,
        chromium(tmp_path / "p", flags=CALLS) as page,
        socket.create_server(("127.0.0.1", 0)) as silent,
    ):
        person = Person(page, server)
        person.signs_in(Role.OPERATOR, OPERATOR_PIN)
        person.clicks("[data-do=open]")
        person.sees("sites")
        page.set_page_load_timeout(LOADED_WITHIN_S)
        page.execute_cdp_cmd("Page.setBypassCSP", {"enabled": True})
        held = {"source": HELD % silent.getsockname()[1]}
        page.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", held)
        page.refresh()
        person.sees("wall")
        assert page.execute_script("return document.readyState") == "complete"
        given = "return !!document.querySelector('video').srcObject"
        until(lambda: page.execute_script(given), "the stream is given to the wall")


def test_an_operator_opens_a_conference_and_a_guest_waits_at_its_door(tmp_path: Path) -> None:
    with served(tmp_path / "state") as server, chromium(tmp_path / "p", flags=CALLS) as page:
        person = Person(page, server)
        person.signs_in(Role.OPERATOR, OPERATOR_PIN)
        person.clicks("[data-do=open]")
        person.sees("sites")
        until(lambda: len(person.all(".site")) == 10, "ten sites")
        person.clicks("#course")
        person.reads("Đang họp", "#phase")
        person.clicks("#roll-call")
        person.clicks("[data-delegate=cam-lo-1]")
        person.reads("1/20", "#present")
        person.clicks("#tab-door")
        person.sees("link-name").send_keys("Nguyễn Văn Khách")
        person.clicks("#make-link")
        url, pin = person.sees("link-url").text, person.the("link-pin").text
        assert [one for one in complaints(page) if not OF_MEDIA.search(one)] == []
        page.get(url)
        person.sees("name").send_keys("Nguyễn Văn Khách")
        person.the("pin").send_keys(pin)
        person.the("enter").click()
        person.reads("Đang chờ duyệt", "#waiting")
        person.signs_in(Role.CHAIR, CHAIR_PIN)
        person.clicks("[data-do=console]")
        person.clicks("#tab-door")
        person.reads("Nguyễn Văn Khách", "#waiting")
        person.clicks("[data-do=let-in]")
        person.reads("Nguyễn Văn Khách", "#sites")
