"""Feedback that the office itself answers: read, answered, closed, exported, forgotten."""

import csv
import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
from msgspec.structs import replace

from devices.contract.clock import SimulatedClock
from kiosk.register.simulated import simulated
from tests.kiosk.backoffice.province import systems_of
from tests.kiosk.counter.feedback import (
    NAME,
    PHONE,
    PHOTO,
    PLACE,
    TEXT,
    events,
    feedback_config,
    hand_in,
    look,
    on_disk,
    there,
    until,
)
from tests.kiosk.counter.province import MONDAY, code_of, commune
from tests.kiosk.counter.site import live_through, officer, running, sample_config

CONFIG = feedback_config()
BASE = "/api/officer/feedback"


async def listed(console: httpx.AsyncClient, show: str = "open") -> dict[str, Any]:
    answer = await console.get(BASE, params={"show": show})
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def opened(console: httpx.AsyncClient) -> dict[str, Any]:
    """Return the first of the open ones, whole."""
    first = (await listed(console))["rows"][0]["id"]
    told: dict[str, Any] = (await console.get(f"{BASE}/{first}")).json()
    return told


async def step(
    console: httpx.AsyncClient, told: dict[str, Any], state: str, text: str = "", **changes: Any
) -> httpx.Response:
    body = {"feedback": told["line"]["id"], "seen": told["revision"], "state": state, "text": text}
    return await console.post(f"{BASE}/answer", json={**body, **changes})


async def test_an_officer_reads_and_answers_and_the_citizen_sees_it(tmp_path: Path) -> None:
    clock = SimulatedClock(MONDAY)
    async with (
        running(sample_config(tmp_path), clock) as client,
        officer(client, "1") as console,
    ):
        taken = await hand_in(client, photo=PHOTO)
        assert not taken["connected"]
        told = await opened(console)
        assert (told["text"], told["place"]) == (TEXT, PLACE)
        assert (told["name"], told["phone"], told["photo"]) == (NAME, PHONE, True)
        photo = await console.get(f"{BASE}/{told['line']['id']}/photo")
        assert photo.headers["content-type"] == "image/jpeg"
        assert photo.content[:2] == b"\xff\xd8"
        forwarded = (await step(console, told, "forwarded")).json()
        assert (await look(client, taken["code"]))["state"] == "forwarded"
        assert code_of(await step(console, told, "in_work")) == (409, "feedback.stale")
        assert code_of(await step(console, forwarded, "published")) == (409, "feedback.step")
        assert code_of(await step(console, forwarded, "done", " ")) == (409, "feedback.step")
        done = await step(console, forwarded, "done", "Đã thay đèn.")
        assert done.status_code == 200, done.text
        seen = await look(client, taken["code"])
        assert (seen["state"], seen["answer"], seen["in_time"]) == ("done", "Đã thay đèn.", True)
        assert (await listed(console))["tally"] == {
            "open": 0,
            "overdue": 0,
            "in_time": 1,
            "late": 0,
        }
    received, answered = events(tmp_path)
    assert answered == {**answered, "due": received["due"], "on": "2026-07-13"}


async def test_a_late_answer_is_counted_late(tmp_path: Path) -> None:
    clock = SimulatedClock(MONDAY)
    async with running(sample_config(tmp_path), clock) as client:
        await hand_in(client)
        clock.move(timedelta(days=4))
        async with officer(client, "1") as console:
            overdue = await listed(console, "overdue")
            assert (len(overdue["rows"]), overdue["tally"]["overdue"]) == (1, 1)
            await step(console, await opened(console), "refused", "Ngoài thẩm quyền.")
            assert (await listed(console, "closed"))["tally"]["late"] == 1
            assert (await listed(console, "closed"))["rows"][0]["in_time"] is False
    assert events(tmp_path)[1]["on"] > events(tmp_path)[1]["due"]


async def test_feedback_is_private_unless_its_citizen_agrees(tmp_path: Path) -> None:
    async with running(sample_config(tmp_path)) as client, officer(client, "1") as console:
        for request, agrees in (("r1", False), ("r2", True)):
            await hand_in(client, request, may_be_public=agrees)
            done = (await step(console, await opened(console), "done", "Đã xong.")).json()
            assert [one["state"] for one in done["steps"]] == (["published"] if agrees else [])
            published = await step(console, done, "published", "Đã xong.")
            assert (published.status_code == 200) is agrees
    assert [one["type"] for one in events(tmp_path)].count("feedback.answered") == 2


