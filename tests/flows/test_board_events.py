"""Ten thousand events of a board while the province is away: none is lost, none is doubled.

A board whose buttons are pressed by themselves runs the real firmware; the box's device process,
its broker, the line and the controller are the real ones too.
"""

import asyncio
import contextlib
import json
import sqlite3
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from devices.board.serial import SerialBoardConfig
from devices.config import DevicesConfig
from devices.contract.config import parse_toml
from devices.contract.identity import DEVICES
from devices.contract.toml import as_toml
from firmware_bridge.simulated import SimulatedBoard
from provisioning.demo.plan import Plan
from provisioning.demo.sample import BOX_A
from tests.flows.province import whole_province
from tests.waiting import until

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]

EVENTS = 10_000
NEEDED = {"province.broker", "province.controller", f"{BOX_A}.broker", f"{BOX_A}.devices"}
PATIENCE_S = 90.0

# The real firmware; only its buttons go up and down by themselves, for as long as there is room.
PRESSED_BY_ITSELF = f"""
from firmware_bridge.firmware import boot, contacts, events, files, io_unix
contacts.PRESS_MS = 0
rings = []
class Ring(events.EventRing):
    def __init__(self, boot):
        super().__init__(boot)
        rings.append(self)
        self.put_so_far = 0
    def put(self, *words):
        super().put(*words)
        self.put_so_far += 1
events.EventRing = Ring
def button(io, which):
    if not rings or len(rings[0]) > 200 or rings[0].put_so_far >= {EVENTS}:
        return 0
    io._down[which] = 1 - io._down[which]
    return io._down[which]
io_unix.UnixIo.button = button
from firmware_bridge.firmware import app
app.TURN_MS = 2
app.run(boot.Boot(number=files.next_boot('')))
"""


def board_fitted(plan: Plan, board: SimulatedBoard) -> Plan:
    """Return the plan of one box with this board, its brokers, and the controller."""
    path = next(path for path in plan.files if path.parts[-2:] == (BOX_A, "devices.toml"))
    config = parse_toml(plan.files[path], DevicesConfig)
    fitted = msgspec.structs.replace(config, board=SerialBoardConfig(path=str(board.path)))
    layers = [
        replace(layer, children=tuple(one for one in layer.children if one.name in NEEDED))
        for layer in plan.layers
    ]
    return replace(
        plan,
        layers=tuple(layer for layer in layers if layer.children),
        files={**plan.files, path: as_toml(fitted)},
    )


def kept(book: Path) -> int:
    """Return how many events the box has ever put on its disk, read beside their owner."""
    with contextlib.closing(sqlite3.connect(f"file:{book}?mode=ro", uri=True)) as opened:
        found = opened.execute("SELECT seq FROM sqlite_sequence WHERE name = 'journal'").fetchone()
    return int(found[0]) if found else 0


def faults(told: list[dict[str, Any]], expected: int) -> list[str]:
    """Return what is wrong with a board's events as they are stored."""
    ids = [event["event"] for event in told]
    wrong = [] if ids == list(range(1, expected + 1)) else [f"{len(set(ids))} of {expected}"]
    boots = {(event["board"], event["boot"]) for event in told}
    return wrong + ([] if len(boots) == 1 else [f"of {len(boots)} boots"])


@dataclass(frozen=True)
class Carried:
    """What came of it: the events as the province stored them, how many there were, and times."""

    told: list[dict[str, Any]]
    expected: int
    to_disk_s: float
    to_province_s: float


async def carried(folder: Path) -> Carried:
    """Have a board tell its events while the line is cut, the device process killed amid it."""
    loop = asyncio.get_running_loop()
    board = SimulatedBoard(folder / "board", arguments=("-c", PRESSED_BY_ITSELF))
    book = folder / BOX_A / "state" / "board-events.sqlite"
    async with whole_province(folder, changed=lambda plan: board_fitted(plan, board)) as site:
        site.province.lines[BOX_A].cut()
        begun = loop.time()
        async with board:
            await until(book.exists, "the board is met", within_s=PATIENCE_S)
            await until(lambda: kept(book) > EVENTS // 3, "a third", within_s=PATIENCE_S)
            await site.kill(f"{BOX_A}.devices")
            await until(lambda: kept(book) >= EVENTS, "all of them", within_s=PATIENCE_S)
        expected, on_disk = kept(book), loop.time()
        site.province.lines[BOX_A].mend()
        mended = loop.time()
        stored = await site.stored_events()
        async with asyncio.timeout(PATIENCE_S):
            while len(stored) < expected:
                stored = await site.stored_events()
        there = loop.time()
    told = [json.loads(event["body"]) for event in stored if event["part"] == DEVICES]
    return Carried(told, expected, on_disk - begun, there - mended)


async def test_ten_thousand_events_through_a_cut_line_and_a_killed_process(tmp_path: Path) -> None:
    found = await carried(tmp_path)
    assert found.expected >= EVENTS
    assert not faults(found.told, found.expected)
    assert {event["type"] for event in found.told} == {"board.button_pressed", "board.restarted"}


def test_the_check_sees_what_is_lost_doubled_or_out_of_order() -> None:
    told = [{"board": "b", "boot": 1, "event": number} for number in (1, 2, 3, 4)]
    assert not faults(told, 4)
    assert faults([told[0], *told[2:]], 4)
    assert faults([*told, told[3]], 4)
    assert faults([told[1], told[0], *told[2:]], 4)
    assert faults([*told[:3], told[3] | {"boot": 2}], 4)
