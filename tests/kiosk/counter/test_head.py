"""The supervisor: all counters at a glance, a hand in the queue, and a name on every act."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from devices.contract.clock import SimulatedClock
from devices.contract.config import BadConfigError
from devices.web.pin import hash_pin, is_pin
from kiosk.counter.config import CounterConfig
from kiosk.counter.head.bodies import HeadState
from kiosk.counter.main import DATABASE
from kiosk.counter.store import Store
from tests.kiosk.counter.site import MONDAY, PIN, officer, running, sample_config, wish

HEAD_PIN = "9753"


def site_with_head(tmp_path: Path, **changes: Any) -> CounterConfig:
    config = sample_config(tmp_path, **changes)
    assert is_pin(HEAD_PIN, config.supervisor_pin_hash)
    return config


@asynccontextmanager
async def head(client: httpx.AsyncClient) -> AsyncIterator[httpx.AsyncClient]:
    """Sign in as the supervisor."""
    url = str(client.base_url)
    async with httpx.AsyncClient(base_url=url, headers={"Origin": url}, timeout=20) as signed_in:
        answer = await signed_in.post("/api/head/sign-in", json={"pin": HEAD_PIN})
        assert answer.status_code == 201, answer.text
        yield signed_in


def state_of(answer: httpx.Response) -> HeadState:
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=HeadState)


async def taken(client: httpx.AsyncClient, request: str, service: str = "ho-tich") -> str:
    answer = await client.post("/api/tickets", json=wish(request, service))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def events(tmp_path: Path) -> list[dict[str, Any]]:
    with Store(tmp_path / DATABASE) as store:
        return [msgspec.json.decode(one.event) for one in store.journal.pending(0, 1000)]


async def test_every_counter_is_seen_with_whom_it_serves_since_when_and_why_it_pauses(
    tmp_path: Path,
) -> None:
    clock = SimulatedClock(MONDAY)
    async with (
        running(site_with_head(tmp_path), clock) as client,
        head(client) as chief,
        officer(client, "1") as first,
        officer(client, "3") as third,
    ):
        for at in range(2):
            await taken(client, f"r{at}")
        await taken(client, "r9", "cu-tru")
        await first.post("/api/officer/next", json={"current": ""})
        await third.post("/api/officer/pause", json={"reason": "nghi-trua", "back_min": 90})
        state = state_of(await chief.get("/api/head/state"))
        one, two, three = state.counters
        assert one.current
        assert (one.current.number, one.info.since, one.line) == ("A001", MONDAY, 1)
        assert one.next
        assert (one.next.ticket.number, one.next.why) == ("A002", "oldest")
        assert (two.info.staffed, two.info.ticket, two.current) == (False, "", None)
        assert (three.info.pause_names["vi"], three.paused_by_head) == ("Nghỉ trưa", False)
        assert three.info.back_at
        assert f"{three.info.back_at.astimezone(MONDAY.tzinfo):%H:%M}" == "09:30"
        waiting = {service.id: service.waiting for service in state.services}
        assert (waiting["ho-tich"], waiting["cu-tru"]) == (1, 1)
        whole = (await chief.get("/api/head/totals")).json()["whole"]
        assert (whole["taken"], whole["called"]) == (3, 1)
        file = await chief.get("/api/head/totals.csv")
        assert file.text.count("\r\n") == 10


async def test_each_act_of_the_supervisor_does_what_it_says_and_the_event_names_the_head(
    tmp_path: Path,
) -> None:
    async with running(site_with_head(tmp_path)) as client, head(client) as chief:
        ids = [await taken(client, f"r{at}") for at in range(2)]

        async def act(path: str, **body: Any) -> HeadState:
            return state_of(await chief.post(f"/api/head/{path}", json=body))

        state = await act("move", ticket=ids[1], service="dat-dai", counter="2", note="can-tu-van")
        assert [(one.number, one.for_counter) for one in state.waiting][1] == ("A002", "2")
        state = await act("reclassify", ticket=ids[0], priority_class="nguoi_cao_tuoi")
        assert state.waiting[0].priority
        state = await act("pause", counter="2", reason="su-co", back_min=15)
        assert (state.counters[1].info.paused, state.counters[1].paused_by_head) == (True, True)
        assert not (await act("open", counter="2")).counters[1].info.paused
        async with officer(client, "1") as console:
            await console.post("/api/officer/next", json={"current": ""})
            await console.post("/api/officer/hold", json={"current": ids[0], "reason": "nop-phi"})
        assert (await act("resume", ticket=ids[0])).held == ()
    told = {event["type"]: event for event in events(tmp_path)}
    for kind in ("ticket.transferred", "ticket.reclassified", "counter.paused", "counter.resumed"):
        assert told[kind]["by"] == "head", kind
    assert (told["ticket.resumed"]["by"], told["ticket.resumed"]["counter"]) == ("head", "")
    assert told["ticket.transferred"]["note"] == "can-tu-van"
    with Store(tmp_path / DATABASE) as store:
        who = {str(kind): str(by) for kind, by in store.all("SELECT kind, by FROM acts")}
    assert (who["ticket.transferred"], who["ticket.held"]) == ("head", "")


async def test_whom_a_counter_serves_is_left_to_it(tmp_path: Path) -> None:
    async with (
        running(site_with_head(tmp_path)) as client,
        head(client) as chief,
        officer(client, "1") as console,
    ):
        ticket = await taken(client, "r")
        await console.post("/api/officer/next", json={"current": ""})
        moved = await chief.post("/api/head/move", json={"ticket": ticket, "service": "cu-tru"})
        assert (moved.status_code, moved.json()["code"]) == (409, "counter.not_ours")
        gone = await chief.post("/api/head/pause", json={"counter": "9"})
        assert gone.json()["code"] == "not_found"


async def test_nobody_is_the_supervisor_without_the_pin(tmp_path: Path) -> None:
    async with running(site_with_head(tmp_path)) as client, officer(client, "1") as console:
        for pin in (PIN, "", "0"):
            refused = await client.post("/api/head/sign-in", json={"pin": pin})
            assert refused.status_code in {400, 401}
        for path in ("state", "totals", "totals.csv"):
            assert (await console.get(f"/api/head/{path}")).status_code == 401
        for path, body in {
            "move": {"ticket": "t", "service": "cu-tru"},
            "resume": {"ticket": "t"},
            "reclassify": {"ticket": "t", "priority_class": "thuong"},
            "pause": {"counter": "1"},
            "open": {"counter": "1"},
            "sign-out": {},
        }.items():
            assert (await console.post(f"/api/head/{path}", json=body)).status_code == 401, path
        async with head(client) as chief:
            assert (await chief.get("/api/officer/state")).status_code == 401
            state = state_of(await chief.get("/api/head/state"))
            assert [one.info.staffed for one in state.counters] == [True, False, False]
            cookie = chief.cookies.get("motcua_head")
            assert (await chief.post("/api/head/sign-out", json={})).status_code == 204
            headers = {"Cookie": f"motcua_head={cookie}"}
            assert (await client.get("/api/head/state", headers=headers)).status_code == 401


async def test_a_site_without_a_supervisors_pin_has_none(tmp_path: Path) -> None:
    """Deny by default; a session of before ends with the setting."""
    config = site_with_head(tmp_path)
    async with running(config) as client, head(client) as chief:
        cookie = chief.cookies.get("motcua_head")
    without = msgspec.structs.replace(config, supervisor_pin_hash="")
    async with running(without) as client:
        for pin in (HEAD_PIN, "x"):
            answer = await client.post("/api/head/sign-in", json={"pin": pin})
            assert answer.json()["code"] == "sign_in.wrong"
        headers = {"Cookie": f"motcua_head={cookie}"}
        assert (await client.get("/api/head/state", headers=headers)).status_code == 401


async def test_another_sites_page_does_nothing_in_the_supervisors_name(tmp_path: Path) -> None:
    async with running(site_with_head(tmp_path)) as client, head(client) as chief:
        del chief.headers["Origin"]
        for headers in ({}, {"Origin": "http://evil.example"}):
            answer = await chief.post("/api/head/pause", json={"counter": "1"}, headers=headers)
            assert answer.json()["code"] == "origin.foreign"


def test_a_pin_hash_that_is_none_is_refused_at_the_start(tmp_path: Path) -> None:
    bad = hash_pin(HEAD_PIN).replace("$16384$", "$16383$")
    with pytest.raises((ValueError, BadConfigError), match="supervisor_pin_hash"):
        sample_config(tmp_path, supervisor_pin_hash=bad).__post_init__()
