"""The page of alerts, through the whole controller: what is open, who saw it, what is muted."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from tests.counterparts.chromium import chromium, click, complaints, until
from tests.provisioning.controller.signing_in import enter
from tests.provisioning.controller.whole import (
    BOX,
    BOX_NAME,
    MASTER,
    NEIGHBOUR,
    ONLOOKER,
    STRANGER,
    Whole,
    raise_alert,
    whole_controller,
)

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    with whole_controller(tmp_path_factory.mktemp("alerts")) as one:
        yield one


@pytest.fixture(scope="module")
def alert(whole: Whole) -> int:
    with whole.asked_by(MASTER) as http:
        return raise_alert(whole, http)


@pytest.fixture
def http(whole: Whole) -> Iterator[httpx.Client]:
    with whole.asked_by(MASTER) as client:
        yield client


def page(http: httpx.Client, language: str = "vi") -> str:
    answer = http.get("/alerts", params={"lang": language})
    assert answer.status_code == 200, answer.text
    return answer.text


def test_a_printer_without_paper_is_on_the_page_in_both_languages(
    http: httpx.Client, alert: int
) -> None:
    assert f'id="alert-{alert}"' in page(http)
    assert "Máy in hết giấy" in page(http)
    assert BOX_NAME in page(http)
    assert "The printer is out of paper" in page(http, "en")


def test_an_alert_is_acknowledged_once_with_a_note(http: httpx.Client, alert: int) -> None:
    at = f"/alerts/{alert}/acknowledge"
    assert at in page(http)
    answer = http.post(at, data={"note": "<b>đã gọi</b>"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/alerts")
    shown = page(http)
    assert f"{MASTER} đã nhận lúc" in shown
    assert "&lt;b&gt;đã gọi&lt;/b&gt;" in shown
    assert at not in shown
    record = http.get("/api/alerts").json()[0]["record"]
    assert (record["acknowledged_by"], record["note"]) == (MASTER, "<b>đã gọi</b>")


@pytest.mark.parametrize("kind", ["paper", ""])
def test_a_place_is_muted_and_told_of_again(http: httpx.Client, alert: int, kind: str) -> None:
    assert "Báo lại" not in page(http)
    answer = http.post("/alerts/mute", data={"place": BOX, "kind": kind, "hours": "8"})
    assert answer.status_code == 303, answer.text
    assert http.get("/api/alerts").json()[0]["muted"]
    shown = page(http)
    end = shown.split('action="/alerts/mutes/')[1].split('"')[0]
    assert http.post(f"/alerts/mutes/{end}").status_code == 303
    assert not http.get("/api/alerts").json()[0]["muted"]
    assert "Báo lại" not in page(http)
    assert alert


@pytest.mark.parametrize("wrong", [{"kind": "weather"}, {"hours": "0"}, {"hours": "745"}])
def test_a_mute_without_sense_is_refused(
    http: httpx.Client, alert: int, wrong: dict[str, str]
) -> None:
    answer = http.post("/alerts/mute", data={"place": BOX, "kind": "paper", "hours": "1"} | wrong)
    assert (answer.status_code, answer.json()["code"]) == (400, "request.bad")
    assert not http.get("/api/alerts").json()[0]["muted"]
    assert alert


def test_a_viewer_sees_it_and_does_nothing(whole: Whole, alert: int) -> None:
    with whole.asked_by(NEIGHBOUR) as viewer:
        shown = page(viewer)
        assert "Máy in hết giấy" in shown
        assert 'action="/alerts' not in shown
        assert viewer.post(f"/alerts/{alert}/acknowledge", data={}).status_code == 403


@pytest.mark.parametrize("login", [ONLOOKER, STRANGER])
def test_another_branch_sees_nothing_of_it_and_does_nothing(
    whole: Whole, alert: int, login: str
) -> None:
    mute = {"place": BOX, "kind": "paper", "hours": "1"}
    before = whole.stored()["alert"] | whole.stored()["mute"]
    with whole.asked_by(login) as other:
        assert BOX not in page(other)
        assert other.get("/api/alerts").json() == []
        assert other.post(f"/alerts/{alert}/acknowledge", data={}).status_code == 403
        assert other.post("/alerts/mute", data=mute).status_code == 403
    assert whole.stored()["alert"] | whole.stored()["mute"] == before


@pytest.mark.parametrize("width", [1280, 360])
def test_a_technician_mutes_it_in_a_browser(
    whole: Whole, alert: int, width: int, tmp_path: Path
) -> None:
    with chromium(tmp_path / "profile", width=width) as browser:
        enter(browser, f"{whole.url}/alerts", MASTER)
        until(lambda: browser.find_element(By.ID, f"alert-{alert}"), "the alert")
        assert fits(browser, width)
        browser.save_screenshot(str(tmp_path / "open.png"))
        click(browser, f"#mute-{alert} summary")
        assert fits(browser, width)
        click(browser, f"#mute-{alert} button[value='8']")
        until(lambda: browser.find_element(By.ID, "alerts-mutes"), "the mute")
        assert fits(browser, width)
        browser.save_screenshot(str(tmp_path / "muted.png"))
        click(browser, "#alerts-mutes button")
        until(lambda: not browser.find_elements(By.ID, "alerts-mutes"), "told of again")
        assert complaints(browser) == []


def fits(browser: Chrome, width: int) -> bool:
    """Whether nothing sticks out of the window."""
    wide = "return document.documentElement.scrollWidth"
    return bool(browser.execute_script(wide) <= width)
