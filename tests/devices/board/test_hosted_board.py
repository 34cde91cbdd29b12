"""The board in the device process's care, and what is on it."""

import contextlib
import sqlite3
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from devices.board.book import LateBook
from devices.board.keeping import Keeping
from devices.board.messages import (
    BoardButtonPressed,
    BoardRestarted,
    HoldWatchdog,
    ReadBoardLog,
    RestartBoard,
    SwitchChanged,
    UpdateBoard,
)
from devices.contract.clock import SimulatedClock, SystemClock
from devices.contract.message import Done, Health, JournalAck, decode
from devices.messages import ButtonPressed, Kind, LampState, RotateOnPanel, SetLamp, ShowOnPanel
from devices.messages import TestDevice as ExerciseDevice
from devices.runtime.alongside import alongside
from devices.runtime.worker import Worker
from tests.devices.board.boxes import Stored, box_with_board
from tests.devices.board.rigs import Rig
from tests.devices.boxes import User
from tests.waiting import until


def kept(state_dir: Path) -> int:
    """Return how many events wait on the disk, read beside their owner."""
    uri = f"file:{state_dir}/board-events.sqlite?mode=ro"
    with contextlib.closing(sqlite3.connect(uri, uri=True)) as book:
        made = book.execute("SELECT 1 FROM sqlite_master WHERE name = 'journal'").fetchone()
        return int(book.execute("SELECT COUNT(*) FROM journal").fetchone()[0]) if made else 0


async def has(stored: Stored, count: int) -> None:
    await until(lambda: len(stored) == count, f"{count} events are stored in the province")


async def all_well(user: User) -> None:
    for kind in (Kind.BOARD, Kind.PANEL, Kind.PANEL_IO):
        await user.sees(kind, Health.READY)


async def test_what_the_board_tells_reaches_the_province_once(rig: Rig, tmp_path: Path) -> None:
    stored: Stored = {}
    for process in (1, 2):  # the second one may be told again what the first one had
        async with box_with_board(rig, tmp_path, stored) as (user, province):
            await all_well(user)
            rig.press(1)
            count = 1 + 3 * process
            await has(stored, count - 2)
            rig.switch(1, 0)
            await has(stored, count - 1)
            rig.switch(1, 1)
            await has(stored, count)
            events = province.events
    assert [event.event for event in events] == [1, 2, 3, 4, 5, 6, 7]
    assert [type(event) for event in events] == [
        *(BoardRestarted, BoardButtonPressed, SwitchChanged, SwitchChanged),
        *(BoardButtonPressed, SwitchChanged, SwitchChanged),
    ]
    press, opened = events[1:3]
    assert isinstance(press, BoardButtonPressed)
    assert isinstance(opened, SwitchChanged)
    assert (press.button, opened.switch, opened.closed) == ("call-2", "tamper", False)


async def test_a_press_is_told_to_the_neighbours_with_its_name(rig: Rig, tmp_path: Path) -> None:
    async with box_with_board(rig, tmp_path) as (user, province):
        heard: list[ButtonPressed] = []
        user.on_signal = lambda payload: heard.append(decode(payload, ButtonPressed))
        await all_well(user)
        rig.press(0)
        await until(lambda: len(heard) == 1, "the press is told")
        await until(lambda: len(province.of(BoardButtonPressed)) == 1, "and stored")
        (event,) = province.of(BoardButtonPressed)
        named = f"{event.board}-{event.boot}-{event.event}"
        assert heard == [ButtonPressed(button="call-1", press=named)]


async def test_texts_pass_over_the_board_s_matrix_without_marks(rig: Rig, tmp_path: Path) -> None:
    async with box_with_board(rig, tmp_path) as (user, _):
        await all_well(user)
        await user.ask(RotateOnPanel(texts=("Giờ mở cửa",)))
        await until(lambda: rig.line(2) == "Gio mo cua", "the text")
        await user.ask(RotateOnPanel())
        await until(lambda: rig.line(2) == "", "darkness")


