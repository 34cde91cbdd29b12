"""Appointments: never overbooked, checked in once, on their day."""

import asyncio
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from devices.contract.clock import LOCAL, SimulatedClock
from tests.kiosk.register.office import MONDAY, machine, officer, running, sample_config

API = "/api/bookings/appointments"
EIGHT_THIRTY = "chung-thuc@2026-07-13T08:30:00+07:00"
KEY = {"Idempotency-Key": "k"}


async def book(browser: httpx.AsyncClient, slot: str = EIGHT_THIRTY) -> httpx.Response:
    form = {"slot": slot, "name": "Nguyễn Văn Mẫu", "phone": "0900000000"}
    return await browser.post("/bookings", data=form)


async def codes(client: httpx.AsyncClient, day: str = "2026-07-13") -> list[str]:
    return [one["code"] for one in (await client.get(API, params={"day": day})).json()]


async def check_in(client: httpx.AsyncClient, code: str, **said: str) -> httpx.Response:
    body: dict[str, Any] = {"site": "gio-linh", "ticket": "A001", **said}
    return await client.post(f"{API}/{code}/check-in", json=body, headers=KEY)


async def test_a_place_is_given_once_even_to_many_at_once(tmp_path: Path) -> None:
    async with (
        running(sample_config(tmp_path), SimulatedClock(MONDAY)) as client,
        officer(client) as browser,
        machine(client) as counter,
    ):
        answers = await asyncio.gather(*(book(browser) for _ in range(5)))
        await book(browser, "ho-tich@2026-07-13T13:30:00+07:00")
        listed = (await counter.get(API, params={"day": "2026-07-13"})).json()
        page = (await browser.get("/bookings")).text
    assert sorted(one.status_code for one in answers) == [303, 409, 409, 409, 409]
    assert [one["service"] for one in listed] == ["chung-thuc", "ho-tich"]
    assert re.fullmatch("1307-[0-9]{6}", listed[0]["code"])
    assert "Mẫu" not in str(listed)
    assert "Nguyễn Văn Mẫu" in page
    assert EIGHT_THIRTY not in page.replace("&#43;", "+")


async def test_no_time_is_offered_that_cannot_be_kept(tmp_path: Path) -> None:
    async with (
        running(sample_config(tmp_path), SimulatedClock(MONDAY)) as client,
        officer(client) as browser,
    ):
        refused = [
            await book(browser, f"chung-thuc@{moment}+07:00")
            for moment in (
                "2026-07-13T08:00:00",  # begins now
                "2026-07-13T07:30:00",  # before office hours
                "2026-07-13T11:30:00",  # after them
                "2026-07-13T08:35:00",  # between two
                "2026-07-12T08:30:00",  # yesterday
                "2026-07-19T08:30:00",  # a Sunday
                "2026-09-02T08:30:00",  # too far, and a holiday
            )
        ]
        nobody = await book(browser, "x@2026-07-13T08:30:00+07:00")
        broken = [
            await book(browser, f"chung-thuc@{moment}")
            for moment in ("", "2026-07-13", "0001-01-01T00:00:00+14:00")
        ]
        days = [await browser.get(f"/bookings?day={day}") for day in ("0001-01-01", "9999-12-31")]
        sunday = (await browser.get("/bookings?day=2026-07-19")).text
    assert [one.status_code for one in (*refused, nobody)] == [409] * 8
    assert [one.status_code for one in broken] == [400, 400, 400]
    assert [one.status_code for one in days] == [200, 200]
    assert "Ngày này không còn chỗ" in sunday


async def test_a_citizen_checks_in_once_and_on_the_day(tmp_path: Path) -> None:
    clock = SimulatedClock(MONDAY)
    async with (
        running(sample_config(tmp_path), clock) as client,
        officer(client) as browser,
        machine(client) as counter,
    ):
        await book(browser)
        await book(browser, "chung-thuc@2026-07-14T08:30:00+07:00")
        await book(browser, "chung-thuc@2026-07-13T08:45:00+07:00")
        today, gone = await codes(counter)
        (tomorrow,) = await codes(counter, "2026-07-14")
        await browser.post(f"/bookings/{gone}", data={"act": "cancel"})
        first, again = await check_in(counter, today), await check_in(counter, today)
        other = await check_in(counter, today, ticket="A002")
        early, cancelled = await check_in(counter, tomorrow), await check_in(counter, gone)
        by_hand = await browser.post(f"/bookings/{today}", data={"act": "check_in"})
        too_late = await browser.post(f"/bookings/{today}", data={"act": "cancel"})
        unknown = await check_in(counter, "1307-999999")
        freed = await book(browser, "chung-thuc@2026-07-13T08:45:00+07:00")
    assert first.json() == again.json()
    assert first.json()["state"] == "checked_in"
    assert other.json()["code"] == "booking.checked_in"
    assert early.json()["code"] == "booking.not_today"
    assert cancelled.json()["code"] == "booking.cancelled"
    assert (by_hand.status_code, too_late.status_code) == (409, 409)
    assert unknown.status_code == 404
    assert freed.status_code == 303


async def test_who_came_is_forgotten_later(tmp_path: Path) -> None:
    clock = SimulatedClock(MONDAY)
    config = sample_config(tmp_path)
    async with running(config, clock) as client, officer(client) as browser:
        await book(browser)
        before = (await browser.get("/bookings?day=2026-07-13")).text
    clock.set(datetime(2026, 8, 13, 8, 0, tzinfo=LOCAL) + timedelta(days=1))
    async with running(config, clock) as client, officer(client) as browser:
        after = (await browser.get("/bookings?day=2026-07-13")).text
    assert "Nguyễn Văn Mẫu" in before
    assert "Nguyễn Văn Mẫu" not in after
    assert "1307-" in after
