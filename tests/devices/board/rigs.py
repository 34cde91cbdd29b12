"""A board and its world: the twin in this process, and the real firmware under MicroPython."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from devices.board.port import ControlBoard
from devices.board.serial import SerialBoardConfig
from devices.board.simulated import SimulatedBoard, SimulatedBoardConfig
from firmware_bridge.simulated import SimulatedBoard as FirmwareBoard

BUTTONS, LAMPS = ("call-1", "call-2"), ("red", "green")


@dataclass(frozen=True, slots=True)
class Rig:
    """A board not opened yet, hands to act on it, and eyes."""

    board: ControlBoard
    press: Callable[[int], None]
    switch: Callable[[int, int], None]
    paper: Callable[[int], None]
    unplug: Callable[[], None]
    plug: Callable[[], None]
    line: Callable[[int], str]
    glows: Callable[[int], bool]
    has_power: Callable[[], bool]


@asynccontextmanager
async def twin(folder: Path) -> AsyncIterator[Rig]:
    config = SimulatedBoardConfig(folder=str(folder), buttons=BUTTONS, lamps=LAMPS)
    far = SimulatedBoard(config)
    yield Rig(
        board=ControlBoard(config, far),
        press=far.press,
        switch=far.set_switch,
        paper=far.set_paper,
        unplug=far.unplug,
        plug=far.plug,
        line=lambda line: far.panel[line],
        glows=lambda lamp: far.lit[lamp],
        has_power=lambda: far.box_power,
    )
    far.cut_power()


@asynccontextmanager
async def firmware(folder: Path) -> AsyncIterator[Rig]:
    async with FirmwareBoard(folder) as far:
        config = SerialBoardConfig(path=str(far.path), buttons=BUTTONS, lamps=LAMPS)
        yield Rig(
            board=config.build(),
            press=far.press,
            switch=far.switch,
            paper=far.paper,
            unplug=far.unplug,
            plug=far.plug,
            line=lambda line: far.panel.get(line, ""),
            glows=lambda lamp: far.lamps.get(lamp, False),
            has_power=lambda: far.box_power,
        )
    assert far.errors == ""


BOTH = [
    pytest.param(twin, id="twin"),
    pytest.param(firmware, id="firmware", marks=pytest.mark.real),
]
MakeRig = Callable[[Path], "AsyncIterator[Rig]"]
