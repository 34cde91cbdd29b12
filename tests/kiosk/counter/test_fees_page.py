"""The officers' list of the day's fees, in a real Chromium: confirmed, taken back with a reason."""

import asyncio
import os
from pathlib import Path

import pytest
from selenium.webdriver import ActionChains, Chrome
from selenium.webdriver.common.by import By

from devices.contract.clock import SimulatedClock
from tests.counterparts.chromium import chromium, click, complaints, until
from tests.kiosk.counter.province import MONDAY
from tests.kiosk.counter.site import PIN
from tests.kiosk.counter.test_fees import of_dossier, with_a_fee

pytestmark = pytest.mark.real


def rows(page: Chrome) -> str:
    """Return the list as text, in one look: the page may be redrawn between two."""
    return str(page.execute_script("return document.getElementById('fees').innerText"))


def looked_at(url: str, folder: Path) -> list[str]:
    """Do what an officer does; return what the page complained of."""
    with chromium(folder) as page:
        page.get(f"{url}/officer")
        until(lambda: page.find_elements(By.CSS_SELECTOR, "#counters input"), "the counters")
        page.find_element(By.ID, "pin").send_keys(PIN)
        click(page, "#sign-in button")
        until(lambda: page.find_elements(By.ID, "tab-fees"), "the tabs")
        click(page, "#tab-fees")
        until(lambda: "Chờ xác nhận" in rows(page) and "8.000" in rows(page), "the fee")
        assert "biên lai" in page.find_element(By.ID, "fees-rule").text
        held = page.find_element(By.CSS_SELECTOR, "#fees button")
        ActionChains(page).click_and_hold(held).perform()
        page.execute_script("return askFees()")
        assert held.is_displayed(), "nothing is drawn anew under a finger"
        ActionChains(page).release().perform()
        until(lambda: "Đã xác nhận" in rows(page) and "quầy 1" in rows(page), "it is confirmed")
        if shot := os.environ.get("FEES_SHOT"):
            page.save_screenshot(shot)
        click(page, "#fees button")
        until(lambda: page.find_element(By.ID, "fee-undo").is_displayed(), "the reason")
        page.find_element(By.ID, "fee-undo-reason").send_keys("Nhầm hồ sơ")
        click(page, "#fee-undo-go")
        until(lambda: "Nhầm hồ sơ" in rows(page) and "Chờ xác nhận" in rows(page), "taken back")
        click(page, "#language")
        until(lambda: "Not confirmed" in rows(page), "the same in English")
        page.set_window_size(360, 800)
        wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.execute_script(wide) <= 1
        return [line for line in complaints(page) if "401" not in line]


async def test_an_officer_reconciles_the_days_fees(tmp_path: Path) -> None:
    async with with_a_fee(tmp_path, SimulatedClock(MONDAY)) as place:
        await of_dossier(place)
        url = str(place.client.base_url).rstrip("/")
        assert await asyncio.to_thread(looked_at, url, tmp_path / "profile") == []
