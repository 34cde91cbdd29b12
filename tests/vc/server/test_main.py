"""The whole conference server over HTTP, with the engine's twin."""

from pathlib import Path

import msgspec

from tests.vc.server.hall import (
    PLAN,
    act,
    console,
    done,
    hall_config,
    open_plan,
    running,
    state_of,
)
from vc.state import Phase


async def test_an_operator_opens_a_conference_and_the_chair_runs_it(tmp_path: Path) -> None:
    config = hall_config(tmp_path)
    async with running(config), console(config, "operator") as operator, console(config) as chair:
        rows = (await operator.get("/api/conferences")).json()
        assert [(row["id"], row["phase"], row["is_open"]) for row in rows] == [
            (PLAN.id, "planned", False)
        ]
        assert (await chair.get("/api/state")).status_code == 404
        await open_plan(operator)
        await open_plan(operator)
        assert (await state_of(chair)).phase is Phase.LOBBY
        await done(chair, "start_meeting")
        assert (await state_of(operator)).phase is Phase.LIVE
        refused = await act(operator, "open_ballot", ballot="b1", question="Thông qua?")
        assert (refused.status_code, refused.json()["code"]) == (403, "conference.may_not")
        plan = (await chair.get(f"/api/conferences/{PLAN.id}")).content
        assert msgspec.json.decode(plan, type=type(PLAN)) == PLAN


async def test_what_was_told_is_still_true_after_a_restart(tmp_path: Path) -> None:
    config = hall_config(tmp_path)
    async with running(config), console(config) as chair:
        await open_plan(chair)
        await done(chair, "start_meeting")
        await done(chair, "set_item", item="bao-cao")
        before = await state_of(chair)
    async with running(config), console(config) as chair:
        assert await state_of(chair) == before
