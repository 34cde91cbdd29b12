"""What opens by itself, and when."""

import asyncio
from datetime import timedelta
from pathlib import Path

import httpx
import msgspec

from devices.contract.clock import SimulatedClock
from tests.vc.example import STARTS_AT, example_plan
from tests.vc.server import hall
from tests.vc.server.hall import act, console, hall_config, open_plan, running, state_where
from vc.server.schedule import due
from vc.state import Phase

PLAN = example_plan()
LATER = msgspec.structs.replace(PLAN, id="chieu", starts_at=STARTS_AT + timedelta(hours=1))


def test_a_conference_is_due_from_when_its_rooms_join_until_long_after_its_start() -> None:
    plans = [(PLAN, Phase.PLANNED), (LATER, Phase.PLANNED)]
    early = timedelta(seconds=PLAN.join_before_s)
    for at, found in (
        (STARTS_AT - early - timedelta(seconds=1), None),
        (STARTS_AT - early, PLAN),
        (STARTS_AT + timedelta(hours=2), LATER),
        (STARTS_AT + timedelta(hours=3), None),
    ):
        assert due(plans, at) is found
    ended = [(PLAN, Phase.ENDED), (LATER, Phase.PLANNED)]
    assert due(ended, STARTS_AT) is None
    assert due(ended, LATER.starts_at) is LATER


async def test_the_lobby_opens_by_itself_and_waits_for_the_one_before(tmp_path: Path) -> None:
    clock = SimulatedClock(STARTS_AT - timedelta(hours=9))
    config = hall_config(tmp_path, plans=(PLAN, LATER))
    async with running(config, clock=clock), console(config) as chair:
        assert (await chair.get("/api/state")).status_code == 404
        clock.move(timedelta(hours=9) - timedelta(seconds=PLAN.join_before_s))
        await state_where_open(chair, PLAN.id)
        clock.move(timedelta(hours=1))
        refused = await chair.post(f"/api/conferences/{LATER.id}/open")
        assert refused.json()["code"] == "conference.under_way"
        await act(chair, "end_meeting")
        await state_where_open(chair, LATER.id)


async def state_where_open(chair: httpx.AsyncClient, conference: str) -> None:
    async with asyncio.timeout(10):
        while True:
            answer = await chair.get("/api/state")
            if answer.status_code == 200 and answer.json()["plan"]["id"] == conference:
                return
            await asyncio.sleep(0.05)


async def test_a_plan_under_way_changes_in_words_and_not_in_sites(tmp_path: Path) -> None:
    config, held = hall_config(tmp_path), hall.PLAN
    async with running(config), console(config, "operator") as operator:
        await open_plan(operator)
        renamed = msgspec.structs.replace(held, title="Hội nghị giao ban (mở rộng)")
        fewer = msgspec.structs.replace(held, sites=held.sites[:5])
        broken = msgspec.structs.replace(held, centre="nowhere")
        for plan, status, code in (
            (renamed, 200, ""),
            (fewer, 409, "conference.fixed_plan"),
            (broken, 409, "conference.bad_plan"),
        ):
            body = msgspec.json.encode(plan)
            answer = await operator.put(
                f"/api/conferences/{PLAN.id}",
                content=body,
                headers={"Content-Type": "application/json"},
            )
            assert (answer.status_code, answer.json().get("code", "")) == (status, code)
        await state_where(operator, lambda now: now.plan == renamed, "the new title")
        other = await operator.put(
            "/api/conferences/other",
            content=msgspec.json.encode(renamed),
            headers={"Content-Type": "application/json"},
        )
        assert other.status_code == 400
        await act(operator, "end_meeting")
        again = await operator.post(f"/api/conferences/{PLAN.id}/open")
        assert again.json()["code"] == "conference.ended"
