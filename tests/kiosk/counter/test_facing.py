"""The second screen over HTTP: who may open one, what is on it, and when it is gone."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from devices.contract.clock import SimulatedClock
from kiosk.counter.facing.codes import CODE_S, Codes
from kiosk.counter.facing.sheets import FacingSheet
from kiosk.counter.facing.showing import facing_state
from kiosk.counter.views import View
from tests.kiosk.counter.site import MONDAY, officer, opened, running, sample_config, wish

HERE = "/api/officer/facing"


@asynccontextmanager
async def screen(
    client: httpx.AsyncClient, console: httpx.AsyncClient, counter: str = "1"
) -> AsyncIterator[httpx.AsyncClient]:
    """Open a screen with the console's code; yields a client with the screen's cookie."""
    code = (await console.post(f"{HERE}/code", json={})).json()["code"]
    url = str(client.base_url)
    async with httpx.AsyncClient(base_url=url, headers={"Origin": url}, timeout=20) as opened:
        answer = await opened.post(f"/api/facing/{counter}/open", json={"code": code})
        assert answer.status_code == 201, answer.text
        cookie = answer.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=strict" in cookie
        yield opened


class Watched:
    """A screen's stream as it comes in: `state` is the newest, `closed` the officer's word."""

    def __init__(self) -> None:
        self.state: dict[str, Any] = {}
        self.closed = False

    async def follow(self, screen: httpx.AsyncClient, counter: str) -> None:
        async with screen.stream("GET", f"/api/facing/{counter}/stream") as stream:
            name = ""
            async for line in stream.aiter_lines():
                if line.startswith("event:"):
                    name = line.removeprefix("event:").strip()
                elif line.startswith("data:") and name == "facing":
                    self.state = json.loads(line.removeprefix("data:"))
                elif line.startswith("data:") and name == "closed":
                    self.closed = True


@asynccontextmanager
async def watched(screen: httpx.AsyncClient, counter: str = "1") -> AsyncIterator[Watched]:
    """Let the screen look, as its browser does."""
    seen = Watched()
    following = asyncio.create_task(seen.follow(screen, counter))
    try:
        await until(lambda: bool(seen.state))
        yield seen
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)


async def until(look: Callable[[], bool] | Callable[[], Awaitable[bool]]) -> None:
    end = time.monotonic() + 10
    while True:
        seen = look()
        if (await seen) if isinstance(seen, Awaitable) else seen:
            return
        assert time.monotonic() < end, "never seen"
        await asyncio.sleep(0.02)


async def called(client: httpx.AsyncClient, console: httpx.AsyncClient, request: str = "r") -> str:
    """Take a number and call it; returns the ticket's id."""
    ticket = str((await client.post("/api/tickets", json=wish(request))).json()["id"])
    answer = await console.post("/api/officer/next", json={"current": ""})
    assert answer.json()["current"]["id"] == ticket
    return ticket


async def test_a_screen_is_opened_once_with_the_officers_code_and_lasts_over_a_restart(
    tmp_path: Path,
) -> None:
    config = sample_config(tmp_path)
    async with running(config) as client, officer(client, "1") as console:
        assert (await client.get("/api/facing/1/state")).json()["code"] == "facing.not_opened"
        code = (await console.post(f"{HERE}/code", json={})).json()["code"]
        assert len(code) == 6
        wrong = f"{(int(code) + 1) % 10**6:06}"
        for counter, tried in (("1", wrong), ("2", code), ("9", code)):
            answer = await client.post(f"/api/facing/{counter}/open", json={"code": tried})
            assert (answer.status_code, answer.json()["code"]) == (401, "facing.code")
        opened = await client.post("/api/facing/1/open", json={"code": code})
        cookie = {"Cookie": f"motcua_facing={opened.cookies['motcua_facing']}"}
        client.cookies.clear()
        again = await client.post("/api/facing/1/open", json={"code": code})
        assert again.status_code == 401
        assert (await client.get("/api/facing/1/state", headers=cookie)).status_code == 200
        assert (await client.get("/api/facing/2/state", headers=cookie)).status_code == 401
    async with running(config) as client, officer(client, "1") as console:
        state = (await client.get("/api/facing/1/state", headers=cookie)).json()
        assert (state["counter"], state["called"], state["sheet"]) == ("1", None, None)
        closed = (await console.post(f"{HERE}/close", json={})).json()
        assert closed["opened"] == 0
        assert (await client.get("/api/facing/1/state", headers=cookie)).status_code == 401


