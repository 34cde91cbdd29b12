"""The page of reports and its files, through the whole controller: what is within reach."""

import csv
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from selenium.webdriver.common.by import By

from devices.contract.clock import SystemClock, local_day
from tests.counterparts.chromium import chromium, click, complaints, until
from tests.provisioning.controller.saying import issued
from tests.provisioning.controller.signing_in import enter
from tests.provisioning.controller.whole import (
    BOX,
    BOX_NAME,
    ELSEWHERE,
    MASTER,
    NEIGHBOUR,
    ONLOOKER,
    UNIT,
    Whole,
    raise_alert,
    whole_controller,
)

pytestmark = pytest.mark.real
MONTH = f"{local_day(SystemClock().now()):%Y-%m}"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    """Run a controller whose box gave out three tickets and is out of paper."""
    with whole_controller(tmp_path_factory.mktemp("reports")) as one, one.asked_by(MASTER) as http:
        raise_alert(one, http)
        for number in (1, 2, 3):
            one.tell(issued(number, day=local_day(SystemClock().now())))
        until(lambda: http.get("/api/summary").json()["tickets"]["issued"] == 3, "tickets")
        yield one


@pytest.fixture
def http(whole: Whole) -> Iterator[httpx.Client]:
    with whole.asked_by(MASTER) as client:
        yield client


def got(http: httpx.Client, path: str, **asked: str) -> httpx.Response:
    answer = http.get(path, params=asked)
    assert answer.status_code == 200, answer.text
    return answer


def table(http: httpx.Client, name: str, **asked: str) -> list[dict[str, str]]:
    answer = got(http, f"/exports/{name}", **asked)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert name in answer.headers["content-disposition"]
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))


def test_the_page_shows_the_months_figures_in_both_languages(http: httpx.Client) -> None:
    page = got(http, "/reports", month=MONTH).text
    assert "Báo cáo tháng" in page
    assert "Tháng chưa kết thúc" in page
    assert BOX_NAME in page
    assert "Monthly report" in got(http, "/reports", month=MONTH, lang="en").text
    assert "Tháng chưa kết thúc" not in got(http, "/reports").text, "the month before is over"


def test_a_report_is_a_paper_and_two_workbooks(http: httpx.Client) -> None:
    paper = got(http, "/reports/pdf", month=MONTH, unit=UNIT)
    assert paper.content.startswith(b"%PDF-")
    assert f'filename="bao-cao-{UNIT}-{MONTH}.pdf"' in paper.headers["content-disposition"]
    for form, inside in (("xlsx", "xl/workbook.xml"), ("ods", "content.xml")):
        book = zipfile.ZipFile(io.BytesIO(got(http, f"/reports/{form}", month=MONTH).content))
        assert book.testzip() is None
        assert inside in book.namelist()


def test_exports_hold_what_happened(http: httpx.Client) -> None:
    tickets = table(http, "tickets.csv", month=MONTH)
    assert [row["number"] for row in tickets] == ["A001", "A002", "A003"]
    assert [row["kind"] for row in table(http, "events.csv", unit=UNIT)] == ["ticket.issued"] * 3
    (alert,) = table(http, "alerts.csv")
    assert (alert["place"], alert["kind"]) == (BOX, "paper")
    assert table(http, "tickets.csv", month="2026-01") == []


@pytest.mark.parametrize("unit", ["khong-co", 'đ"\r\nX-Foreign: 1'], ids=["unknown", "a header"])
def test_what_is_no_unit_has_no_report(http: httpx.Client, unit: str) -> None:
    for path in ("/reports", "/reports/pdf", "/exports/alerts.csv"):
        answer = http.get(path, params={"unit": unit})
        assert (answer.status_code, answer.json()["code"]) == (403, "command.not_allowed"), path


@pytest.mark.parametrize("month", ["2026-13", "1999-01", "x"])
def test_what_is_no_month_is_refused_with_a_reason(http: httpx.Client, month: str) -> None:
    for path in ("/reports", "/reports/ods", "/exports/tickets.csv"):
        answer = http.get(path, params={"month": month})
        assert (answer.status_code, answer.json()["code"]) == (400, "request.bad"), path


def test_a_viewer_of_the_branch_has_its_figures_and_no_others(whole: Whole) -> None:
    with whole.asked_by(NEIGHBOUR) as viewer:
        assert len(table(viewer, "tickets.csv", month=MONTH)) == 3
        assert viewer.get("/reports/pdf", params={"unit": ELSEWHERE}).status_code == 403


def test_another_branch_has_nothing_of_it(whole: Whole) -> None:
    with whole.asked_by(ONLOOKER) as other:
        for name in ("tickets.csv", "events.csv", "alerts.csv"):
            assert table(other, name) == [], name
            assert other.get(f"/exports/{name}", params={"unit": UNIT}).status_code == 403
        page = got(other, "/reports", month=MONTH).text
        assert BOX not in page
        assert BOX_NAME not in page
        assert other.get("/reports", params={"unit": UNIT}).status_code == 403


@pytest.mark.parametrize("width", [1280, 360])
def test_somebody_reads_a_report_in_a_browser(whole: Whole, width: int, tmp_path: Path) -> None:
    with chromium(tmp_path / "profile", width=width) as browser:
        enter(browser, f"{whole.url}/reports?month={MONTH}", MASTER)
        until(lambda: browser.find_element(By.NAME, "month"), "the report")
        assert browser.execute_script("return document.documentElement.scrollWidth") <= width
        browser.save_screenshot(str(tmp_path / "report.png"))
        click(browser, f"option[value='{UNIT}']")
        click(browser, "form.filter button")
        until(lambda: f"unit={UNIT}" in browser.current_url, "the unit's report")
        assert complaints(browser) == []
