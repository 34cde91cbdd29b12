"""The real firmware under MicroPython: what is done to the board, and what it shows and tells."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from firmware_bridge import frames
from firmware_bridge.board import Board, Event
from firmware_bridge.errors import BoardError, RefusedError
from firmware_bridge.simulated import SimulatedBoard

pytestmark = pytest.mark.real

WITHIN_S = 5.0


@pytest.fixture
async def simulated(tmp_path: Path) -> AsyncIterator[SimulatedBoard]:
    async with SimulatedBoard(tmp_path / "board") as board:
        yield board
    assert board.errors == ""


def opened(simulated: SimulatedBoard) -> Board:
    return Board(str(simulated.path), within_s=WITHIN_S)


async def told(board: Board, count: int) -> list[Event]:
    """Return the next events, their ages aside."""
    events: list[Event] = []
    async with asyncio.timeout(WITHIN_S):
        async for event in board.events():
            events.append(event)
            if len(events) == count:
                break
    return events


def facts(events: list[Event]) -> list[tuple[str, tuple[int, ...]]]:
    return [(event.name, event.values) for event in events]


async def gone(board: Board) -> None:
    with contextlib.suppress(BoardError):
        async with asyncio.timeout(WITHIN_S):
            await board.ended()


async def test_a_board_says_who_it_is_and_what_it_has(simulated: SimulatedBoard) -> None:
    async with opened(simulated) as board:
        identity = board.identity
        assert (identity.uid, identity.reset) == (simulated.uid.hex(), "power")
        assert await board.ask("fitted") == (3, 6, 6, 2)
        assert await board.ask("echo", b"\0\x03hello") == (b"\0\x03hello",)


async def test_each_press_is_told_once(simulated: SimulatedBoard) -> None:
    async with opened(simulated) as board:
        for button in (0, 5, 3):
            simulated.hold(button)
            await asyncio.sleep(0)
        events = await told(board, 4)
        assert facts(events)[0] == ("restarted", (frames.RESET_POWER,))
        assert sorted(facts(events)[1:]) == [
            ("pressed", (0,)),
            ("pressed", (3,)),
            ("pressed", (5,)),
        ]
        assert [event.id for event in events] == [1, 2, 3, 4]
        assert (await board.ask("read"))[0] == 0b101001
        for button in (0, 5, 3):
            simulated.let_go(button)
        while (await board.ask("read"))[0]:
            pass
        simulated.press(2)
        assert facts(await told(board, 1)) == [("pressed", (2,))]


async def test_a_door_and_the_paper_are_told_when_they_change(simulated: SimulatedBoard) -> None:
    async with opened(simulated) as board:
        await told(board, 1)
        simulated.switch(frames.DOOR, 0)
        assert facts(await told(board, 1)) == [("switched", (frames.DOOR, 0))]
        simulated.paper(0)
        assert facts(await told(board, 1)) == [("paper", (0,))]
        assert (await board.ask("read"))[1] == 0b10
        assert (await board.ask("read"))[3] == 0


async def test_a_door_that_stood_open_while_the_board_was_dark_is_told(
    simulated: SimulatedBoard,
) -> None:
    simulated.cut_power()
    simulated.switch(frames.TAMPER, 0)
    simulated.give_power()
    async with opened(simulated) as board:
        assert facts(await told(board, 2))[1] == ("switched", (frames.TAMPER, 0))


async def test_a_call_and_the_messages_are_on_the_panel(simulated: SimulatedBoard) -> None:
    async with opened(simulated) as board:
        await board.ask("show", 0, 0, b"A012   3")
        await board.ask("show", 1, frames.UNTIL_TOLD, b"B007")
        await board.ask("message", 0, "Mời vào".encode())
        await simulated.until(lambda: simulated.panel.get(0) == "A012   3")
        await simulated.until(lambda: simulated.panel.get(2) == "Moi vao")
        await simulated.until(lambda: simulated.panel.get(1) == "")
        await simulated.until(lambda: simulated.panel.get(1) == "B007")
        assert simulated.panel[0] == "A012   3"


async def test_lamps_burn_and_blink(simulated: SimulatedBoard) -> None:
    async with opened(simulated) as board:
        await board.ask("lamp", 1, frames.BURNS)
        await board.ask("lamp", 4, frames.BLINKS)
        for level in (True, False, True):
            await simulated.until(lambda level=level: simulated.lamps.get(4) == level)  # type: ignore[misc]
        assert simulated.lamps[1]
        await board.ask("lamp", 1, frames.DARK)
        await simulated.until(lambda: not simulated.lamps[1])


async def test_the_fan_follows_the_temperature_or_its_orders(simulated: SimulatedBoard) -> None:
    async with opened(simulated) as board:
        simulated.temperature(70_000)
        await simulated.until(lambda: simulated.fan == 100)
        assert (await board.ask("read"))[2] == 70_000
        await board.ask("fan", 30)
        await simulated.until(lambda: simulated.fan == 30)
        await board.ask("fan", frames.BY_TEMPERATURE)
        await simulated.until(lambda: simulated.fan == 100)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("show", (3, 0, b"x")),
        ("show", (0, 0, b"x" * 200)),
        ("show", (0, 0, b"\xff")),
        ("message", (8, b"x")),
        ("lamp", (6, 1)),
        ("lamp", (0, 3)),
        ("fan", (101,)),
    ],
)
async def test_what_the_board_has_not_is_refused(
    simulated: SimulatedBoard, name: str, values: tuple[object, ...]
) -> None:
    async with opened(simulated) as board:
        with pytest.raises(RefusedError) as refused:
            await board.ask(name, *values)
        assert refused.value.status == "bad"
        assert await board.ask("echo", b"still here") == (b"still here",)


async def test_events_wait_for_a_box_that_was_away(simulated: SimulatedBoard) -> None:
    async with opened(simulated) as board:
        first = await told(board, 1)
        await board.stored(first[0].boot, first[0].id)
        simulated.press(1)
        await told(board, 1)  # and not stored
    simulated.press(2)
    await asyncio.sleep(0.2)  # nobody listens
    async with opened(simulated) as board:
        events = await told(board, 2)
        assert facts(events) == [("pressed", (1,)), ("pressed", (2,))]
        assert [event.id for event in events] == [2, 3]
        assert events[0].age_ms > events[1].age_ms > 0
        await board.stored(events[-1].boot, events[-1].id)
    async with opened(simulated) as board:
        simulated.press(4)
        assert facts(await told(board, 1)) == [("pressed", (4,))]


async def test_a_box_that_does_not_feed_it_is_power_cycled(simulated: SimulatedBoard) -> None:
    async with opened(simulated) as board:
        await told(board, 1)
        assert await board.ask("feed", 1) == (1,)
        await simulated.until(lambda: not simulated.box_power)
        assert facts(await told(board, 1)) == [("power_cycled", (1, 1))]
        limit_s, _, _, cuts = await board.ask("watch")
        assert (limit_s, cuts) == (2, 1)
        await simulated.until(lambda: simulated.box_power, within_s=8)
        off, on = [at for at, line in simulated.shown if line.startswith("power")]
        assert 4.5 < on - off < 8
        assert await board.ask("feed", 0) == (0,)


async def test_a_hold_keeps_the_boxes_power(simulated: SimulatedBoard) -> None:
    async with opened(simulated) as board:
        await board.ask("feed", 2)
        assert await board.ask("hold", 60) == (60,)
        assert await board.ask("watch") == (2, 62, 60, 0)
        await board.ask("hold", 0)
        assert (await board.ask("watch"))[1:3] == (2, 0)
        await board.ask("feed", 0)


async def test_the_watchdog_stays_awake_over_a_restart_of_the_board(
    simulated: SimulatedBoard,
) -> None:
    async with opened(simulated) as board:
        await board.ask("feed", 1)
        await board.ask("restart")
        await gone(board)
    await simulated.until(lambda: not simulated.box_power)
    assert simulated.starts == 2


async def test_a_hold_goes_on_over_a_crash_of_the_board(tmp_path: Path) -> None:
    async with SimulatedBoard(tmp_path / "board") as simulated:
        async with opened(simulated) as board:
            await board.ask("feed", 1)
            await board.ask("hold", 600)
            simulated.crash()
            await gone(board)
        async with opened(simulated) as board:
            assert 590 < (await board.ask("watch"))[2] <= 600
    assert simulated.box_power


async def test_what_a_restart_takes_along_is_counted_and_told_by_the_next_start(
    simulated: SimulatedBoard,
) -> None:
    async with opened(simulated) as board:
        simulated.press(2)
        (restarted, _) = await told(board, 2)
        await board.stored(restarted.boot, restarted.id)
        await board.ask("restart")
        await gone(board)
    async with opened(simulated) as board:
        first, second = await told(board, 2)
        assert facts([first, second]) == [("lost", (1,)), ("restarted", (frames.RESET_ASKED,))]
        await board.stored(second.boot, second.id)
        await board.ask("restart")
        await gone(board)
    async with opened(simulated) as board:
        assert facts(await told(board, 1)) == [("restarted", (frames.RESET_ASKED,))]


async def test_a_restart_that_was_asked_for_is_told_as_that(simulated: SimulatedBoard) -> None:
    async with opened(simulated) as board:
        (first,) = await told(board, 1)
        await board.stored(first.boot, first.id)
        await board.ask("restart")
        await gone(board)
    async with opened(simulated) as board:
        assert (board.identity.reset, board.identity.starts) == ("asked", 2)
        assert facts(await told(board, 1)) == [("restarted", (frames.RESET_ASKED,))]


async def test_a_board_that_hangs_is_started_anew_by_its_own_watchdog(tmp_path: Path) -> None:
    async with SimulatedBoard(tmp_path / "board", watchdog_ms=600) as simulated:
        async with opened(simulated) as board:
            simulated.hang()
            await gone(board)
        await simulated.until(lambda: simulated.starts == 2)
        async with opened(simulated) as board:
            assert board.identity.reset == "watchdog"


async def test_a_bug_is_written_down_and_the_board_starts_anew(tmp_path: Path) -> None:
    async with SimulatedBoard(tmp_path / "board") as simulated:
        async with opened(simulated) as board:
            simulated.crash()
            await gone(board)
        async with opened(simulated) as board:
            assert board.identity.reset == "unknown"
            assert b"RuntimeError: crashed as it was told" in (await board.ask("log", 0))[1]
    assert "RuntimeError" in simulated.errors


async def test_its_log_says_what_happened(simulated: SimulatedBoard) -> None:
    async with opened(simulated) as board:
        await board.ask("feed", 30)
        offset, text = await board.ask("log", 0)
        assert b"boot 1, power, source" in text
        assert b"watchdog: 30 s" in text
        assert b"watchdog" not in (await board.ask("log", offset))[1]


async def test_a_board_that_was_plugged_in_again_goes_on_where_it_was(
    simulated: SimulatedBoard,
) -> None:
    async with opened(simulated) as board:
        await board.ask("lamp", 0, frames.BURNS)
        await told(board, 1)
        before = simulated.path.readlink()
        simulated.unplug()
        assert not simulated.path.exists()
        await gone(board)
    simulated.press(3)
    simulated.plug()
    assert simulated.path.readlink() != before
    async with opened(simulated) as board:
        assert facts(await told(board, 2)) == [
            ("restarted", (frames.RESET_POWER,)),
            ("pressed", (3,)),
        ]
    assert simulated.starts == 1
    assert simulated.lamps[0]


async def test_an_update_without_a_loader_is_refused(simulated: SimulatedBoard) -> None:
    async with opened(simulated) as board:
        with pytest.raises(RefusedError, match="loader"):
            await board.ask("update_begin", 10, bytes(32))
