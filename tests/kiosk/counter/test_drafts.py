"""Drafts: once, whole, only for those who serve their number, and gone at every end."""

import asyncio
import contextlib
import re
import sqlite3
from datetime import timedelta
from pathlib import Path

import httpx
import msgspec
import pytest

from devices.chip import telling
from devices.contract.clock import SimulatedClock
from devices.scanner import cccd
from kiosk.counter.drafts.bodies import AcceptedRow
from kiosk.counter.drafts.room import FOLDER
from kiosk.counter.main import DATABASE
from kiosk.counter.store import Store
from tests.kiosk.counter.drafting import (
    drafts_config,
    handed_over,
    in_memory,
    key_of,
    listed,
    new_request,
    put,
    query,
    sealed,
    the_one,
)
from tests.kiosk.counter.province import MONDAY, Commune, code_of, commune
from tests.kiosk.counter.site import officer, running, sample_config, wish
from tests.kiosk.sealed.parcels import MARKS, NAME, NUMBER, PDFS, PREPARED


def parcels(folder: Path) -> list[Path]:
    """Return what lies in the drafts' folder."""
    return sorted((folder / FOLDER).iterdir()) if (folder / FOLDER).is_dir() else []


def told(folder: Path) -> list[dict[str, object]]:
    """Return the journal's events of drafts, once the counter server has ended."""
    with Store(folder / DATABASE) as store:
        entries = store.journal.pending(0, 10_000)
        events = [msgspec.json.decode(entry.event) for entry in entries]
    return [event for event in events if str(event["type"]).startswith("draft.")]


async def accept(console: httpx.AsyncClient, *, by_hand: bool = False) -> httpx.Response:
    draft = await the_one(console)
    return await console.post(
        "/api/officer/drafts/accept", json={"draft": draft.id, "by_hand": by_hand}
    )


async def until_sent(console: httpx.AsyncClient, count: int = 1) -> tuple[AcceptedRow, ...]:
    async with asyncio.timeout(30):
        while True:
            rows = (await listed(console)).accepted
            if len(rows) == count and all(row.code for row in rows):
                return rows
            await asyncio.sleep(0.05)


async def test_an_accepted_draft_becomes_one_dossier_and_its_number_leads_to_the_code(
    tmp_path: Path,
) -> None:
    """DOS-3: the kiosk gives a TAM- number, the system the official one; the link is kept."""
    with in_memory() as memory:
        async with (
            commune(tmp_path, drafts=drafts_config(memory)) as place,
            officer(place.client, "1") as console,
        ):
            taken = await handed_over(place.client)
            assert taken.local_code.startswith("TAM-KIOSK1-")
            assert taken.sent_on
            waiting = await the_one(console)
            assert (waiting.number, waiting.name) == (taken.ticket.number, "L* T** D** R****")
            opened = (await console.get(f"/api/officer/drafts/{waiting.id}")).json()
            assert (opened["name"], opened["number"]) == (NAME, NUMBER)
            assert (await accept(console)).status_code == 200
            (row,) = await until_sent(console)
            assert (row.local_code, row.by_hand) == (taken.local_code, False)
            looked = await place.client.get("/api/dossiers", params={"code": taken.local_code})
            assert looked.json()["code"] == row.code
            assert parcels(tmp_path / "counter") == []
            again = await console.get(f"/api/officer/drafts/{waiting.id}")
            assert code_of(again) == (409, "draft.gone")
    types = [event["type"] for event in told(tmp_path / "counter")]
    assert types == ["draft.received", "draft.opened", "draft.accepted"]