def test_a_code_ends_by_time_by_a_newer_one_and_after_five_wrong_tries() -> None:
    clock = SimulatedClock(MONDAY)
    codes = Codes(clock)
    first = codes.new("1")
    clock.move(timedelta(seconds=CODE_S + 1))
    assert not codes.take("1", first)
    assert codes.waiting("1") == ("", 0)
    second = codes.new("1")
    wrong = f"{(int(second) + 1) % 10**6:06}"
    assert [codes.take("1", wrong) for _ in range(5)] == [False] * 5
    assert not codes.take("1", second)
    third = codes.new("1")
    assert codes.take("1", third)
    assert not codes.take("1", third)


async def test_the_screen_shows_the_number_called_the_officers_words_and_the_break(
    tmp_path: Path,
) -> None:
    async with (
        running(sample_config(tmp_path)) as client,
        officer(client, "1") as console,
        screen(client, console) as face,
        watched(face) as seen,
    ):
        await called(client, console)
        await until(lambda: (seen.state["called"] or {}).get("number") == "A001")
        first = seen.state["called"]["serial"]
        ticket = (await console.get("/api/officer/state")).json()["current"]["id"]
        await console.post("/api/officer/recall", json={"current": ticket})
        await until(lambda: seen.state["called"]["serial"] > first)
        await console.post(f"{HERE}/words", json={"words": "giay-to"})
        await until(lambda: "giấy tờ" in seen.state["words"].get("vi", ""))
        unknown = await console.post(f"{HERE}/words", json={"words": "chào chị Lan"})
        assert unknown.json()["code"] == "not_found"
        await console.post("/api/officer/pause", json={"reason": "hop", "back_min": 30})
        await until(lambda: seen.state["pause_names"].get("vi") == "Họp")
        assert seen.state["back_at"]
        await console.post(f"{HERE}/close", json={})
        await until(lambda: seen.closed)


async def test_a_sheet_is_gone_at_the_next_call(tmp_path: Path) -> None:
    async with (
        running(sample_config(tmp_path)) as client,
        officer(client, "1") as console,
        screen(client, console) as face,
    ):
        current = await called(client, console)
        refused = await console.post(f"{HERE}/ticket", json={})
        assert refused.json()["code"] == "facing.none"  # no browser is looking
        async with watched(face) as seen:
            await until(lambda: bool(seen.state["called"]))
            shown = (await console.post(f"{HERE}/ticket", json={})).json()
            assert shown["screens"] == 1
            await until(lambda: bool(seen.state["sheet"]))
            assert seen.state["sheet"]["pairs"][0][1] == "A001"
            await client.post("/api/tickets", json=wish("r2"))
            await console.post("/api/officer/next", json={"current": current})
            await until(lambda: seen.state["called"]["number"] == "A002")
            assert seen.state["sheet"] is None
            assert (await console.get(f"{HERE}/")).json()["sheet"] is None


async def test_a_sheet_is_gone_after_a_minute_untouched_and_a_touch_keeps_it(
    tmp_path: Path,
) -> None:
    clock = SimulatedClock(MONDAY)
    async with (
        running(sample_config(tmp_path), clock) as client,
        officer(client, "1") as console,
        screen(client, console) as face,
        watched(face) as seen,
    ):
        await called(client, console)
        await console.post(f"{HERE}/ticket", json={})
        await until(lambda: bool(seen.state["sheet"]))
        clock.move(timedelta(seconds=50))
        assert (await face.post("/api/facing/1/stay", json={})).status_code == 204
        clock.move(timedelta(seconds=50))
        assert (await console.get(f"{HERE}/")).json()["sheet"]
        clock.move(timedelta(seconds=11))
        await until(lambda: seen.state["sheet"] is None)
        await console.post(f"{HERE}/ticket", json={})
        await until(lambda: bool(seen.state["sheet"]))
        assert (await console.post(f"{HERE}/clear", json={})).json()["sheet"] is None
        await until(lambda: seen.state["sheet"] is None)


