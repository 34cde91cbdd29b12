"""Recording follows the state: tapped, chaptered, stopped, gone on with; trouble is told."""

import asyncio
import contextlib
import io
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import av
import httpx
import odfdo

from devices.contract.clock import SimulatedClock
from tests.vc.example import STARTS_AT
from tests.vc.server.hall import (
    OFFER,
    PLAN,
    SDP,
    console,
    done,
    hall_config,
    open_plan,
    running,
    state_where,
)
from tests.vc.server.held_part import hold_up, let_go
from tests.vc.server.tape import tape
from tests.waiting import until
from vc.engine.port import Direction, MediaPacket
from vc.engine.simulated import SimulatedEngine
from vc.server.record.shelf import Card, Shelf

TAPE = tape(400)
LONG_AGO = datetime(2026, 1, 5, tzinfo=UTC)


@contextlib.asynccontextmanager
async def playing(engine: SimulatedEngine, media: list[MediaPacket]) -> AsyncIterator[None]:
    """Send media while it is tapped, as the engine does."""

    async def play() -> None:
        for packet in media:
            while engine.tapped is None:
                await asyncio.sleep(0.01)
            engine.tell(packet)
            await asyncio.sleep(0.001)

    task = asyncio.create_task(play())
    try:
        yield
    finally:
        task.cancel()


async def rows(chair: httpx.AsyncClient) -> list[dict[str, Any]]:
    answer = await chair.get("/api/recordings")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()
    return found


async def row_where(chair: httpx.AsyncClient, holds: Any) -> dict[str, Any]:
    async with asyncio.timeout(30):
        while not (found := await rows(chair)) or not holds(found[0]):
            await asyncio.sleep(0.05)
    return found[0]


async def test_a_meeting_is_recorded_with_chapters_and_played_back_in_ranges(
    tmp_path: Path,
) -> None:
    config, engine = hall_config(tmp_path), SimulatedEngine()
    async with running(config, engine), console(config) as chair, playing(engine, TAPE):
        await open_plan(chair)
        await done(chair, "start_meeting")
        await done(chair, "set_recording", on=True)
        await row_where(chair, lambda row: row["lasts_s"] > 2)
        await come_in(chair, "dong-ha")
        await done(chair, "give_floor", member="dong-ha")
        await row_where(chair, lambda row: row["lasts_s"] > 5)
        await done(chair, "take_floor")
        await row_where(chair, lambda row: row["lasts_s"] > 8)
        await done(chair, "set_recording", on=False)
        row = await row_where(chair, lambda row: not row["under_way"] and row["chapters"])
        titles = [chapter["title"] for chapter in row["chapters"]]
        assert titles == [PLAN.title, "Thành phố Đông Hà", PLAN.title]
        assert engine.tapped is None
        for kind in ("mkv", "mp4"):
            whole = await chair.get(f"/recordings/{row['id']}.{kind}")
            with av.open(io.BytesIO(whole.content), "r") as played:
                assert len(list(played.decode(video=0))) > 8 * 25
            for asked, status, part in (
                ("bytes=0-99", 206, whole.content[:100]),
                ("bytes=100-", 206, whole.content[100:]),
                ("bytes=-50", 206, whole.content[-50:]),
                (f"bytes={len(whole.content)}-", 416, b""),
                ("bytes=9-1", 416, b""),
                ("lines=1-2", 200, whole.content),
            ):
                answer = await chair.get(
                    f"/recordings/{row['id']}.{kind}", headers={"Range": asked}
                )
                assert (answer.status_code, answer.content) == (status, part), asked
        for name in (f"{row['id']}.json", "nothing.mkv", "..%2Fconference.sqlite"):
            assert (await chair.get(f"/recordings/{name}")).status_code == 404