async def test_whoever_looks_into_a_draft_leaves_a_trace_with_nothing_of_a_person(
    tmp_path: Path,
) -> None:
    clock = SimulatedClock(MONDAY)
    with in_memory() as memory:
        async with (
            running(sample_config(tmp_path, drafts=drafts_config(memory)), clock) as client,
            officer(client, "1") as console,
            officer(client, "2") as other,
            officer(client, "3") as stranger,
        ):
            taken = await handed_over(client, service="chung-thuc")
            path = f"/api/officer/drafts/{(await the_one(console)).id}"
            for browser, page, status in (
                (console, path, 200),
                (console, path, 200),
                (console, f"{path}/papers/0/pages/1", 200),
                (other, f"{path}/papers/0/pages/1", 200),
                (stranger, path, 409),
            ):
                answer = await browser.get(page)
                assert answer.status_code == status, answer.text
            clock.move(timedelta(minutes=2))
            await console.get(path)
    looks = [event for event in told(tmp_path) if event["type"] == "draft.opened"]
    assert [event["counter"] for event in looks] == ["1", "2", "1"]
    assert {event["draft"] for event in looks} == {taken.local_code}
    assert NAME not in str(looks)
    assert NUMBER not in str(looks)


async def test_the_same_request_is_one_draft_and_one_number_however_often(tmp_path: Path) -> None:
    with in_memory() as memory:
        async with running(sample_config(tmp_path, drafts=drafts_config(memory))) as client:
            request, key = new_request(), await key_of(client)
            answers = await asyncio.gather(*(put(client, request, key) for _ in range(4)))
            answers.append(await put(client, request, key))
            found = {answer.json()["local_code"] for answer in answers}
            assert len(found) == 1, [answer.text for answer in answers]
            assert len({answer.json()["ticket"]["number"] for answer in answers}) == 1
            assert len(parcels(tmp_path)) == 1
            other = await handed_over(client)
            assert other.local_code not in found


async def test_a_draft_joins_the_number_that_the_citizen_has(tmp_path: Path) -> None:
    with in_memory() as memory:
        async with (
            running(sample_config(tmp_path, drafts=drafts_config(memory))) as client,
            officer(client, "1") as console,
        ):
            ticket = (await client.post("/api/tickets", json=wish("r1"))).json()
            for named in (ticket["number"], ticket["code"]):
                taken = await handed_over(client, ticket=named)
                assert (taken.joined, taken.ticket.number) == (True, ticket["number"])
            assert code_of(await put(client, new_request(), ticket="Z999")) == (404, "not_found")
            called = (await console.post("/api/officer/next", json={"current": ""})).json()
            assert all(one.here for one in (await listed(console)).waiting)
            await console.post("/api/officer/finish", json={"current": called["current"]["id"]})
            refused = await put(client, new_request(), ticket=ticket["number"])
            assert code_of(refused) == (409, "draft.ticket_over")
            assert len(parcels(tmp_path)) == 2


async def test_what_is_not_whole_leaves_nothing_behind(tmp_path: Path) -> None:
    """Another key, a changed byte, a cut line, too much: no draft, no number, no file."""
    with in_memory() as memory:
        config = sample_config(tmp_path, drafts=drafts_config(memory, most_mb=1))
        async with running(config) as client:
            request, key = new_request(), await key_of(client)
            whole = sealed(key, request)
            changed = bytearray(whole)
            changed[-5] ^= 1
            path, asked = f"/api/drafts/{request}", query(key)
            for content, code in (
                (bytes(changed), "draft.unreadable"),
                (whole[:-9], "draft.no_parcel"),
                (sealed(key, new_request()), "draft.unreadable"),
                (b"", "draft.no_parcel"),
                (b"x" * 2**21, "draft.too_large"),
            ):
                answer = await client.put(path, params=asked, content=content)
                assert answer.json()["code"] == code, answer.text
            stale = msgspec.structs.replace(key, key_id="0" * 16)
            assert code_of(await put(client, request, stale)) == (409, "draft.key_changed")
            await cut_in_the_middle(config.http.port, f"{path}?{httpx.QueryParams(asked)}", whole)
            async with asyncio.timeout(10):
                while parcels(tmp_path):
                    await asyncio.sleep(0.02)
            site = (await client.get("/api/site")).json()
            assert sum(service["waiting"] for service in site["services"]) == 0
            assert (await put(client, request, key)).status_code == 200  # the control
    assert [event["type"] for event in told(tmp_path)] == ["draft.received"]


