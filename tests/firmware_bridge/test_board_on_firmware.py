"""The same board with the real firmware behind it, under MicroPython, over good and bad wires."""

import asyncio
from pathlib import Path

import pytest

from firmware_bridge.board import Board, Event
from firmware_bridge.errors import BoardError, BoardGoneError
from firmware_bridge.simulated import SimulatedBoard
from tests.counterparts.wire import wire
from tests.firmware_bridge.plain_board import plain_board
from tests.waiting import until

pytestmark = pytest.mark.real

NOISES = [
    (baud, flip, drop, seed)
    for baud, seed in ((115_200, 1), (250_000, 2))
    for flip, drop in ((0.0005, 0.0), (0.002, 0.0), (0.0, 0.002))
]


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Board and wire are processes that share a processor with others: a pause is no silence."""
    monkeypatch.setattr("firmware_bridge.board._MOST_PINGS", 50)


async def listen(board: Board, to: list[Event]) -> None:
    async for event in board.events():
        to.append(event)  # noqa: PERF401 - each is to be seen when it comes, not all at the end


def told(events: list[Event]) -> list[int]:
    return [event.values[0] for event in events if event.name == "pressed"]


@pytest.mark.parametrize(("baud", "flip", "drop", "seed"), NOISES)
async def test_over_a_noisy_wire_every_request_is_answered_and_every_press_told_once(
    tmp_path: Path, baud: int, flip: float, drop: float, seed: int
) -> None:
    async with SimulatedBoard(tmp_path / "board") as far:
        with wire(far.path, baud=baud, flip=flip, drop=drop, seed=seed) as line:
            async with (
                Board(line.path, baud=baud, within_s=10) as board,
                asyncio.TaskGroup() as all_,
            ):
                events: list[Event] = []
                listening = all_.create_task(listen(board, events))
                buttons = (await board.ask("fitted", within_s=10))[1]
                for button in range(buttons):
                    far.press(button)
                for number in range(60):
                    data = number.to_bytes(16, "big")
                    assert await board.ask("echo", data, within_s=10) == (data,)
                await until(lambda: len(told(events)) == buttons, "each button")
                listening.cancel()
    assert [event.id for event in events] == list(range(1, len(events) + 1))
    assert sorted(told(events)) == list(range(buttons))


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_three_hundred_events_cross_noise_once_and_in_order_while_requests_run(
    seed: int,
) -> None:
    with plain_board() as far, wire(far.path, baud=250_000, drop=0.002, seed=seed) as line:
        async with (
            Board(line.path, baud=250_000, within_s=10) as board,
            asyncio.TaskGroup() as all_,
        ):
            events: list[Event] = []
            listening = all_.create_task(listen(board, events))
            await asyncio.to_thread(far.tell, "pressed", 1, times=300)
            for number in range(50):
                assert await board.ask("echo", b"%d" % number, within_s=10) == (b"%d" % number,)
            await until(lambda: len(events) >= 300, "all events")
            listening.cancel()
    assert [event.id for event in events] == list(range(1, 301))


async def test_a_board_is_unplugged_and_comes_back_under_another_name(tmp_path: Path) -> None:
    async with SimulatedBoard(tmp_path / "board") as far:
        async with Board(str(far.path), within_s=10) as board:
            terminal = far.path.readlink()
            far.unplug()
            async with asyncio.timeout(10):
                assert isinstance(await board.ended(), BoardGoneError)
        opening = asyncio.create_task(Board(str(far.path), within_s=10).__aenter__())
        await asyncio.sleep(0)
        far.plug()
        assert far.path.readlink() != terminal
        async with asyncio.timeout(10):
            again = await opening
        assert again.identity.boot == board.identity.boot, "it had power all the time"
        assert await again.ask("echo", b"back") == (b"back",)
        await again.__aexit__(None)


async def test_a_board_that_restarts_is_named_and_says_why_it_did(tmp_path: Path) -> None:
    async with SimulatedBoard(tmp_path / "board") as far:
        async with Board(str(far.path), within_s=10) as board:
            await board.ask("restart")
            async with asyncio.timeout(10):
                assert isinstance(await board.ended(), BoardError)
        async with Board(str(far.path), within_s=10) as again:
            assert again.identity.reset == "asked"
            assert again.identity.uid == board.identity.uid


@pytest.mark.parametrize("after_ms", [0, 3, 8, 20, 60])
async def test_a_board_that_dies_while_it_is_opened_is_an_error_and_no_hang(
    tmp_path: Path, after_ms: int
) -> None:
    async with SimulatedBoard(tmp_path / "board") as far:
        asyncio.get_running_loop().call_later(after_ms / 1000, far.cut_power)
        async with asyncio.timeout(5):
            with pytest.raises(BoardError):
                async with Board(str(far.path), within_s=1) as board:
                    while True:
                        await board.ask("echo", b"still there?")
        far.give_power()
        async with Board(str(far.path), within_s=10) as board:
            assert await board.ask("echo", b"!") == (b"!",)
