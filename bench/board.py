"""A box and its board: events through a cut line, and how soon a hung part costs the power."""

import asyncio
import signal
import tempfile
import time
from pathlib import Path

from bench.table import Table, spread
from firmware_bridge.simulated import SimulatedBoard
from tests.counterparts.mosquitto import RealBroker
from tests.devices.board.test_watchdog import Box
from tests.flows.test_board_events import EVENTS, carried
from tests.waiting import until

ROUNDS = 3
LIMITS_S = (5, 20, 60)
_LATE_S = 5.0
_HOW = """\
*events*: a board on the real firmware whose buttons are pressed by themselves, the box's device
process and broker, the line and the controller, all the real ones (`tests/flows`). The line is cut
before the first event; the device process is killed (SIGKILL) after a third of them; the line is
mended when all are on the box's disk. *lost* and *doubled* are counted in the controller's store,
by board, boot and number. *to the disk*: from the cut until all are on the box's disk; *to the
province*: from the mended line until the controller has them all.

*watchdog*: a part of the box is a process of its own, and is stopped (SIGSTOP) while the board
watches over it; until the board takes the box's power. No part of the box helps: the rest of the
limit is counted by the board. A box's own limit is 300 s or more (`[board.watchdog]`); these are
shorter, and what they share out is the same. {rounds} rounds.
"""


def measure() -> Table:
    """Return the table of boards in their boxes."""
    return Table(
        title="A board in its box",
        how=_HOW.format(rounds=ROUNDS),
        head=("", "seconds", "of the limit", "lost", "doubled"),
        rows=(*_events(), *(_watchdog(limit_s) for limit_s in LIMITS_S)),
    )


def _events() -> tuple[tuple[str, ...], ...]:
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(carried(Path(folder)))
    ids = [event["event"] for event in found.told]
    lost, doubled = found.expected - len(set(ids)), len(ids) - len(set(ids))
    if found.expected < EVENTS:
        raise AssertionError(f"{found.expected} events were made")
    what = f"{found.expected:,} events"
    return (
        (f"{what}, line cut, process killed: to the disk", f"{found.to_disk_s:.1f}", "", "", ""),
        (
            f"{what}: to the province",
            f"{found.to_province_s:.1f}",
            "",
            str(lost),
            str(doubled),
        ),
    )


def _watchdog(limit_s: int) -> tuple[str, ...]:
    took_s = [asyncio.run(_hung(limit_s)) for _ in range(ROUNDS)]
    share = spread([100 * one / limit_s for one in took_s], 0)
    name = f"hung part, limit {limit_s} s: power cut after"
    return (name, spread(took_s), f"{share} %", "", "")


async def _hung(limit_s: int) -> float:
    """Return the seconds from a part's SIGSTOP until the box has no power."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "broker").mkdir()
        async with (
            RealBroker(folder / "broker") as broker,
            SimulatedBoard(folder / "board") as board,
        ):
            box = Box(folder, broker.port, board, limit_s=limit_s)
            async with box.devices(("kiosk",)) as (user, _), box.part() as part:
                await box.is_awake(user)
                await asyncio.sleep(limit_s / 10)
                begun = time.perf_counter()
                part.send_signal(signal.SIGSTOP)
                late_s = limit_s + _LATE_S
                await until(lambda: not board.box_power, "the power is cut", within_s=late_s)
                return time.perf_counter() - begun