async def test_events_wait_for_the_province(rig: Rig, tmp_path: Path) -> None:
    stored: Stored = {}
    async with box_with_board(rig, tmp_path, stored, answers=False) as (user, _):
        await all_well(user)
        for button in (0, 1):
            rig.press(button)
        await until(lambda: kept(tmp_path) == 3, "all of it is on disk")
        assert stored == {}
    async with box_with_board(rig, tmp_path, stored) as (user, province):
        await until(lambda: len(stored) == 3, "its start and both presses")
        assert [event.event for event in province.events] == [1, 2, 3]


async def test_it_comes_back_with_all_that_is_on_it(rig: Rig, tmp_path: Path) -> None:
    async with box_with_board(rig, tmp_path) as (user, _):
        await all_well(user)
        await user.ask(ShowOnPanel(number="A007", counter="2"))
        await user.ask(SetLamp(lamp="green", state=LampState.ON))
        await until(lambda: rig.line(1).strip() == "2" and rig.glows(1), "it shows both")
        rig.unplug()
        for kind in (Kind.BOARD, Kind.PANEL, Kind.PANEL_IO):
            await user.sees(kind, Health.FAULT, "device.unplugged")
        assert await user.refusal(ShowOnPanel(number="A008", counter="2")) == "device.unplugged"
        rig.plug()
        await all_well(user)
        await until(lambda: rig.line(0).strip() == "A008", "the last that it was told")
        await until(lambda: rig.glows(1), "the lamp burns again")


async def test_a_called_number_flashes_and_one_shown_again_does_not(
    rig: Rig, tmp_path: Path
) -> None:
    async with box_with_board(rig, tmp_path) as (user, _):
        await all_well(user)
        await user.ask(ShowOnPanel(number="A007", counter="2"))
        await until(lambda: rig.line(0).strip() == "A007", "it is lit")
        await until(lambda: rig.line(0).strip() == "", "it flashes")
        assert rig.line(1).strip() == "2", "the counter stands still"


async def test_it_does_what_it_is_told(rig: Rig, tmp_path: Path) -> None:
    async with box_with_board(rig, tmp_path) as (user, province):
        await all_well(user)
        assert (await user.ask(HoldWatchdog(seconds=1800))).seconds == 1800
        log = await user.ask(ReadBoardLog())
        assert "holds still for 1800 s" in log.text
        assert "1800" not in (await user.ask(ReadBoardLog(offset=log.next_offset))).text
        assert (await user.ask(ExerciseDevice(device=Kind.BOARD))).result.passed
        assert await user.ask(RestartBoard()) == Done()
        await all_well(user)
        await until(lambda: len(province.of(BoardRestarted)) == 2, "its starts are told")
        causes = [event.cause for event in province.of(BoardRestarted)]  # type: ignore[union-attr]
        assert causes == ["power", "asked"]


async def test_firmware_that_nobody_trusted_has_signed_is_refused(rig: Rig, tmp_path: Path) -> None:
    async with box_with_board(rig, tmp_path) as (user, _):
        await all_well(user)
        order = UpdateBoard(manifest=str(tmp_path / "m"), image=str(tmp_path / "i"))
        assert await user.refusal(order) == "board.release_refused"
        assert user.device(Kind.BOARD).health is Health.READY


async def test_only_the_box_itself_holds_its_watchdog(rig: Rig, tmp_path: Path) -> None:
    async with box_with_board(rig, tmp_path) as (user, _):
        await all_well(user)
        assert await user.refusal_by_province(HoldWatchdog(seconds=9)) == "command.not_allowed"


async def test_a_disk_that_refuses_is_told_and_loses_nothing(rig: Rig, tmp_path: Path) -> None:
    in_the_way = tmp_path / "board-events.sqlite"
    in_the_way.mkdir()
    async with box_with_board(rig, tmp_path) as (user, province):
        await all_well(user)
        rig.press(0)
        await until(
            lambda: any(one.name == "store" for one in user.statuses[-1].devices), "it is told"
        )
        assert user.statuses[-1].health is Health.FAULT
        in_the_way.rmdir()
        await until(lambda: len(province.of(BoardButtonPressed)) == 1, "the press", within_s=20)
        await until(
            lambda: all(one.name != "store" for one in user.statuses[-1].devices), "all is well"
        )