async def test_only_the_counters_that_may_read_it_do(tmp_path: Path) -> None:
    """A complaint may be about an officer of another counter."""
    config = sample_config(tmp_path, feedback=replace(CONFIG, read_at=("2",)))
    async with running(config) as client:
        await hand_in(client)
        async with officer(client, "2") as head:
            told = await opened(head)
        name = told["line"]["id"]
        async with officer(client, "1") as other:
            for path in (BASE, f"{BASE}/{name}", f"{BASE}/{name}/photo", f"{BASE}-export"):
                assert code_of(await other.get(path)) == (409, "feedback.not_ours")
            assert code_of(await step(other, told, "done", "x")) == (409, "feedback.not_ours")
        assert (await client.get(BASE)).status_code == 401, "nor who has not signed in"
        assert TEXT not in (await client.get(f"{BASE}/{name}")).text


async def test_the_export_is_a_table_that_runs_nothing(tmp_path: Path) -> None:
    async with running(sample_config(tmp_path)) as client, officer(client, "1") as console:
        await hand_in(client, text="=HYPERLINK(1)\nhai dòng", phone="+84912345678")
        answer = await console.get(f"{BASE}-export", params={"show": "open"})
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert "attachment" in answer.headers["content-disposition"]
    head, row = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    told = dict(zip(head, row, strict=True))
    assert told["Nội dung"] == "'=HYPERLINK(1)\nhai dòng"
    assert told["Điện thoại"] == "'+84912345678"
    assert told["Địa điểm"] == PLACE


async def test_what_the_province_would_not_take_is_answered_here(tmp_path: Path) -> None:
    """A category that the system knows not: an officer sees why, reads it, and keeps it."""
    strange = replace(CONFIG.categories[0], service="la")
    async with commune(tmp_path, feedback=replace(CONFIG, categories=(strange,))) as site:
        taken = await hand_in(site.client, category=strange.id)
        async with officer(site.client, "1") as console:

            async def stuck() -> bool:
                return bool((await listed(console))["rows"][0]["stuck"])

            await until(stuck, "nobody was told")
            told = await opened(console)
            assert (told["text"], told["steps"]) == (TEXT, [])
            assert code_of(await step(console, told, "done", "x")) == (409, "feedback.elsewhere")
            one = {"feedback": told["line"]["id"]}
            again = await console.post(f"{BASE}/send-again", json=one)
            assert again.status_code == 200
            await until(stuck, "nobody was told again")
            kept = (await console.post(f"{BASE}/keep-here", json=one)).json()
            twice = await console.post(f"{BASE}/keep-here", json=one)
            assert code_of(twice) == (409, "feedback.elsewhere")
            assert (kept["text"], kept["line"]["held"], kept["line"]["stuck"]) == (TEXT, "here", "")
            await step(console, kept, "done", "Đã xử lý tại xã.")
        assert (await look(site.client, taken["code"]))["answer"] == "Đã xử lý tại xã."
        assert await there(site.api) == []


async def test_a_system_whose_key_is_lost_holds_feedback_back_and_loses_none(
    tmp_path: Path,
) -> None:
    async with simulated(tmp_path / "register") as register:
        systems = systems_of(register, tmp_path)
        key = tmp_path / "api-key"
        right = key.read_text()
        key.unlink()
        config = sample_config(tmp_path / "counter", back_office=systems)
        async with running(config) as client:
            code = (await hand_in(client))["code"]
            assert (await look(client, code))["waits"]
        key.write_text(right)
        async with running(config) as client, httpx.AsyncClient(base_url=register.url) as api:

            async def arrived() -> bool:
                return len(await there(api)) == 1

            await until(arrived, "it did not arrive")


async def test_what_was_answered_long_ago_is_destroyed(tmp_path: Path) -> None:
    clock = SimulatedClock(MONDAY)
    config = sample_config(tmp_path)
    async with running(config, clock) as client, officer(client, "1") as console:
        code = (await hand_in(client, photo=PHOTO))["code"]
        await hand_in(client, "open")
        name = (await opened(console))["line"]["id"]
        await step(console, await opened(console), "done", "Đã thay đèn.")
    live_through(tmp_path, clock, CONFIG.contents_days + 1)
    async with running(config, clock) as client, officer(client, "1") as console:

        async def destroyed() -> bool:
            return not (await console.get(f"{BASE}/{name}")).json()["here"]

        await until(destroyed, "it was kept")
        gone = (await console.get(f"{BASE}/{name}")).json()
        assert (gone["text"], gone["name"], gone["photo"]) == ("", "", False)
        assert (await look(client, code))["answer"] == "Đã thay đèn."
        assert (await opened(console))["text"] == TEXT, "what is not answered stays"
    live_through(tmp_path, clock, CONFIG.keep_days)
    async with running(config, clock) as client:

        async def forgotten() -> bool:
            return (await client.post("/api/feedback/look", json={"code": code})).status_code == 404

        await until(forgotten, "it was kept")
    assert TEXT.encode() not in on_disk(tmp_path)
