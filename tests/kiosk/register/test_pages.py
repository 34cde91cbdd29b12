"""The officers' pages in a real Chromium: a morning at the counter, on a desk and on a phone."""

import asyncio
import base64
import contextlib
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from pypdfium2 import PdfDocument
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from devices.contract.clock import SimulatedClock
from kiosk.register.simulated import SECRET, simulated
from tests.counterparts.chromium import chromium, click, complaints, until
from tests.kiosk.register.office import MONDAY

pytestmark = pytest.mark.real
SMALL = """
    return [...document.querySelectorAll(
        "main button, main input, main select, main summary, nav a, header button")]
    .filter(one => one.offsetParent && one.type !== "hidden")
    .filter(one => {
        const area = one.getBoundingClientRect();
        return area.height < 24 || area.width < 24;
    }).map(one => one.outerHTML)
"""
FITS = "return document.documentElement.scrollWidth <= arguments[0]"
A4 = (595, 842)
PAGES = ("/dossiers", "/receive", "/logbook", "/feedback", "/payments", "/bookings")


@contextlib.contextmanager
def beside(state_dir: Path) -> Iterator[str]:
    """Run a register in a thread of its own, for a browser driven by blocking calls."""
    address: list[str] = []
    up, over = threading.Event(), threading.Event()

    async def life() -> None:
        async with simulated(state_dir, SimulatedClock(MONDAY)) as register:
            address.append(register.url)
            up.set()
            await asyncio.to_thread(over.wait)

    thread = threading.Thread(target=lambda: asyncio.run(life()))
    thread.start()
    try:
        assert up.wait(30), "the register did not start"
        yield address[0]
    finally:
        over.set()
        thread.join()


def write(browser: Chrome, name: str, text: str) -> None:
    browser.find_element(By.NAME, name).send_keys(text)


def on_page(browser: Chrome, text: str) -> None:
    until(lambda: text in browser.find_element(By.TAG_NAME, "body").text, f"{text} is shown")


def sign_in(browser: Chrome, url: str) -> None:
    browser.get(url)
    write(browser, "officer", "lan")
    write(browser, "password", SECRET)
    click(browser, ".sign-in button")
    on_page(browser, "Chờ tiếp nhận")


def sized(browser: Chrome, width: int, height: int, *, phone: bool) -> None:
    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": phone}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)


def test_an_officer_receives_asks_for_papers_goes_on_and_prints(tmp_path: Path) -> None:
    with (
        beside(tmp_path / "register") as url,
        chromium(tmp_path / "profile", width=1366, height=768) as browser,
    ):
        sign_in(browser, url)
        click(browser, "a[href='/receive']")
        write(browser, "form", "1.004884")
        write(browser, "owner", "Hồ Thị Mận")
        write(browser, "papers", "Tờ khai")
        click(browser, "button.main")
        on_page(browser, "Đăng ký lại khai sinh")
        on_page(browser, "Được tiếp nhận")
        click(browser, "//summary[.='Yêu cầu bổ sung giấy tờ']", by=By.XPATH)
        form = browser.find_element(By.XPATH, "//details[@open]//form")
        form.find_element(By.NAME, "why").send_keys("Thiếu bản sao")
        form.find_element(By.TAG_NAME, "button").click()
        on_page(browser, "tạm dừng tính hạn")
        click(browser, "//button[.='Đã đủ, giải quyết tiếp']", by=By.XPATH)
        on_page(browser, "còn 5 ngày làm việc")
        click(browser, "//button[contains(., 'Mẫu số 01')]", by=By.XPATH)
        on_page(browser, "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ")
        assert browser.execute_script("return document.querySelector('.qr').naturalWidth > 0"), (
            "the code's QR is drawn"
        )
        printed = browser.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})
        with contextlib.closing(PdfDocument(base64.b64decode(printed["data"]))) as paper:
            assert len(paper) == 1, "one sheet"
            assert tuple(map(round, paper[0].get_size())) == A4
        click(browser, ".bar-button")
        browser.get(f"{url}/dossiers")
        on_page(browser, "To be received")
        assert complaints(browser) == []


def test_no_page_is_wider_than_its_screen_and_what_is_touched_is_large_enough(
    tmp_path: Path,
) -> None:
    """WCAG 2.2 1.4.10 and 2.5.8: no scrolling aside, targets of 24 px at least."""
    with (
        beside(tmp_path / "register") as url,
        chromium(tmp_path / "profile", width=1366, height=768) as browser,
    ):
        sign_in(browser, url)
        browser.get(f"{url}/receive")
        write(browser, "form", "1.001193")
        write(browser, "owner", "Nguyễn Thị Thanh Nhàn và các đồng thừa kế")
        click(browser, "button.main")
        on_page(browser, "Đăng ký khai sinh")
        paths = [*PAGES, browser.current_url.removeprefix(url)]
        for width in (1366, 360):
            sized(browser, width, 800, phone=width < 1000)
            for path in paths:
                browser.get(url + path)
                until(partial(browser.execute_script, FITS, width), f"{path} fits {width} px")
                assert browser.execute_script(SMALL) == [], path
        assert complaints(browser) == []
