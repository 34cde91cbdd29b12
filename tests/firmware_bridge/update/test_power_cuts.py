"""The power of a board fails at random moments of an update; the box stays, or dies with it."""

import asyncio
import random
from pathlib import Path

import pytest

from firmware_bridge.board import Board
from firmware_bridge.simulated import SimulatedBoard
from firmware_bridge.update.updater import Progress, Stage, update
from tests.firmware_bridge.update.releases import released

pytestmark = pytest.mark.real

LOADER = str(Path("firmware_bridge/firmware/main.py").resolve())
CUTS = 20
MOST_WAIT_S = 0.5


async def test_no_board_is_lost_to_twenty_power_cuts(tmp_path: Path) -> None:
    chance = random.Random(5)
    boots = 0
    met = set()
    async with SimulatedBoard(tmp_path / "board", arguments=(LOADER,)) as board:
        await update(str(board.path), released("1.0.0"), prove_s=0.05)
        for number in range(CUTS):
            old, new = released(f"1.0.{number}"), released(f"1.0.{number + 1}")
            cutting = Cut(board, chance)
            run = asyncio.create_task(
                update(str(board.path), new, prove_s=0.05, progress=cutting.see, within_s=60)
            )
            met.add(await cutting.done())
            if number % 2:
                run.cancel()  # the box had no power either
                await asyncio.wait((run,))
            board.give_power()
            if number % 2:
                async with Board(str(board.path), within_s=5) as there:
                    versions = [f"panel {one.manifest.version}" for one in (old, new)]
                    assert there.identity.version in versions
                run = asyncio.create_task(update(str(board.path), new, prove_s=0.05, within_s=60))
            found = await run
            assert found.version == f"panel {new.manifest.version}"
            assert found.confirmed
            assert found.boot > boots, "each start has a number of its own"
            boots = found.boot
    assert {Stage.SENDING, Stage.CONNECTING} <= met, "cut while it was sent, and while it started"


class Cut:
    """Take the power somewhere in a stage of an update."""

    def __init__(self, board: SimulatedBoard, chance: random.Random) -> None:
        self._board = board
        self._sent = chance.random()
        self._stage = chance.choice(list(Stage)[:-1])
        self._wait_s = chance.random() ** 2 * MOST_WAIT_S
        self._began = asyncio.Event()

    def see(self, one: Progress) -> None:
        far = one.sent >= self._sent * one.size
        if one.stage is self._stage and (far or one.stage is not Stage.SENDING):
            self._began.set()
        if one.stage is Stage.DONE:
            self._began.set()

    async def done(self) -> Stage:
        await self._began.wait()
        if self._stage is not Stage.SENDING:
            await asyncio.sleep(self._wait_s)
        self._board.cut_power()
        return self._stage
