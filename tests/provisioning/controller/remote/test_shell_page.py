"""A terminal in a real browser: opened, typed into, seen, ended; and its recording."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import httpx
import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from devices.runtime.alongside import alongside
from devices.runtime.ports import free_port
from devices.runtime.settings import BusConfig
from provisioning.agent.identity import fingerprint_of
from provisioning.controller.config import ControllerConfig, HttpConfig
from provisioning.controller.gate.config import GateConfig
from provisioning.controller.main import build
from provisioning.controller.remote.config import RemoteConfig
from provisioning.controller.remote.shells import ShellsConfig
from provisioning.pki.authority import opened
from tests.counterparts.chromium import chromium, click, complaints
from tests.counterparts.chromium import until as seen
from tests.counterparts.mosquitto import RealBroker
from tests.counterparts.terminals import terminals
from tests.provisioning.controller.registry.somewhere import CLAIM
from tests.provisioning.controller.remote.province import BOX, CLOCK, program
from tests.provisioning.controller.signing_in import (
    QUICK_ACCOUNTS,
    enter,
    signed_in,
    with_administrator,
)

pytestmark = pytest.mark.real
WITHIN_S = 30
SERIAL = "may-so-7"


@asynccontextmanager
async def province(folder: Path, shells: ShellsConfig) -> AsyncIterator[str]:
    """Run a controller and a box that was let in by its gate; yields the dashboard's address."""
    (folder / "logs").mkdir()
    async with AsyncExitStack() as stack:
        broker = await stack.enter_async_context(RealBroker(folder / "broker"))
        config = ControllerConfig(
            state_dir=str(folder / "state"),
            bus=BusConfig(port=broker.port),
            http=HttpConfig(port=free_port()),
            gate=GateConfig(port=free_port()),
            accounts=QUICK_ACCOUNTS,
            remote=RemoteConfig(shells=shells),
        )
        await asyncio.to_thread(with_administrator, config)
        ready = asyncio.Event()
        await stack.enter_async_context(alongside(build(config)(ready.set), name="controller"))
        async with asyncio.timeout(WITHIN_S):
            await ready.wait()
        url = f"http://127.0.0.1:{config.http.port}"
        http = await stack.enter_async_context(httpx.AsyncClient(base_url=url, timeout=WITHIN_S))
        await signed_in(http)
        form = {"box": BOX, "serial": SERIAL, "claim": CLAIM, "unit": "19495", "role": "kiosk"}
        assert (await http.post("/enrolment/expect", data=form)).status_code == 200
        path = folder / "agent.toml"
        path.write_text(_agent(folder, config))
        await stack.enter_async_context(terminals(folder / "shell.sock"))
        await stack.enter_async_context(program("agent", path, folder))
        async with asyncio.timeout(WITHIN_S):
            while (await http.get(f"/api/boxes/{BOX}")).status_code != 200:
                await asyncio.sleep(0.05)
        yield url


def _agent(folder: Path, config: ControllerConfig) -> str:
    authority = opened(folder / "state" / "pki", "Motcua", CLOCK.now())
    return f"""box = "new-box"
claim = "{CLAIM}"
state_dir = "{folder}/agent"
status_every_s = 2.0
serial = {{ driver = "fixed", serial = "{SERIAL}" }}
clock = {{ driver = "simulated", file = "{folder}/clock" }}
screen = {{ port = -1 }}
bus = {{ port = {config.bus.port} }}
[gate]
url = "https://localhost:{config.gate.port}"
ca_sha256 = "{fingerprint_of(authority.certificate)}"
[remote]
shell = {{ allowed = true, socket = "{folder}/shell.sock" }}
machine = {{ driver = "simulated", boot_file = "{folder}/boots" }}
"""


async def in_browser(
    folder: Path, shells: ShellsConfig, play: Callable[[Chrome, str], None]
) -> None:
    """Play in a browser of somebody who has opened a terminal on the box."""

    def playing(url: str) -> None:
        with chromium(folder / "profile", height=1600) as browser:
            enter(browser, url)
            seen(lambda: not browser.find_elements(By.ID, "password"), "the door is passed")
            _open_terminal(browser, url)
            play(browser, url)
            assert complaints(browser) == []

    async with province(folder, shells) as url:
        await asyncio.to_thread(playing, url)


def _open_terminal(browser: Chrome, url: str) -> None:
    browser.get(f"{url}/boxes/{BOX}")
    click(browser, "#remote-shell summary")
    browser.find_element(By.CSS_SELECTOR, "#remote-shell [name=reason]").send_keys("xem máy in")
    click(browser, "#remote-shell button")
    link = seen(
        lambda: browser.find_element(By.CSS_SELECTOR, "#orders a[href^='/shells/']"),
        "the terminal stands among the orders",
    )
    browser.get(str(link.get_attribute("href")))
    seen(lambda: "$" in _screen(browser), "the box's prompt")


