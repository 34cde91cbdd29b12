"""What waits for the province, as officers see it: sent again or dropped, and by officers alone."""

import asyncio
from pathlib import Path

import pytest
from selenium.webdriver.common.by import By

from kiosk.api.check_in import CheckInOutcome
from tests.counterparts.chromium import chromium, click, complaints, until
from tests.kiosk.counter.province import code_of
from tests.kiosk.counter.site import PIN, officer, running, sample_config
from tests.kiosk.counter.test_appointments import Place, came, place

ITEM = "0" * 32


async def stuck(there: Place) -> str:
    """Have a number given for an appointment that is cancelled before the register hears of it."""
    code = await there.booked()
    there.faults.only = f"/api/bookings/appointments/{code}/check-in"
    there.faults.broken = 3  # all tries of the first call
    assert (await came(there.client, code)).outcome is CheckInOutcome.GIVEN
    await there.act(code, "cancel")
    async with officer(there.client, "1") as console, asyncio.timeout(20):
        while (
            not (items := (await console.get("/api/officer/outbox")).json())
            or not items[0]["given_up"]
        ):
            await asyncio.sleep(0.05)
    assert items[0]["subject"] == code
    return code


async def test_what_was_given_up_is_told_sent_again_and_dropped(tmp_path: Path) -> None:
    async with place(tmp_path) as there:
        await stuck(there)
        async with officer(there.client, "1") as console, asyncio.timeout(30):
            (item,) = (await console.get("/api/officer/outbox")).json()
            assert (item["kind"], item["code"]) == ("check_in", "backoffice.refused")
            path = f"/api/officer/outbox/{item['id']}"
            assert (await console.post(f"{path}/again", json={})).status_code == 200
            while not (await console.get("/api/officer/outbox")).json()[0]["given_up"]:
                await asyncio.sleep(0.05)
            assert (await console.post(f"{path}/drop", json={})).json() == []
            assert code_of(await console.post(f"{path}/drop", json={})) == (404, "not_found")


async def test_only_officers_see_it(tmp_path: Path) -> None:
    async with running(sample_config(tmp_path)) as client:
        assert code_of(await client.get("/api/officer/outbox"))[1] == "not_signed_in"
        for deed in ("again", "drop"):
            answer = await client.post(f"/api/officer/outbox/{ITEM}/{deed}", json={})
            assert code_of(answer)[1] == "not_signed_in"


@pytest.mark.real
async def test_an_officer_drops_it_at_the_console(tmp_path: Path) -> None:
    async with place(tmp_path) as there:
        code = await stuck(there)
        url = str(there.client.base_url).rstrip("/")
        assert await asyncio.to_thread(dropped, url, code, tmp_path / "profile") == []
        async with officer(there.client, "1") as console:
            assert (await console.get("/api/officer/outbox")).json() == []


def dropped(url: str, code: str, folder: Path) -> list[str]:
    """Do what an officer does; return what the page complained of."""
    with chromium(folder) as page:
        page.get(f"{url}/officer")
        until(lambda: page.find_elements(By.CSS_SELECTOR, "#counters input"), "the counters")
        page.find_element(By.ID, "pin").send_keys(PIN)
        click(page, "#sign-in button")
        until(lambda: page.find_elements(By.ID, "tab-outbox"), "the tabs")
        click(page, "#tab-outbox")
        until(lambda: code in page.find_element(By.ID, "outbox").text, "what waits")
        assert "Hệ thống của tỉnh từ chối" in page.find_element(By.ID, "outbox").text
        click(page, "#outbox .deeds button:nth-of-type(2)")
        until(lambda: page.find_elements(By.CSS_SELECTOR, "#choices button"), "the question")
        click(page, "#choices button:nth-of-type(2)")
        until(lambda: "Không có gì chờ gửi" in page.find_element(By.ID, "room-outbox").text, "none")
        return [line for line in complaints(page) if "401" not in line]
