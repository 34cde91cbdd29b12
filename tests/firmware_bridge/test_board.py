"""The host's end of a board: asked, heard, and what ends a conversation, by name and at once."""

import asyncio
import contextlib
import os
import random
import struct
import threading
import time
import tty
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest

from firmware_bridge import frames
from firmware_bridge.board import Board, Event
from firmware_bridge.errors import (
    BoardBusyError,
    BoardError,
    BoardGoneError,
    BoardMuteError,
    BoardRestartedError,
    RefusedError,
    TableDiffersError,
    TooLongError,
)
from firmware_bridge.link import Link
from tests.counterparts.wire import wire
from tests.firmware_bridge.pair import Pair
from tests.firmware_bridge.plain_board import UID, PlainBoard, plain_board

SOON_S = 2.5  # five times what a fault may take to be named


@asynccontextmanager
async def at(far: PlainBoard) -> AsyncIterator[Board]:
    async with Board(far.path, within_s=5) as board:
        yield board


async def why(board: Board) -> BoardError:
    async with asyncio.timeout(SOON_S):
        return await board.ended()


async def heard(board: Board, count: int) -> list[Event]:
    events: list[Event] = []
    async with asyncio.timeout(20):
        async for event in board.events():
            events.append(event)
            if len(events) == count:
                break
    return events


async def test_a_board_says_who_it_is() -> None:
    with plain_board() as far:
        async with at(far) as board:
            said = board.identity
            assert (said.uid, said.boot, said.reset) == (UID.hex(), 1, "power")
            assert (said.slot, said.confirmed, said.version) == (0, True, "1.0")
            assert said.same_table


async def test_what_is_asked_is_answered_to_who_asked() -> None:
    with plain_board() as far:
        async with at(far) as board:
            sent = [bytes([number]) * number for number in range(1, 200)]
            replies = await asyncio.gather(*(board.ask("echo", data, within_s=10) for data in sent))
            assert replies == [(data,) for data in sent]
            assert await board.ask("lamp", 1, 2) == ()
            assert far.asked[-1] == ("lamp", (1, 2))


async def test_a_board_says_no_by_name() -> None:
    with plain_board() as far:
        far.refusals["lamp"] = (frames.BAD, "there is no lamp 9")
        far.refusals["feed"] = (frames.BUSY, "")
        far.refusals["hold"] = (frames.TABLE_DIFFERS, "")
        far.refusals["log"] = (77, "")
        async with at(far) as board:
            with pytest.raises(RefusedError, match="bad: there is no lamp 9") as refused:
                await board.ask("lamp", 9, 1)
            assert (refused.value.status, refused.value.code) == ("bad", "board.refused")
            with pytest.raises(BoardBusyError):
                await board.ask("feed", 60)
            with pytest.raises(TableDiffersError):
                await board.ask("hold", 60)
            with pytest.raises(RefusedError, match="77"):
                await board.ask("log", 0)
            assert await board.ask("echo", b"and goes on") == (b"and goes on",)


async def test_a_value_that_fits_no_field_is_the_askers_own_error() -> None:
    with plain_board() as far:
        async with at(far) as board:
            with pytest.raises(struct.error):
                await board.ask("lamp", 1000, 1)
            with pytest.raises(TooLongError, match="echo of 602 bytes; it takes 512"):
                await board.ask("echo", bytes(600))
            assert await board.ask("echo", b"!") == (b"!",)


async def test_a_request_that_is_never_answered_ends_alone() -> None:
    with plain_board() as far:
        async with at(far) as board:
            with pytest.raises(BoardMuteError, match=r"no answer to fan in 0\.05 s"):
                await board.ask("fan", 3, within_s=0.05)
            assert await board.ask("echo", b"!") == (b"!",)


async def test_more_requests_without_an_answer_than_can_be_are_refused() -> None:
    with plain_board() as far:
        async with at(far) as board:
            unanswered = [board.ask("fan", 3, within_s=0.5) for _ in range(16)]
            said = await asyncio.gather(*unanswered, return_exceptions=True)
            assert {type(one) for one in said} == {BoardMuteError}
            asked = 16
            with pytest.raises(BoardBusyError):
                while asked < 5000:  # a busy machine gives up some before they are on their way
                    with contextlib.suppress(BoardMuteError):
                        await board.ask("fan", 3, within_s=0.002)
                    asked += 1
            assert asked >= 255, "as many as there are names for requests"
            with pytest.raises(BoardBusyError):
                await board.ask("echo", b"!")


