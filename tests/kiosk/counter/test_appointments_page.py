"""The officers' list of the day's appointments, in a real Chromium."""

import asyncio
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from tests.counterparts.chromium import chromium, click, complaints, until
from tests.kiosk.counter.site import PIN
from tests.kiosk.counter.test_appointments import BOOKINGS, NINE, came, place

pytestmark = pytest.mark.real


def rows(page: Chrome) -> list[str]:
    """Return the list's rows as text, in one look: the page may be redrawn between two."""
    return list(
        page.execute_script(
            "return [...document.querySelectorAll('#appointments tr')].map((row) => row.innerText)"
        )
    )


def notice(page: Chrome) -> str:
    return page.find_element(By.ID, "appointments-notice").text


def looked_at(url: str, folder: Path, told: dict[str, threading.Event]) -> list[str]:
    """Do what an officer does; return what the page complained of."""
    with chromium(folder) as page:
        page.get(f"{url}/officer")
        until(lambda: page.find_elements(By.CSS_SELECTOR, "#counters input"), "the counters")
        page.find_element(By.ID, "pin").send_keys(PIN)
        click(page, "#sign-in button")
        until(lambda: page.find_elements(By.ID, "tab-appointments"), "the tabs")
        click(page, "#tab-appointments")
        until(
            lambda: [row for row in rows(page) if "A001" in row and "Đã có mặt" in row],
            "who is here",
        )
        assert [row for row in rows(page) if "Chưa đến" in row and "09:30" in row]
        assert not notice(page)
        told["seen"].set()
        assert told["away"].wait(20)
        page.execute_script("askAppointments()")
        until(lambda: "không trả lời" in notice(page), "the system is away")
        assert len(rows(page)) == 2, "the list that was told stays"
        click(page, "#language")
        until(lambda: "does not answer" in notice(page), "the same in English")
        return [line for line in complaints(page) if "401" not in line]


async def test_an_officer_sees_who_comes_who_is_here_and_that_the_list_is_old(
    tmp_path: Path,
) -> None:
    told = {"seen": threading.Event(), "away": threading.Event()}
    async with place(tmp_path) as there:
        code = await there.booked()
        await there.booked(NINE + timedelta(minutes=30))
        await came(there.client, code)
        there.clock.move(timedelta(minutes=1))
        url = str(there.client.base_url).rstrip("/")
        looking = asyncio.create_task(asyncio.to_thread(looked_at, url, tmp_path / "profile", told))
        while not told["seen"].is_set() and not looking.done():
            await asyncio.sleep(0.05)
        there.faults.only = BOOKINGS
        there.faults.broken = 1000
        there.clock.move(timedelta(minutes=1))
        told["away"].set()
        assert await looking == []