async def test_a_recording_goes_on_after_a_restart(tmp_path: Path) -> None:
    config = hall_config(tmp_path)
    engine = SimulatedEngine()
    async with running(config, engine), console(config) as chair, playing(engine, TAPE):
        await open_plan(chair)
        await done(chair, "start_meeting")
        await done(chair, "set_recording", on=True)
        await row_where(chair, lambda row: row["lasts_s"] > 2)
    engine = SimulatedEngine()
    async with running(config, engine), console(config) as chair, playing(engine, TAPE):
        await row_where(chair, lambda row: row["parts"] == 2 and row["lasts_s"] > 2)
        await done(chair, "end_meeting")
        row = await row_where(chair, lambda row: not row["under_way"] and row["chapters"])
        assert (row["parts"], len(await rows(chair))) == (2, 1)
        assert row["lasts_s"] > 4


async def test_a_recording_has_keyframes_to_jump_to(tmp_path: Path) -> None:
    config, engine = hall_config(tmp_path), SimulatedEngine()
    clock = SimulatedClock(STARTS_AT)
    async with running(config, engine, clock), console(config) as chair:
        await open_plan(chair)
        await done(chair, "start_meeting")
        await done(chair, "set_recording", on=True)
        await until(lambda: engine.taps == 1, "the tap")
        await come_in(chair, "dong-ha")
        await done(chair, "give_floor", member="dong-ha")
        await until(lambda: engine.taps == 2, "a keyframe where the chapter begins")
        clock.move(timedelta(seconds=9))
        await done(chair, "set_item", item="khai-mac")
        await until(lambda: "Khai mạc" in engine.views[0].caption, "the item in the picture")
        assert engine.taps == 2
        clock.move(timedelta(seconds=1))
        await done(chair, "set_item", item="bao-cao")
        await until(lambda: engine.taps == 3, "a keyframe after ten seconds")


async def test_a_meeting_is_recorded_while_what_an_earlier_crash_left_is_joined(
    tmp_path: Path,
) -> None:
    config, engine = hall_config(tmp_path), SimulatedEngine()
    shelf = Shelf(tmp_path / "recordings")
    shelf.keep(Card(id="cu", conference="cu", title="Cũ", started_at=LONG_AGO))
    held = hold_up(shelf.folder("cu"))
    async with running(config, engine), console(config) as chair, playing(engine, TAPE):
        await open_plan(chair)
        await done(chair, "start_meeting")
        await done(chair, "set_recording", on=True)
        await row_where(chair, lambda row: row["under_way"] and row["lasts_s"] > 2)
        await let_go(held)


async def test_the_minutes_say_what_happened(tmp_path: Path) -> None:
    config = hall_config(tmp_path)
    async with running(config), console(config) as chair:
        assert (await chair.get("/api/minutes.odt")).status_code == 404
        await open_plan(chair)
        await done(chair, "start_meeting")
        await done(chair, "check_in", delegate="dong-ha-1")
        await done(chair, "end_meeting")
        odt = await chair.get("/api/minutes.odt", params={"conference": PLAN.id})
        text = odfdo.Document(io.BytesIO(odt.content)).get_formatted_text()
        assert PLAN.title in text
        assert "Đại biểu 1 Thành phố Đông Hà" in text
        pdf = await chair.get("/api/minutes.pdf")
        assert pdf.content.startswith(b"%PDF-")
        assert (await chair.get("/api/minutes.odt?conference=other")).status_code == 404


async def come_in(chair: httpx.AsyncClient, member: str) -> None:
    """Join as an official at a laptop for a site."""
    made = (await chair.post("/api/links", json={"name": "x", "member": member})).json()
    body = {"code": made["url"].rpartition("/")[2], "pin": made["pin"], "name": "x"}
    async with httpx.AsyncClient(base_url=chair.base_url) as laptop:
        joined = (await laptop.post("/api/join", json=body)).json()
        headers = SDP | {"Authorization": f"Bearer {joined[Direction.PUBLISH]}"}
        answer = await laptop.post(f"/whip/{PLAN.id}", content=OFFER, headers=headers)
        assert answer.status_code == 201
    await state_where(
        chair, lambda now: any(x.id == member and x.connected for x in now.members), "inside"
    )
