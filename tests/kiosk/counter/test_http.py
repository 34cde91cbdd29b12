"""The whole counter server over HTTP, its broker down all the time."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path

import httpx
import msgspec
import pytest

from devices.contract.clock import SimulatedClock
from devices.contract.errors import StorageError
from kiosk.api.queue import Board, Site, Ticket
from kiosk.counter.bodies import OfficerState
from kiosk.domain.hours import Hours
from tests.kiosk.counter.site import MONDAY, PIN, officer, opened, running, sample_config, wish


async def taken(client: httpx.AsyncClient, request: str, service: str = "ho-tich") -> Ticket:
    answer = await client.post("/api/tickets", json=wish(request, service))
    assert answer.status_code == 201, answer.text
    return msgspec.json.decode(answer.content, type=Ticket)


def state_of(answer: httpx.Response) -> OfficerState:
    assert answer.status_code in {200, 201}, answer.text
    return msgspec.json.decode(answer.content, type=OfficerState)


def code_of(answer: httpx.Response) -> tuple[int, str]:
    body = answer.json()
    assert set(body) >= {"code", "text", "retry"}
    return answer.status_code, body["code"]


async def test_a_citizen_takes_a_number_is_called_served_and_rates_the_visit(
    tmp_path: Path,
) -> None:
    async with running(sample_config(tmp_path)) as client, officer(client, "1") as console:
        first, second = await taken(client, "r1"), await taken(client, "r2")
        assert (first.number, second.number, second.ahead) == ("A001", "A002", 1)
        assert second.expected_wait_s > 0
        state = state_of(await console.post("/api/officer/next", json={"current": ""}))
        assert state.current
        assert state.current.id == first.id
        again = (await client.get(f"/api/tickets/by-code/{first.code}")).json()
        assert (again["state"], again["counter"]) == ("called", "1")
        state = state_of(await console.post("/api/officer/next", json={"current": first.id}))
        assert state.served_today == 1
        rating = {"value": 3, "scale": 3}
        rated = await client.post(f"/api/tickets/{first.id}/rating", json=rating)
        assert rated.json()["rated"]
        state = state_of(await console.get("/api/officer/state"))
        assert state.ratings == {"3": 1}


async def test_what_is_fresh_and_not_printed_is_listed_until_it_is(tmp_path: Path) -> None:
    clock = SimulatedClock(MONDAY)
    async with running(sample_config(tmp_path), clock) as client:
        first, second = await taken(client, "r1"), await taken(client, "r2")
        for _ in range(2):
            printed = await client.post(f"/api/tickets/{first.id}/printed")
            assert printed.json()["printed"]
        fresh = (await client.get("/api/kiosks/kiosk-1/unprinted")).json()
        assert [one["id"] for one in fresh] == [second.id]
        assert (await client.get("/api/kiosks/kiosk-2/unprinted")).json() == []
        clock.move(timedelta(minutes=4))
        assert (await client.get("/api/kiosks/kiosk-1/unprinted")).json() == []


async def test_only_a_kiosk_with_the_sites_key_takes_numbers(tmp_path: Path) -> None:
    async with running(sample_config(tmp_path, site_key="s3cret")) as client:
        for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "s3cret"}):
            answer = await client.post("/api/tickets", json=wish("r"), headers=headers)
            assert code_of(answer) == (401, "site_key.wrong")
            assert (await client.get("/api/kiosks/k/unprinted", headers=headers)).status_code == 401
        key = {"Authorization": "Bearer s3cret"}
        answer = await client.post("/api/tickets", json=wish("r"), headers=key)
        assert answer.json()["number"] == "A001"
        assert (await client.get("/api/site")).status_code == 200


@pytest.mark.parametrize(
    ("call", "body", "refused"),
    [
        ("GET /api/tickets/none", None, (404, "not_found")),
        ("GET /api/tickets/by-code/none", None, (404, "not_found")),
        ("POST /api/tickets/none/printed", None, (404, "not_found")),
        ("GET /nowhere", None, (404, "not_found")),
        ("DELETE /api/site", None, (405, "method.not_allowed")),
        ("POST /api/tickets", {"request": "r"}, (400, "request.bad")),
        ("POST /api/tickets", wish("r", name="Nguyễn"), (400, "request.bad")),
        ("POST /api/tickets", wish("r\n"), (400, "request.bad")),
        ("POST /api/tickets", wish("r", "no-such"), (404, "not_found")),
        ("POST /api/tickets", wish("x" * 70_000), (413, "payload.too_large")),
        ("GET /api/officer/state", None, (401, "not_signed_in")),
        ("POST /api/officer/next", {"current": ""}, (401, "not_signed_in")),
    ],
)
async def test_every_refusal_has_a_code_and_a_sentence(
    tmp_path: Path, call: str, body: object, refused: tuple[int, str]
) -> None:
    async with running(sample_config(tmp_path)) as client:
        answer = await client.request(*call.split(), json=body)
        assert code_of(answer) == refused
        assert (await client.get("/api/board")).json()["latest"] == []


async def test_a_closed_site_gives_no_numbers_and_says_when_it_opens(tmp_path: Path) -> None:
    clock = SimulatedClock(MONDAY + timedelta(hours=4))
    async with running(sample_config(tmp_path, hours=Hours()), clock) as client:
        answer = await client.post("/api/tickets", json=wish("r"))
        assert code_of(answer) == (409, "site.closed")
        site = msgspec.json.decode((await client.get("/api/site")).content, type=Site)
        assert (site.open, site.opens_at, site.closes_at) == (False, "13:30", "")
        clock.move(timedelta(hours=6))
        site = msgspec.json.decode((await client.get("/api/site")).content, type=Site)
        assert site.opens_at == "07:30 14/07"


async def test_a_wrong_pin_is_refused_and_guessing_is_stopped(tmp_path: Path) -> None:
    clock = SimulatedClock(MONDAY)
    async with running(sample_config(tmp_path), clock) as client:
        wrong = {"counter": "1", "pin": "0000"}
        for _ in range(5):
            answer = await client.post("/api/officer/sign-in", json=wrong)
            assert code_of(answer) == (401, "sign_in.wrong")
        right = {"counter": "1", "pin": PIN}
        answer = await client.post("/api/officer/sign-in", json=right)
        assert code_of(answer) == (429, "sign_in.too_many")
        clock.move(timedelta(minutes=6))
        assert (await client.post("/api/officer/sign-in", json=right)).status_code == 201


async def test_a_session_is_a_strict_cookie_bounded_in_number_and_in_time(tmp_path: Path) -> None:
    clock = SimulatedClock(MONDAY)
    async with running(sample_config(tmp_path), clock) as client:
        url = str(client.base_url)
        answer = await client.post("/api/officer/sign-in", json={"counter": "1", "pin": PIN})
        cookie = answer.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=strict" in cookie
        async with officer(client, "1"), officer(client, "1"), officer(client, "1") as last:
            assert (await client.get("/api/officer/state")).status_code == 401
            clock.move(timedelta(days=1))
            assert (await last.get("/api/officer/state")).status_code == 401
        async with officer(client, "1") as console:
            assert (await console.post("/api/officer/sign-out", json={})).status_code == 204
            assert (
                await console.get("/api/officer/state", headers={"Origin": url})
            ).status_code == 401


async def test_another_sites_page_acts_for_nobody(tmp_path: Path) -> None:
    async with running(sample_config(tmp_path)) as client, officer(client, "1") as console:
        for origin in ("http://evil.example", "null"):
            answer = await console.post("/api/officer/pause", json={}, headers={"Origin": origin})
            assert code_of(answer) == (403, "origin.foreign")
            taken_there = await client.post(
                "/api/tickets", json=wish("r"), headers={"Origin": origin}
            )
            assert code_of(taken_there) == (403, "origin.foreign")
        del console.headers["Origin"]
        assert (await console.post("/api/officer/pause", json={})).status_code == 403


async def test_everything_survives_a_restart_also_the_officers_session(tmp_path: Path) -> None:
    config = sample_config(tmp_path)
    async with running(config) as client, officer(client, "1") as console:
        ticket = await taken(client, "r1")
        await console.post("/api/officer/next", json={"current": ""})
        cookies = dict(console.cookies)
    async with running(config) as client:
        again = await taken(client, "r1")
        assert (again.id, again.state) == (ticket.id, "called")
        assert (await taken(client, "r2")).number == "A002"
        client.cookies.update(cookies)
        state = state_of(await client.get("/api/officer/state"))
        assert state.current
        assert state.current.number == "A001"


async def test_pages_obey_a_strict_policy_and_nothing_of_the_queue_is_kept(tmp_path: Path) -> None:
    async with running(sample_config(tmp_path)) as client:
        for path in ("/", "/officer", "/tv", "/t/ANY", "/api/board", "/nowhere"):
            answer = await client.get(path)
            policy = answer.headers["content-security-policy"]
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy
            assert answer.headers["cache-control"] == "no-store"
        schema = (await client.get("/api/schema/openapi.json")).json()
        assert "/api/tickets" in schema["paths"]


async def test_the_stream_begins_with_the_whole_state_and_tells_each_change(tmp_path: Path) -> None:
    async with running(sample_config(tmp_path)) as client, officer(client, "1") as console:
        ticket = await taken(client, "r1")
        seen: list[tuple[str, dict[str, object]]] = []
        async with client.stream("GET", "/api/stream") as stream, asyncio.timeout(15):
            name = ""
            called = False
            async for line in stream.aiter_lines():
                if line.startswith("event:"):
                    name = line.removeprefix("event:").strip()
                elif line.startswith("data:"):
                    seen.append((name, json.loads(line.removeprefix("data:"))))
                if len(seen) >= 3 and not called:
                    called = True
                    await console.post("/api/officer/next", json={"current": ""})
                if any(event == "call" for event, _ in seen):
                    break
        assert [event for event, _ in seen[:3]] == ["tick", "site", "board"]
        assert seen[-1][1]["number"] == ticket.number


async def test_after_two_idle_days_the_board_is_right(tmp_path: Path) -> None:
    """G-3; the wall screen runs for weeks."""
    clock = SimulatedClock(MONDAY)
    async with running(sample_config(tmp_path), clock) as client:
        ticket = await taken(client, "r1")
        async with officer(client, "1") as console:
            await console.post("/api/officer/next", json={"current": ""})
        await taken(client, "r2")
        clock.move(timedelta(days=2))
        board = msgspec.json.decode((await client.get("/api/board")).content, type=Board)
        assert board.latest == ()
        assert sum(service.waiting for service in board.services) == 0
        assert {desk.ticket for desk in board.counters} == {""}
        old = (await client.get(f"/api/tickets/{ticket.id}")).json()
        assert old["state"] == "expired"
        fresh = await taken(client, "r3")
        assert (fresh.number, str(fresh.day)) == ("A001", "2026-07-15")


async def test_a_full_disk_at_the_days_end_leaves_the_screens_alive(tmp_path: Path) -> None:
    with opened(tmp_path, disk_limit_mb=1) as desk, pytest.raises(StorageError):
        while True:
            desk.take()
    clock = SimulatedClock(MONDAY + timedelta(days=1))
    async with running(sample_config(tmp_path, disk_limit_mb=1), clock) as client:
        for at in range(100):  # a row may still fit into a page that is half empty
            answer = await client.post("/api/tickets", json=wish(f"next-day-{at}"))
            if answer.status_code != 201:
                break
        assert code_of(answer) == (503, "storage.failed")
        ticks = 0
        async with client.stream("GET", "/api/stream") as stream, asyncio.timeout(15):
            async for line in stream.aiter_lines():
                ticks += line.strip() == "event: tick"
                if ticks == 3:
                    break


async def test_each_action_of_the_console_does_what_it_says(tmp_path: Path) -> None:
    async with running(sample_config(tmp_path)) as client, officer(client, "1") as console:

        async def act(path: str, **body: str) -> OfficerState:
            return state_of(await console.post(f"/api/officer/{path}", json=body))

        ids = [(await taken(client, f"r{at}")).id for at in range(4)]
        state = await act("next", current="")
        assert [one.ticket.number for one in state.waiting] == ["A002", "A003", "A004"]
        assert [one.older_ahead for one in state.waiting] == [0, 1, 2]
        await act("recall", current=ids[0])
        state = await act("hold", current=ids[0])
        assert [one.id for one in state.held] == [ids[0]]
        state = await act("reclassify", ticket=ids[3], priority_class="nguoi_cao_tuoi")
        assert (state.waiting[0].ticket.id, state.waiting[0].reason) == (ids[3], "priority")
        state = await act("call", current="", ticket=ids[2])
        assert state.current
        assert state.current.id == ids[2]
        state = await act("no-show", current=ids[2])
        assert [one.id for one in state.missed] == [ids[2]]
        state = await act("resume", ticket=ids[2])
        assert state.missed == ()
        state = await act("transfer", ticket=ids[1], service="dat-dai")
        assert ids[1] not in {one.ticket.id for one in state.waiting}
        assert (await act("pause")).counter.paused
        refused = await console.post("/api/officer/next", json={"current": ""})
        assert code_of(refused) == (409, "counter.paused")
        assert not (await act("open")).counter.paused
        await act("next", current="")
        assert (await act("finish", current=ids[3])).served_today == 1
