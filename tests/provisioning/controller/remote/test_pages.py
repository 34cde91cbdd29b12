"""Orders through the dashboard: the whole controller, a real agent, a real browser."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from devices.runtime.alongside import alongside
from devices.runtime.ports import free_port
from devices.runtime.settings import BusConfig
from provisioning.controller.config import ControllerConfig, HttpConfig
from provisioning.controller.gate.config import GateConfig
from provisioning.controller.main import build
from tests.counterparts.chromium import chromium, click
from tests.counterparts.chromium import until as seen
from tests.counterparts.mosquitto import RealBroker
from tests.provisioning.controller.remote.province import BOX, program
from tests.provisioning.controller.signing_in import (
    QUICK_ACCOUNTS,
    enter,
    signed_in,
    with_administrator,
)

pytestmark = pytest.mark.real
WITHIN_S = 20
_NO_PAGE = "screen = { port = -1 }\n"  # its own port is the same for all
_PRINTER = '[printer]\ndriver = "simulated"\nfolder = "{folder}/paper"\n'


@pytest.fixture
async def url(tmp_path: Path) -> AsyncIterator[str]:
    """Run a controller, and a box with an agent and a printer."""
    (tmp_path / "logs").mkdir()
    async with AsyncExitStack() as stack:
        broker = await stack.enter_async_context(RealBroker(tmp_path / "broker"))
        config = ControllerConfig(
            state_dir=str(tmp_path / "state"),
            bus=BusConfig(port=broker.port),
            http=HttpConfig(port=free_port()),
            gate=GateConfig(port=0),
            accounts=QUICK_ACCOUNTS,
        )
        await asyncio.to_thread(with_administrator, config)
        ready = asyncio.Event()
        await stack.enter_async_context(alongside(build(config)(ready.set), name="controller"))
        await asyncio.wait_for(ready.wait(), WITHIN_S)
        base = f'box = "{BOX}"\nsite = "Xã Gio Linh"\nbus = {{ port = {broker.port} }}\n'
        for word, more in (("devices", _PRINTER.format(folder=tmp_path)), ("agent", _NO_PAGE)):
            path = tmp_path / f"{word}.toml"
            path.write_text(f'{base}state_dir = "{tmp_path}/{word}"\n{more}')
            await stack.enter_async_context(program(word, path, tmp_path))
        yield f"http://127.0.0.1:{config.http.port}"


@pytest.fixture
async def http(url: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=url, timeout=WITHIN_S) as client:
        await signed_in(client)
        async with asyncio.timeout(WITHIN_S):
            while len(await _parts(client)) < 2:
                await asyncio.sleep(0.05)
        yield client


async def _parts(client: httpx.AsyncClient) -> list[object]:
    answer = await client.get(f"/api/boxes/{BOX}")
    return list(answer.json()["state"]["parts"]) if answer.status_code == 200 else []


async def ended(http: httpx.AsyncClient, name: str) -> dict[str, object]:
    async with asyncio.timeout(WITHIN_S):
        while True:
            order: dict[str, object] = (await http.get(f"/api/orders/{name}")).json()
            if order["state"] not in ("queued", "in_progress"):
                return order
            await asyncio.sleep(0.02)


async def test_an_order_is_given_and_read_by_programs(http: httpx.AsyncClient) -> None:
    answer = await http.post(f"/api/boxes/{BOX}/orders", json={"what": "test", "reason": "thử"})
    assert answer.status_code == 202
    order = await ended(http, answer.json()["name"])
    assert (order["state"], order["actor"], order["reason"]) == ("succeeded", "quan-tri", "thử")
    assert order["reply"]["devices"][0]["device"] == "printer"  # type: ignore[index]  # JSON
    listed = (await http.get(f"/api/boxes/{BOX}/orders")).json()
    assert [one["name"] for one in listed] == [answer.json()["name"]]


ORDERS = f"/api/boxes/{BOX}/orders"
NO_ORDERS: tuple[tuple[str, dict[str, object], int], ...] = (
    (ORDERS, {"what": "format_disk"}, 400),
    (ORDERS, {"what": "identify", "seconds": 100_000}, 400),
    (ORDERS, {"what": "restart"}, 400),
    (ORDERS, {"what": "restart", "part": "../../etc"}, 400),
    (ORDERS, {"what": "shell", "reason": "short"}, 400),
    ("/api/boxes/none/orders", {"what": "reboot"}, 404),
    ("/api/boxes/a%2fb/orders", {"what": "reboot"}, 404),
)
PLACES = ("/api/orders/{}", "/api/orders/{}/file", "/api/shells/{}/recording", "/shells/{}")


async def test_what_cannot_be_asked_is_refused(http: httpx.AsyncClient) -> None:
    for path, body, status in NO_ORDERS:
        answer = await http.post(path, json=body)
        assert answer.status_code == status, (path, body)
        assert set(answer.json()) >= {"code", "text"}, (path, body)


async def test_nothing_is_read_that_no_order_brought(http: httpx.AsyncClient) -> None:
    for place in PLACES:
        for name in ("a" * 24, "..%2f..%2fca.key", "x"):
            answer = await http.get(place.format(name))
            assert answer.status_code in (400, 404), (place, name)


async def test_another_sites_page_orders_nothing(http: httpx.AsyncClient) -> None:
    for path in (f"/api/boxes/{BOX}/orders", f"/boxes/{BOX}/orders/reboot"):
        answer = await http.post(
            path, json={"what": "reboot"}, headers={"Origin": "http://evil.example"}
        )
        assert answer.json()["code"] == "origin.foreign"
    assert (await http.get(f"/api/boxes/{BOX}/orders")).json() == []


async def test_nobody_is_told_nothing(url: str) -> None:
    async with httpx.AsyncClient(base_url=url) as nobody:
        nobody.headers["Origin"] = url
        answer = await nobody.post(f"/api/boxes/{BOX}/orders", json={"what": "reboot"})
        assert answer.status_code == 401


async def test_a_technician_tests_a_box_and_sees_what_came_of_it(
    http: httpx.AsyncClient, url: str, tmp_path: Path
) -> None:
    del http  # the box is there
    await asyncio.to_thread(_press_and_look, url, tmp_path)


def _press_and_look(url: str, folder: Path) -> None:
    with chromium(folder / "profile", width=1280, height=1600) as browser:
        enter(browser, url)
        browser.get(f"{url}/boxes/{BOX}")
        click(browser, "form[action$='/orders/test'] button")
        seen(lambda: "Xong" in _orders(browser), "the outcome is shown by itself")
        assert "Tự kiểm tra" in _orders(browser)
        assert "quan-tri" in _orders(browser)
        assert list((folder / "paper").glob("*.png"))
        log = browser.get_log("browser")  # type: ignore[no-untyped-call]  # selenium
        assert [one for one in log if one["level"] == "SEVERE"] == []
    with chromium(folder / "phone", width=360, height=800) as phone:
        enter(phone, url)
        phone.get(f"{url}/boxes/{BOX}")
        assert phone.execute_script("return document.documentElement.scrollWidth") <= 360
        phone.find_element(By.ID, "remote").screenshot(str(folder / "phone.png"))


def _orders(browser: Chrome) -> str:
    return browser.find_element(By.ID, "orders").text