async def test_events_come_once_in_order_and_are_told_again_until_they_are_stored() -> None:
    with plain_board() as far:
        far.tell("pressed", 3, times=300)
        async with at(far) as board:
            events = await heard(board, 300)
            assert [event.id for event in events] == list(range(1, 301))
            assert {(event.name, event.boot, event.values) for event in events} == {
                ("pressed", 1, (3,))
            }
            await board.stored(1, 200)
        assert len(far.kept) == 100
        async with at(far) as board:
            assert [event.id for event in await heard(board, 100)] == list(range(201, 301))
            far.tell("switched", 1, 0)
            assert (await heard(board, 1))[0].values == (1, 0)


async def test_a_board_is_empty_when_all_that_it_told_is_stored() -> None:
    with plain_board() as far:
        far.tell("pressed", 3, times=30)
        async with at(far) as board:
            assert not await board.emptied(within_s=0.2), "nobody stores it"
            empty = asyncio.create_task(board.emptied(within_s=5))
            for event in await heard(board, 30):
                assert not empty.done()
                await board.stored(event.boot, event.id)
            assert await empty
            far.tell("pressed", 3)
            assert not await board.emptied(within_s=0.2), "it had one more"
            far.restart()
            with pytest.raises(BoardError):
                await board.emptied(within_s=5)


async def test_events_that_nobody_takes_end_the_conversation_and_stay_on_the_board() -> None:
    with plain_board() as far:
        async with at(far) as board:
            far.tell("pressed", 1, times=1200)
            assert isinstance(await why(board), BoardBusyError)
        assert len(far.kept) == 1200
        async with at(far) as board:
            assert [event.id for event in await heard(board, 1200)] == list(range(1, 1201))


FAULTS: list[tuple[str, Callable[[PlainBoard], None], type[BoardError]]] = [
    ("unplugged", PlainBoard.unplug, BoardGoneError),
    ("silent", PlainBoard.be_silent, BoardMuteError),
    ("restarted", PlainBoard.restart, BoardRestartedError),
]


@pytest.mark.parametrize(("name", "fault", "error"), FAULTS, ids=[fault[0] for fault in FAULTS])
async def test_a_fault_is_one_error_for_all_who_wait(
    name: str, fault: Callable[[PlainBoard], None], error: type[BoardError]
) -> None:
    assert name
    with plain_board() as far:
        async with at(far) as board:
            asks = [asyncio.create_task(board.ask("fan", 1, within_s=30)) for _ in range(20)]
            listening = asyncio.create_task(heard(board, 1))
            await asyncio.sleep(0)
            await asyncio.to_thread(fault, far)
            assert isinstance(await why(board), error)
            said = await asyncio.gather(*asks, listening, return_exceptions=True)
            assert {type(one) for one in said} == {error}
            with pytest.raises(error):
                await board.ask("echo", b"!")


async def test_a_board_that_hears_nothing_for_a_moment_is_not_given_up() -> None:
    with plain_board() as far:
        async with at(far) as board:
            far.be_silent()
            await asyncio.sleep(0.25)
            far.be_silent(False)
            assert await board.ask("echo", b"!") == (b"!",)


async def test_while_it_writes_its_flash_a_board_may_be_silent_for_longer() -> None:
    with plain_board() as far:
        async with at(far) as board:
            with board.flashing():
                asked = asyncio.create_task(board.ask("echo", b"late", within_s=10))
                far.be_silent()
                await asyncio.sleep(0.9)
                far.be_silent(False)
                assert await asked == (b"late",)
            far.be_silent()
            assert isinstance(await why(board), BoardMuteError)


async def test_a_host_that_was_stalled_itself_blames_nobody() -> None:
    with plain_board() as far:
        async with at(far) as board:
            time.sleep(1.0)  # noqa: ASYNC251 - the loop stands still: that is the point
            assert await board.ask("echo", b"!") == (b"!",)


async def test_a_port_that_is_not_there_is_gone() -> None:
    with pytest.raises(BoardGoneError):
        async with Board("/dev/there-is-no-such-port", within_s=0.1):
            pass


async def test_a_port_that_comes_in_time_is_waited_for(tmp_path: Path) -> None:
    by_id = tmp_path / "usb-board"
    with plain_board() as far:
        asyncio.get_running_loop().call_later(0.1, by_id.symlink_to, far.path)
        async with Board(str(by_id), within_s=10) as board:
            assert board.identity.uid == UID.hex()


async def test_a_second_program_at_the_same_port_is_told_so_at_once() -> None:
    with plain_board() as far:
        async with at(far) as board:
            with pytest.raises(BoardBusyError):
                async with at(far):
                    pass
            assert await board.ask("echo", b"!") == (b"!",)