async def test_a_damaged_book_of_events_is_replaced_and_told_for_a_day(
    rig: Rig, tmp_path: Path
) -> None:
    path, stored = tmp_path / "board-events.sqlite", Stored()
    async with box_with_board(rig, tmp_path, stored) as (user, _):
        await all_well(user)
        await has(stored, 1)
    path.write_bytes(b"the card is worn, and this is no database" * 200)
    async with box_with_board(rig, tmp_path, stored) as (user, province):
        await all_well(user)
        rig.press(0)
        await until(lambda: len(province.of(BoardButtonPressed)) == 1, "the press goes up")
        await until(lambda: told_of(user, "board.events_set_aside"), "it is told")
    assert asides(tmp_path) == 1


def asides(folder: Path) -> int:
    return len([*folder.glob("board-events.sqlite.broken-*")])


def told_of(user: User, code: str) -> bool:
    """Return whether the newest status says that of the store, and goes on to say so."""
    return [one.code for one in user.statuses[-1].devices if one.name == "store"] == [code]


async def test_a_book_damaged_while_it_is_kept_loses_nothing_that_the_board_has(
    rig: Rig, tmp_path: Path
) -> None:
    path, stored = tmp_path / "board-events.sqlite", Stored()
    async with box_with_board(rig, tmp_path, stored) as (user, province):
        await all_well(user)
        for number in range(3):
            rig.press(number)
            await has(stored, 2 + number)
        await until(lambda: kept(tmp_path) == 0, "it is quiet")
        with contextlib.closing(sqlite3.connect(path)) as other:
            (made,) = other.execute("SELECT boot FROM journal_boot").fetchone()
            other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        await until(lambda: time.time() > made + 1, "a book of another second is another one")
        with path.open("r+b") as file:
            file.truncate(4096)
            file.write(b"the card is worn" * 64)
        rig.press(3)
        rig.press(4)
        await until(lambda: len(province.of(BoardButtonPressed)) == 5, "both", within_s=20)
        assert told_of(user, "board.events_set_aside")


async def test_a_full_journal_leaves_events_on_the_board_until_there_is_room(
    rig: Rig, tmp_path: Path
) -> None:
    book = LateBook(tmp_path / "book.sqlite", limit=2)
    nudges: list[int] = []
    async with Worker("book") as worker, rig.board as board:
        keeping = Keeping(
            book, worker, SystemClock(), nudge=lambda: nudges.append(1), changed=lambda: None
        )
        async with alongside(keeping.take(board), name="events"):
            await until(lambda: len(nudges) == 1, "its start")
            rig.press(0)
            await until(lambda: len(nudges) == 2, "one press")
            rig.press(1)
            await until(lambda: [one.code for one in keeping.reports] == ["journal.full"], "full")
            (first, _) = await worker.do(book.do, lambda it: it.pending(0, 9))
            ack = JournalAck(boot=first.boot, seq=first.seq)
            await worker.do(book.do, lambda it: it.forget(ack))
            await until(lambda: keeping.reports == () and len(nudges) == 3, "there is room")
        await worker.do(book.close)


async def test_an_event_has_the_time_it_came_however_long_the_disk_refuses(
    rig: Rig, tmp_path: Path
) -> None:
    in_the_way = tmp_path / "book.sqlite"
    in_the_way.mkdir()
    book = LateBook(in_the_way)
    began = datetime(2026, 9, 7, 8, tzinfo=UTC)
    clock, nudges = SimulatedClock(began), list[int]()
    async with Worker("book") as worker, rig.board as board:
        keeping = Keeping(book, worker, clock, nudge=lambda: nudges.append(1), changed=lambda: None)
        async with alongside(keeping.take(board), name="events"):
            await until(lambda: keeping.reports != (), "its start finds no disk")
            rig.press(0)
            await anext(board.presses(board.session))  # it came, and waits behind the start
            clock.move(timedelta(hours=1))
            in_the_way.rmdir()
            await until(lambda: len(nudges) == 2, "the disk is there again", within_s=20)
        found = await worker.do(book.do, lambda it: it.pending(0, 9))
        await worker.do(book.close)
    assert [abs(entry.at - began) < timedelta(minutes=1) for entry in found] == [True, True]
