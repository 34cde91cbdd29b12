"""The demo's board: the whole firmware in a process of its own, its buttons and its signs."""

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from devices.runtime.alongside import alongside
from firmware_bridge.board import Board
from provisioning.demo.board.plan import BUTTONS, LAMPS, BoardPlan, child_of
from provisioning.demo.board.seen import looked_at
from provisioning.demo.child import Child
from tests.waiting import until

pytestmark = pytest.mark.real


@contextlib.asynccontextmanager
async def standing(plan: BoardPlan, logs: Path) -> AsyncIterator[Board]:
    """Run the board's process, and meet the board once it has its firmware."""
    child = Child(child_of(plan, "box", sys.executable, dict(os.environ)), logs)
    async with alongside(child.tend(), name="board"):
        async with asyncio.timeout(60):
            await child.wait_ready()
        async with Board(str(plan.port), within_s=10) as board:
            yield board


async def test_a_new_board_gets_its_firmware_is_pressed_and_shows(tmp_path: Path) -> None:
    plan = BoardPlan(tmp_path / "board")
    async with standing(plan, tmp_path / "logs") as board:
        assert (board.identity.version, board.identity.confirmed) == ("panel 1.0.0", True)
        await until(lambda: len(looked_at(plan).lamps) == len(LAMPS), "the lamps")
        await board.ask("show", 0, 0, b"B007")
        await board.ask("lamp", 1, 1)
        await until(lambda: "B007" in looked_at(plan).panel, "the number")
        await until(lambda: looked_at(plan).lamps[LAMPS[1]], "the lamp")
        with plan.presses.open("a") as presses:
            presses.write(f"nothing\n{BUTTONS[2]}\n")
        async for event in board.events():
            if event.name == "pressed":
                assert event.values == (2,)
                break


async def test_a_board_without_power_shows_nothing(tmp_path: Path) -> None:
    seen = looked_at(BoardPlan(tmp_path / "nowhere"))
    assert (seen.panel, seen.lamps) == ((), {})