async def test_a_board_that_never_greets_is_mute() -> None:
    with plain_board() as far:
        far.be_silent()
        with pytest.raises(BoardMuteError):
            async with Board(far.path, within_s=0.3):
                pass
        far.be_silent(False)
        async with at(far) as board:
            assert board.identity.boot == 1


async def test_a_board_that_dies_while_it_is_opened_is_gone_at_once() -> None:
    with plain_board() as far:
        far.be_silent()
        opening = asyncio.create_task(Board(far.path, within_s=60).__aenter__())
        await asyncio.sleep(0.05)
        await asyncio.to_thread(far.unplug)
        async with asyncio.timeout(SOON_S):
            with pytest.raises(BoardGoneError):
                await opening


async def test_whoever_gives_up_opening_leaves_the_port_free() -> None:
    with plain_board() as far:
        far.be_silent()
        opening = asyncio.create_task(Board(far.path, within_s=60).__aenter__())
        await asyncio.sleep(0.05)
        opening.cancel()
        with pytest.raises(asyncio.CancelledError):
            await opening
        far.be_silent(False)
        async with at(far):
            pass


async def test_another_table_is_refused_by_name_and_the_update_stays_open() -> None:
    with plain_board(table=b"\7" * 8) as far:
        far.tell("pressed", 1)
        async with at(far) as board:
            assert not board.identity.same_table
            with pytest.raises(TableDiffersError):
                await board.ask("lamp", 1, 1)
            with pytest.raises(TableDiffersError):
                await heard(board, 1)
            assert await board.ask("echo", b"still here") == (b"still here",)
            assert await board.ask("update_confirm") == ()
            assert ("lamp", (1, 1)) not in far.asked


async def test_a_greeting_that_says_nothing_is_no_board() -> None:
    master, slave = os.openpty()
    tty.setraw(slave)
    stranger = Link(5, b"hello, I am a modem")
    ended = threading.Event()

    def speak() -> None:
        while not ended.wait(0.02):
            os.write(master, stranger.poll(int(time.monotonic() * 1000)))

    thread = threading.Thread(target=speak)
    thread.start()
    try:
        with pytest.raises(BoardMuteError, match="does not say who it is"):
            async with Board(os.ttyname(slave), within_s=5):
                pass
    finally:
        ended.set()
        thread.join()
        os.close(slave)
        os.close(master)


def mutated(seed: int, size: int) -> bytes:
    """Random bytes, and frames of a real conversation with some of their bytes changed."""
    chance = random.Random(seed)
    pair = Pair(seed)
    pair.a.to_say = [frames.answer(2, tag, frames.OK, chance.randbytes(30)) for tag in range(60)]
    pair.a.to_say += [frames.tell("pressed", 1, number, 0, 3) for number in range(1, 60)]
    assert pair.until_quiet(60_000)
    real, out = pair.there.record, bytearray()
    while len(out) < size:
        start = chance.randrange(len(real))
        piece = bytearray(real[start : start + chance.randrange(600)])
        for _ in range(chance.randrange(4)):
            if piece:
                piece[chance.randrange(len(piece))] = chance.randrange(256)
        out += piece + chance.randbytes(chance.randrange(600))
    return bytes(out[:size])


async def test_a_million_bytes_of_anything_change_nothing_for_who_asks() -> None:
    with plain_board() as far:
        async with at(far) as board:
            noise = mutated(7, 1_000_000)
            before = psutil.Process().memory_info().rss
            for start in range(0, len(noise), 10_000):
                await asyncio.to_thread(far.babble, noise[start : start + 10_000])
                if start % 100_000 == 0:
                    assert await board.ask("echo", b"?", within_s=5) == (b"?",)
            assert await board.ask("echo", b"!", within_s=1) == (b"!",)
            assert psutil.Process().memory_info().rss - before < 20_000_000
            assert board.counts.damaged > 1000


async def test_a_wire_that_is_cut_is_seen_and_used_again_under_another_name(
    tmp_path: Path,
) -> None:
    by_id = tmp_path / "usb-board"
    with plain_board() as far, wire(far.path, by_id=by_id) as line:
        async with Board(str(by_id), within_s=5) as board:
            before = line.path
            await asyncio.to_thread(line.cut)
            assert isinstance(await why(board), BoardGoneError)
        opening = asyncio.create_task(Board(str(by_id), within_s=10).__aenter__())
        await asyncio.to_thread(line.join)
        assert line.path != before
        again = await opening
        assert await again.ask("echo", b"back") == (b"back",)
        await again.__aexit__(None)
