"""The dashboard's API and pages, on a real broker and in a real browser."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from selenium.webdriver import ActionChains
from selenium.webdriver.common.by import By

from devices.contract.clock import local_day
from devices.contract.message import Health
from devices.messages import Kind
from devices.runtime.alongside import alongside
from devices.runtime.ports import free_port
from devices.runtime.settings import BusConfig
from provisioning.controller.accounts.audit import Audit, Looked
from provisioning.controller.config import ControllerConfig, HttpConfig
from provisioning.controller.database import Database
from provisioning.controller.main import build
from tests.counterparts.chromium import chromium, click
from tests.counterparts.chromium import until as seen
from tests.counterparts.mosquitto import RealBroker
from tests.provisioning.controller.box import CLOCK, BoxUnderTest, box_on
from tests.provisioning.controller.saying import called, issued
from tests.provisioning.controller.signing_in import (
    LOGIN,
    QUICK_ACCOUNTS,
    enter,
    signed_in,
    with_administrator,
)

pytestmark = pytest.mark.real
WITHIN_S = 20
TEST = "button[data-test=printer]"
ANEW = """
const fresh = new DOMParser().parseFromString(document.documentElement.outerHTML, "text/html");
for (const node of fresh.querySelectorAll("main [data-live]")) node.dataset.anew = arguments[0];
patch(fresh);
"""


@pytest.fixture
async def url(tmp_path: Path) -> AsyncIterator[str]:
    """Run a controller on a broker of its own, which box() uses too."""
    async with RealBroker(tmp_path / "broker") as broker:
        config = ControllerConfig(
            state_dir=str(tmp_path / "state"),
            bus=BusConfig(port=broker.port),
            http=HttpConfig(port=free_port()),
            accounts=QUICK_ACCOUNTS,
        )
        await asyncio.to_thread(with_administrator, config)
        ready = asyncio.Event()
        async with alongside(build(config)(ready.set), name="controller"):
            await asyncio.wait_for(ready.wait(), WITHIN_S)
            (tmp_path / "port").write_text(str(broker.port))
            yield f"http://127.0.0.1:{config.http.port}"


@pytest.fixture
async def box(url: str, tmp_path: Path) -> AsyncIterator[BoxUnderTest]:
    port = int((tmp_path / "port").read_text())
    async with box_on(port, tmp_path) as one:
        async with asyncio.timeout(WITHIN_S), httpx.AsyncClient(base_url=url) as http:
            await signed_in(http)
            while not (await http.get("/api/boxes")).json():
                await asyncio.sleep(0.02)
        yield one


@pytest.fixture
async def http(url: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=url, timeout=WITHIN_S) as client:
        yield await signed_in(client)


async def until(
    http: httpx.AsyncClient, path: str, holds: Callable[[Any], object]
) -> Any:  # decoded JSON
    async with asyncio.timeout(WITHIN_S):
        while True:
            answer = (await http.get(path)).json()
            if holds(answer):
                return answer
            await asyncio.sleep(0.02)


async def test_a_boxs_printer_is_seen_to_run_out_of_paper(
    box: BoxUnderTest, http: httpx.AsyncClient
) -> None:
    ready = await until(http, "/api/boxes/box-1", lambda found: found["state"]["devices"])
    assert ready["state"]["devices"][0]["report"]["health"] == "ready"
    assert (ready["state"]["site"], ready["state"]["line"]) == ("Phường Mẫu", "ready")
    box.printer(Health.FAULT, "printer.out_of_paper", "The roll is finished.")
    await until(http, "/api/summary", lambda found: found["faults"] == 1)


async def test_tickets_and_waiting_times_of_today_are_counted(
    box: BoxUnderTest, http: httpx.AsyncClient
) -> None:
    today = local_day(CLOCK.now())
    for number in (1, 2, 3):
        box.tell(issued(number, day=today))
    for number, waited_s in ((1, 60.0), (2, 180.0)):
        box.tell(called(number, waited_s, day=today))
    found = await until(http, "/api/summary", lambda found: found["tickets"]["waiting"] == 1)
    tickets = found["tickets"]
    assert (tickets["issued"], tickets["mean_wait_s"]) == (3, 120.0)
    assert tickets["longest_wait_s"] == 180.0
    one = (await http.get("/api/boxes/box-1")).json()
    assert [(s["service"], s["issued"]) for s in one["services"]] == [("ho-tich", 3)]


async def test_events_are_read_page_by_page(box: BoxUnderTest, http: httpx.AsyncClient) -> None:
    for number in range(1, 8):
        box.tell(issued(number))
    await until(http, "/api/events?box=box-1", lambda page: len(page["events"]) == 7)
    seqs: list[int] = []
    after = 0
    while page := (await http.get(f"/api/events?box=box-1&after={after}&limit=3")).json():
        if not page["events"]:
            break
        seqs += [event["seq"] for event in page["events"]]
        after = page["next_after"]
    assert seqs == list(range(1, 8))


async def test_a_test_print_is_done_once_and_stands_in_the_chained_log(
    box: BoxUnderTest, http: httpx.AsyncClient, tmp_path: Path
) -> None:
    answer = await http.post("/api/boxes/box-1/test", json={"device": "printer"})
    assert answer.status_code == 200
    assert answer.json()["result"] == {"passed": True, "text": "Test ticket printed."}
    assert box.tested == [Kind.PRINTER]
    (order,) = (await http.get("/api/boxes/box-1/orders")).json()
    assert (order["kind"], order["state"], order["actor"]) == ("agent.test", "succeeded", LOGIN)
    assert order["order"]["devices"] == ["printer"]
    page = (await http.get("/boxes/box-1?lang=en")).text
    assert "Test ticket printed." in page
    assert await asyncio.to_thread(_deeds, tmp_path) == ["agent.test", "agent.test.ended"]


def _deeds(folder: Path) -> list[str]:
    """Return what the audit log knows of the box, the oldest first."""
    database = Database(f"sqlite:///{folder}/state/controller.sqlite3")
    records = Audit(database, CLOCK).records(Looked(subject="box-1"))
    database.close()
    return [record.action for record in reversed(records)]


async def test_what_the_box_refuses_comes_back_in_its_words(
    box: BoxUnderTest, http: httpx.AsyncClient
) -> None:
    assert box.tested == []
    answer = await http.post("/api/boxes/box-1/test", json={"device": "camera"})
    assert answer.status_code == 409
    assert answer.json()["code"] == "device.none"


async def test_another_sites_page_may_ask_nothing_of_a_box(
    box: BoxUnderTest, http: httpx.AsyncClient
) -> None:
    for headers, code in (
        ({"Origin": "http://evil.example"}, "origin.foreign"),
        ({"Origin": "null"}, "origin.foreign"),
        ({"Host": "evil.example"}, "host.unknown"),
    ):
        body = {"device": "printer"}
        answer = await http.post("/api/boxes/box-1/test", json=body, headers=headers)
        assert answer.json()["code"] == code, headers
        assert box.tested == []


async def test_a_wrong_request_gets_a_code_and_a_sentence(http: httpx.AsyncClient) -> None:
    for path, status in (
        ("/api/boxes/none", 404),
        ("/boxes/none", 404),
        ("/api/events?after=-1", 400),
        ("/api/events?after=99999999999999999999999", 400),
        ("/api/events?limit=1000000", 400),
        ("/static/../main.py", 404),
        ("/static/%00", 404),
    ):
        answer = await http.get(path)
        assert answer.status_code == status, path
        assert set(answer.json()) >= {"code", "text"}, path


async def test_a_garbage_body_is_refused(http: httpx.AsyncClient) -> None:
    for body in (b"", b"{", b"[]", b'{"device":"bomb"}', b"\xff", b'{"x":1}'):
        answer = await http.post("/api/boxes/box-1/test", content=body)
        assert answer.status_code == 400, body


async def test_every_page_forbids_foreign_and_inline_script(http: httpx.AsyncClient) -> None:
    answer = await http.get("/")
    assert "default-src 'none'; script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "<script>" not in answer.text
    assert "style=" not in answer.text


async def test_the_metrics_are_openmetrics(box: BoxUnderTest, http: httpx.AsyncClient) -> None:
    box.tell(issued(1))
    async with asyncio.timeout(WITHIN_S):
        while 'motcua_events_total{result="stored"} 1.0' not in (text := await _metrics(http)):
            await asyncio.sleep(0.02)
    assert "motcua_boxes_online 1.0" in text
    assert text.endswith("# EOF\n")


async def _metrics(http: httpx.AsyncClient) -> str:
    return (await http.get("/metrics")).text


async def test_the_stream_tells_which_box_changed(
    box: BoxUnderTest, http: httpx.AsyncClient
) -> None:
    told: list[list[str]] = []
    async with asyncio.timeout(WITHIN_S), http.stream("GET", "/api/stream") as stream:
        async for line in stream.aiter_lines():
            if not line.startswith("data: "):
                continue
            told.append(json.loads(line.removeprefix("data: "))["boxes"])
            if len(told) == 2:
                break
            box.printer(Health.WARNING, "printer.paper_near_end")
    assert told == [["box-1"], ["box-1"]]


async def test_an_official_sees_paper_run_out_and_a_technician_prints_a_test(
    url: str, box: BoxUnderTest, tmp_path: Path
) -> None:
    loop = asyncio.get_running_loop()

    def visit() -> list[dict[str, Any]]:
        with chromium(tmp_path / "profile") as browser:
            enter(browser, url)
            chip = "#box-box-1 .device .how"
            seen(lambda: browser.find_element(By.CSS_SELECTOR, chip).text == "Tốt", "ready")
            loop.call_soon_threadsafe(box.printer, Health.FAULT, "printer.out_of_paper")
            seen(lambda: browser.find_element(By.CSS_SELECTOR, chip).text == "Hết giấy", "paper")
            click(browser, "#box-box-1 h3 a")
            seen(lambda: browser.find_element(By.CSS_SELECTOR, TEST), "the test's button")
            browser.execute_script(ANEW, "free")
            assert browser.find_elements(By.CSS_SELECTOR, "[data-anew=free]"), "it draws anew"
            held = browser.find_element(By.CSS_SELECTOR, TEST)
            ActionChains(browser).click_and_hold(held).perform()
            browser.execute_script(ANEW, "held")
            assert not browser.find_elements(By.CSS_SELECTOR, "[data-anew=held]"), "under a finger"
            ActionChains(browser).release().perform()
            seen(
                lambda: browser.find_element(By.ID, "result-printer").text.startswith("Đạt"),
                "the result of the test",
            )
            browser.get(f"{url}/?lang=en")
            seen(lambda: browser.find_element(By.CSS_SELECTOR, chip).text == "Out of paper", "en")
            logged: list[dict[str, Any]] = browser.get_log("browser")  # type: ignore[no-untyped-call]  # selenium's
            return logged

    logged = await asyncio.to_thread(visit)
    assert box.tested == [Kind.PRINTER]
    assert logged == []  # no error, nothing forbidden by the CSP