async def cut_in_the_middle(port: int, path: str, content: bytes) -> None:
    """Send half of a parcel, and hang up."""
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    head = f"PUT {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(content)}\r\n\r\n"
    writer.write(head.encode() + content[: len(content) // 2])
    await writer.drain()
    writer.close()
    await writer.wait_closed()


async def test_a_draft_whose_time_is_over_is_destroyed(tmp_path: Path) -> None:
    """PRI-3."""
    clock = SimulatedClock(MONDAY)
    with in_memory() as memory:
        config = sample_config(tmp_path, drafts=drafts_config(memory, keep_min=30))
        async with running(config, clock) as client, officer(client, "1") as console:
            taken = await handed_over(client)
            assert taken.expires_at == MONDAY + timedelta(minutes=30)
            draft = await the_one(console)
            clock.move(timedelta(minutes=30))
            for path in ("", "/papers/0", "/papers/0/pages/1"):
                answer = await console.get(f"/api/officer/drafts/{draft.id}{path}")
                assert code_of(answer) == (409, "draft.gone")
            async with asyncio.timeout(10):
                while parcels(tmp_path):
                    await asyncio.sleep(0.02)
    assert [event["type"] for event in told(tmp_path)] == ["draft.received", "draft.expired"]


async def test_by_default_a_draft_is_kept_to_the_end_of_the_local_day(tmp_path: Path) -> None:
    with in_memory() as memory:
        config = sample_config(tmp_path, drafts=drafts_config(memory))
        async with running(config, SimulatedClock(MONDAY)) as client:
            key = await key_of(client)
            assert key.keeps_until == MONDAY.replace(hour=0) + timedelta(days=1)
            assert not key.sent_on


async def test_only_the_counters_that_serve_its_number_see_a_draft(tmp_path: Path) -> None:
    with in_memory() as memory:
        async with (
            running(sample_config(tmp_path, drafts=drafts_config(memory))) as client,
            officer(client, "1") as ours,
            officer(client, "2") as other,
        ):
            taken = await handed_over(client)
            draft = await the_one(ours)
            assert (await listed(other)).waiting == ()
            for path in ("", "/papers/0", "/papers/0/pages/1"):
                answer = await other.get(f"/api/officer/drafts/{draft.id}{path}")
                assert code_of(answer) == (409, "counter.not_ours")
            body = {"draft": draft.id, "reason": "not_needed"}
            assert (await other.post("/api/officer/drafts/drop", json=body)).status_code == 409
            moved = {"ticket": taken.ticket.id, "service": "dat-dai"}
            answer = await ours.post("/api/officer/transfer", json=moved)
            assert answer.status_code == 200, answer.text
            assert (await listed(ours)).waiting == ()
            assert (await the_one(other)).number == taken.ticket.number
            nobody = await client.get("/api/officer/drafts")
            assert nobody.json()["code"] == "not_signed_in"


async def test_a_dropped_draft_is_destroyed_with_its_reason(tmp_path: Path) -> None:
    with in_memory() as memory:
        async with (
            running(sample_config(tmp_path, drafts=drafts_config(memory))) as client,
            officer(client, "1") as console,
        ):
            await handed_over(client)
            draft = await the_one(console)
            body = {"draft": draft.id, "reason": "unreadable"}
            answer = await console.post("/api/officer/drafts/drop", json=body)
            assert answer.status_code == 404  # not an officer's reason
            body["reason"] = "wrong_papers"
            answer = await console.post("/api/officer/drafts/drop", json=body)
            assert answer.json()["waiting"] == []
            assert parcels(tmp_path) == []
            answer = await console.post("/api/officer/drafts/drop", json=body)
            assert code_of(answer) == (409, "draft.gone")
    assert [event.get("reason") for event in told(tmp_path)] == [None, "wrong_papers"]


async def test_without_a_system_a_draft_is_taken_by_hand_and_only_knowingly(
    tmp_path: Path,
) -> None:
    with in_memory() as memory:
        async with (
            running(sample_config(tmp_path, drafts=drafts_config(memory))) as client,
            officer(client, "1") as console,
        ):
            assert not (await handed_over(client)).sent_on
            assert not (await listed(console)).sent_on
            assert code_of(await accept(console)) == (409, "draft.not_by_hand")
            assert (await accept(console, by_hand=True)).status_code == 200
            (row,) = (await listed(console)).accepted
            assert (row.by_hand, row.code, row.problem) == (True, "", "")
            assert parcels(tmp_path) == []


async def test_a_withdrawn_draft_is_not_there_whether_it_had_come_or_not(tmp_path: Path) -> None:
    with in_memory() as memory:
        async with (
            running(sample_config(tmp_path, drafts=drafts_config(memory))) as client,
            officer(client, "1") as console,
        ):
            body = {"kiosk": "kiosk-1"}
            for come in (True, False):
                request = new_request()
                if come:
                    await handed_over(client, request)
                answer = await client.post(f"/api/drafts/{request}/withdraw", json=body)
                assert answer.status_code == 200, answer.text
                assert parcels(tmp_path) == []
                assert (await listed(console)).waiting == ()
                assert code_of(await put(client, request)) == (409, "draft.gone")
                assert parcels(tmp_path) == []
            site = (await client.get("/api/site")).json()
            assert sum(service["waiting"] for service in site["services"]) == 0
            assert (await client.get("/api/kiosks/kiosk-1/unprinted")).json() == []


async def test_a_number_the_citizen_had_already_outlives_a_withdrawn_draft(tmp_path: Path) -> None:
    with in_memory() as memory:
        async with running(sample_config(tmp_path, drafts=drafts_config(memory))) as client:
            ticket = (await client.post("/api/tickets", json=wish("r1"))).json()
            request = new_request()
            await handed_over(client, request, ticket=ticket["number"])
            await client.post(f"/api/drafts/{request}/withdraw", json={"kiosk": "kiosk-1"})
            after = (await client.get(f"/api/tickets/{ticket['id']}")).json()
            assert after["state"] == "waiting"


async def test_a_draft_whose_parcel_is_lost_is_counted_and_hides_no_other(tmp_path: Path) -> None:
    with in_memory() as memory:
        async with (
            running(sample_config(tmp_path, drafts=drafts_config(memory))) as client,
            officer(client, "1") as console,
        ):
            await handed_over(client)
            (lost,) = parcels(tmp_path)
            other = await handed_over(client)
            lost.unlink()
            told_ = await listed(console)
            assert [one.local_code for one in told_.waiting] == [other.local_code]
            assert (await listed(console)).unreadable == 1
    assert [event.get("reason") for event in told(tmp_path)] == [None, None, "unreadable"]


async def test_a_restart_keeps_drafts_and_a_power_loss_makes_them_unreadable(
    tmp_path: Path,
) -> None:
    """PRI-2, PRI-3: the opening key is in memory; what it cannot open is dropped and counted."""
    with in_memory() as memory, in_memory() as after_power_loss:
        config = sample_config(tmp_path, drafts=drafts_config(memory))
        async with running(config) as client:
            before = await key_of(client)
            await handed_over(client)
        async with running(config) as client, officer(client, "1") as console:
            assert (await key_of(client)).key_id == before.key_id
            assert (await the_one(console)).name
        lost = msgspec.structs.replace(config, drafts=drafts_config(after_power_loss))
        async with running(lost) as client, officer(client, "1") as console:
            assert parcels(tmp_path) == []
            told_ = await listed(console)
            assert (told_.waiting, told_.unreadable) == ((), 1)
            assert code_of(await put(client, new_request(), before)) == (409, "draft.key_changed")
            assert (await handed_over(client)).local_code.endswith("-0002")


async def test_a_key_is_never_put_on_a_disk(tmp_path: Path) -> None:
    config = sample_config(tmp_path, drafts=drafts_config(tmp_path / "key"))
    async with running(config) as client:
        await handed_over(client)
        assert list((tmp_path / "key").iterdir()) == []


async def test_nothing_accepted_is_lost_or_doubled_whatever_the_system_does(
    tmp_path: Path,
) -> None:
    """500s, cut and lost answers, a token that ended, slow answers."""
    with in_memory() as memory:
        async with (
            commune(tmp_path, drafts=drafts_config(memory)) as place,
            officer(place.client, "1") as console,
        ):
            taken = set()
            for fault in ("broken", "cut", "lost", "token", "slow"):
                trouble(place, fault)
                taken.add((await handed_over(place.client)).local_code)
                answer = await accept(console)
                assert answer.status_code == 200, answer.text
                row = (await listed(console)).accepted[0]
                assert row.code == "", "no code is told that nobody gave"
            place.faults.slow_s = 0.0
            rows = await until_sent(console, len(taken))
            assert {row.local_code for row in rows} == taken
            there = dossiers(tmp_path / "register")
            assert sorted(there) == sorted((row.code, row.local_code) for row in rows)


def trouble(place: Commune, fault: str) -> None:
    place.faults.only = "/api/one-stop"
    if fault == "slow":
        place.faults.slow_s = 1.5
    elif fault == "token":
        place.register.expire_tokens()
    else:
        setattr(place.faults, fault, 2)


def dossiers(folder: Path) -> list[tuple[str, str]]:
    """Return every dossier the register has: its code, and the kiosk's own number."""
    with contextlib.closing(sqlite3.connect(folder / "register.sqlite")) as db:
        return db.execute("SELECT code, local_code FROM dossiers").fetchall()


async def test_wrong_credentials_keep_what_was_accepted_and_are_told(tmp_path: Path) -> None:
    with in_memory() as memory:
        async with (
            commune(tmp_path, drafts=drafts_config(memory), secret="wrong") as place,
            officer(place.client, "1") as console,
        ):
            await handed_over(place.client)
            await accept(console)
            async with asyncio.timeout(20):
                while not (row := (await listed(console)).accepted[0]).problem:
                    await asyncio.sleep(0.05)
            assert (row.problem, row.code) == ("backoffice.token_refused", "")
            assert dossiers(tmp_path / "register") == []


def found(folder: Path) -> set[bytes]:
    """Return the marks that stand in any file, raw."""
    files = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    return {mark for mark in MARKS if any(mark in data for data in files)}


async def test_nothing_of_a_citizen_is_in_the_clear_on_disk_or_in_logs(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Neither while a draft waits, nor while it is on its way, nor after any end."""
    counter = tmp_path / "counter"
    with in_memory() as memory:
        async with (
            commune(tmp_path, drafts=drafts_config(memory)) as place,
            officer(place.client, "1") as console,
        ):
            place.faults.only = "/api/one-stop"
            place.faults.broken = 1000
            for ended in ("accept", "drop", "waits"):
                await handed_over(place.client)
                draft = await the_one(console)
                await console.get(f"/api/officer/drafts/{draft.id}/papers/0/pages/1")
                body = {"draft": draft.id}
                if ended == "drop":
                    body["reason"] = "not_needed"
                if ended != "waits":
                    answer = await console.post(f"/api/officer/drafts/{ended}", json=body)
                    assert answer.status_code == 200, answer.text
                assert found(counter) == set()
            assert len(parcels(counter)) == 1
            assert found(memory) == set()
            place.faults.broken = 0
            await until_sent(console)
            assert found(counter) == set()
        logged = capfd.readouterr()
        text = (logged.out + logged.err).encode()
        assert not [mark for mark in MARKS if mark in text]
        (counter / FOLDER / "unsealed").write_bytes(msgspec.msgpack.encode(PREPARED) + PDFS[0])
        assert found(counter) == set(MARKS)  # the control: unsealed, all of it is found


def test_every_warning_of_a_card_has_words_for_the_officer() -> None:
    """ID-10: the officer is warned in his language, by the QR's and the chip's codes alike."""
    page = Path("kiosk/counter/static/drafts.js").read_text(encoding="utf-8")
    written = [set(re.findall(r"(\w+): \"", said)) for said in re.findall(r"said: {(.*?)}", page)]
    codes = {
        code
        for room in (cccd, telling)
        for name, code in vars(room).items()
        if name.isupper() and not name.startswith("_") and isinstance(code, str)
    }
    assert written == [codes, codes]
    assert cccd.SEX_MISMATCH in codes