def _screen(browser: Chrome) -> str:
    return browser.find_element(By.CSS_SELECTOR, "pre.terminal").text


def _ended(browser: Chrome, why: str) -> None:
    seen(lambda: why in browser.find_element(By.CSS_SELECTOR, "dl.facts").text, why)
    assert not browser.find_elements(By.ID, "terminal"), "nothing can be typed any more"


async def test_what_is_typed_is_answered_and_recorded(tmp_path: Path) -> None:
    def play(browser: Chrome, _: str) -> None:
        ActionChains(browser).send_keys("echo xin chào $((6 * 7))", Keys.ENTER).perform()
        seen(lambda: "\nxin chào 42" in _screen(browser), "the answer")
        click(browser, "form[action$='/end'] button")
        _ended(browser, "người bấm kết thúc")
        assert "\nxin chào 42" in _screen(browser)
        click(browser, "#places a[href='/shells']")
        seen(lambda: "xem máy in" in browser.find_element(By.ID, "shells").text, "the list")
        browser.save_screenshot(str(tmp_path / "shells.png"))
        _fits_a_phone(browser)
        browser.save_screenshot(str(tmp_path / "shells-phone.png"))
        click(browser, "#shells a[href^='/shells/']")
        seen(lambda: "\nxin chào 42" in _screen(browser), "the recording")
        cast = browser.find_element(By.CSS_SELECTOR, "a[download]").get_attribute("href")
        text = browser.execute_async_script(
            "fetch(arguments[0]).then((answer) => answer.text()).then(arguments[1])", cast
        )
        assert '"version":2' in text
        assert '"i","e' in text, "what was typed, too"

    await in_browser(tmp_path, ShellsConfig(), play)


async def test_it_is_typed_into_as_a_phones_keyboard_does(tmp_path: Path) -> None:
    def play(browser: Chrome, _: str) -> None:
        _fits_a_phone(browser)
        field = browser.find_element(By.ID, "terminal-field")
        field.click()
        assert field == browser.switch_to.active_element, "what is touched brings a keyboard up"
        types(browser, "echo phone-$((6 * 7))")
        compose(browser, *("v", "vi", "viẹ", "việt"))
        press(browser, "Backspace", 8)
        ActionChains(browser).send_keys(Keys.ENTER).perform()
        seen(lambda: "\nphone-42việ" in _screen(browser), "what was composed, once")
        types(browser, "sleep 77")
        ActionChains(browser).send_keys(Keys.ENTER).perform()
        click(browser, "[data-hold]")
        types(browser, "c")
        seen(lambda: "^C" in _screen(browser), "Ctrl and C")
        click(browser, "[data-key=ArrowUp]")
        seen(lambda: _screen(browser).count("sleep 77") > 1, "the line before, again")
        assert field == browser.switch_to.active_element, "the keyboard stays up"
        browser.save_screenshot(str(tmp_path / "phone.png"))

    await in_browser(tmp_path, ShellsConfig(), play)


def _fits_a_phone(browser: Chrome) -> None:
    screen = {"width": 360, "height": 740, "deviceScaleFactor": 2, "mobile": True}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
    width = browser.execute_script("return document.documentElement.scrollWidth")
    assert width <= screen["width"]


def types(browser: Chrome, text: str) -> None:
    """Type as a phone's keyboard does: the text comes, and no key is told."""
    browser.execute_cdp_cmd("Input.insertText", {"text": text})


def compose(browser: Chrome, *steps: str) -> None:
    """Type a word as an input method does: it changes until it is finished."""
    for step in steps:
        at = len(step)
        place = {"text": step, "selectionStart": at, "selectionEnd": at}
        browser.execute_cdp_cmd("Input.imeSetComposition", place)
    types(browser, steps[-1])


def press(browser: Chrome, key: str, code: int) -> None:
    for kind in ("rawKeyDown", "keyUp"):
        told = {"type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code}
        browser.execute_cdp_cmd("Input.dispatchKeyEvent", told)


async def test_its_time_ends_it_before_somebody_s_eyes(tmp_path: Path) -> None:
    await in_browser(
        tmp_path, ShellsConfig(longest_s=5), lambda browser, _: _ended(browser, "hết giờ")
    )


async def test_a_closed_window_ends_it(tmp_path: Path) -> None:
    def leave(browser: Chrome, url: str) -> None:
        there = browser.current_url
        browser.get(f"{url}/boxes/{BOX}")

        def why() -> bool:
            found: str = browser.execute_async_script(
                "fetch(arguments[0]).then((answer) => answer.text()).then(arguments[1])", there
            )
            return "không còn ai xem" in found

        seen(why, "it ended")

    await in_browser(tmp_path, ShellsConfig(left_after_s=3), leave)