async def test_a_sheet_is_gone_when_the_screens_line_is_lost(tmp_path: Path) -> None:
    async with (
        running(sample_config(tmp_path)) as client,
        officer(client, "1") as console,
        screen(client, console) as face,
    ):
        await called(client, console)
        async with watched(face) as seen:
            await console.post(f"{HERE}/ticket", json={})
            await until(lambda: bool(seen.state["sheet"]))

        async def forgotten() -> bool:
            told = (await console.get(f"{HERE}/")).json()
            return told["screens"] == 0 and told["sheet"] is None

        await until(forgotten)
        async with watched(face) as seen:
            assert seen.state["sheet"] is None


async def test_nothing_of_a_sheet_is_on_the_public_stream_or_another_counters(
    tmp_path: Path,
) -> None:
    """QUE-9: only that something changed."""
    async with (
        running(sample_config(tmp_path)) as client,
        officer(client, "1") as console,
        officer(client, "3") as other,
        screen(client, console) as face,
        screen(client, other, "3") as beside,
        watched(face) as seen,
        watched(beside, "3") as seen_beside,
        client.stream("GET", "/api/stream") as public,
    ):
        await called(client, console)
        await console.post(f"{HERE}/ticket", json={})
        await until(lambda: bool(seen.state["sheet"]))
        told: list[str] = []
        async with asyncio.timeout(10):
            async for line in public.aiter_lines():
                told.append(line)
                if line.startswith("data:") and told[-2].endswith("facing"):
                    break
        assert json.loads(told[-1].removeprefix("data:")) == {"counter": "1"}
        assert not any("Xin kiểm tra" in line for line in told)
        assert seen_beside.state["sheet"] is None


async def test_a_visits_end_asks_for_one_rating_and_a_called_number_only_for_a_moment(
    tmp_path: Path,
) -> None:
    """QUE-10, QUE-12."""
    clock = SimulatedClock(MONDAY)
    async with (
        running(sample_config(tmp_path), clock) as client,
        officer(client, "1") as console,
        screen(client, console) as face,
        watched(face) as seen,
    ):
        ticket = await called(client, console)
        assert not seen.state["rate"]
        await console.post("/api/officer/finish", json={"current": ticket})
        await until(lambda: bool(seen.state["rate"]))
        assert seen.state["rate"] == {"ticket": ticket, "number": "A001", "next_called": False}
        rating = {"value": 2, "scale": seen.state["rating_scale"]}
        assert (await face.post(f"/api/tickets/{ticket}/rating", json=rating)).status_code == 200
        await until(lambda: seen.state["rate"] is None)
        twice = await face.post(f"/api/tickets/{ticket}/rating", json=rating)
        assert twice.json()["code"] == "ticket.rated"
        second = await called(client, console, "r2")
        await client.post("/api/tickets", json=wish("r3"))
        await console.post("/api/officer/next", json={"current": second})
        await until(lambda: bool(seen.state["rate"]))
        assert (seen.state["rate"]["number"], seen.state["rate"]["next_called"]) == ("A002", True)
        clock.move(timedelta(seconds=16))
        await until(lambda: seen.state["rate"] is None)


@pytest.mark.parametrize("path", ["code", "close", "words", "ticket", "clear"])
async def test_only_the_officer_of_the_counter_has_a_hand_on_its_screen(
    tmp_path: Path, path: str
) -> None:
    async with running(sample_config(tmp_path)) as client:
        answer = await client.post(f"{HERE}/{path}", json={"words": ""} if path == "words" else {})
        assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")


def test_a_sheets_code_is_a_picture_and_words_go_home_with_the_officer(tmp_path: Path) -> None:
    sheet = FacingSheet(title={"vi": "Lệ phí"}, pairs=(({"vi": "Số tiền"}, "30.000 đ"),), qr="0002")
    with opened(tmp_path) as desk:
        first = desk.config.counters[0]
        told = [facing_state(View(desk.config, desk.day.snapshot()), first, (sheet, 9.7), "ky-ten")]
        desk.store.add_session("x" * 40, "1", MONDAY.date(), 3)
        told.append(facing_state(View(desk.config, desk.day.snapshot()), first, None, "ky-ten"))
    unstaffed, staffed = told
    assert unstaffed.sheet
    assert unstaffed.sheet.picture.startswith("data:image/svg+xml")
    assert (unstaffed.sheet.left_s, unstaffed.words) == (9, {})
    assert staffed.sheet is None
    assert "ký tên" in staffed.words["vi"]
