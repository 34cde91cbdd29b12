"""What a board told is on the disk once, whatever is told again, and whoever dies."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from devices.board.book import DamagedEventsError, EventBook, LateBook, Start
from devices.board.messages import BoardButtonPressed
from devices.contract.clock import SimulatedClock
from devices.contract.errors import JournalFullError, StorageError
from devices.contract.message import JournalAck

AT = datetime(2026, 11, 23, 1, 15, tzinfo=UTC)


def press(event: int, boot: int = 1, board: str = "b1") -> tuple[BoardButtonPressed, datetime]:
    return BoardButtonPressed(board=board, boot=boot, event=event, button="call-1"), AT


def keys(book: EventBook) -> list[tuple[str, int, int]]:
    entries = [
        msgspec.json.decode(entry.event, type=BoardButtonPressed) for entry in book.pending(0, 100)
    ]
    return [(event.board, event.boot, event.event) for event in entries]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "board-events.sqlite"


def test_a_repeated_event_is_written_once(path: Path) -> None:
    book = EventBook(path)
    assert book.take([press(1), press(2)]) == 2
    assert book.take([press(1), press(2), press(3)]) == 1
    book.close()
    again = EventBook(path)
    assert again.take([press(2), press(3)]) == 0
    assert keys(again) == [("b1", 1, 1), ("b1", 1, 2), ("b1", 1, 3)]
    again.close()


def test_what_the_province_has_is_not_written_again_either(path: Path) -> None:
    book = EventBook(path)
    book.take([press(1), press(2)])
    assert book.forget(JournalAck(boot=book.pending(0, 1)[0].boot, seq=2)) == 2
    assert book.take([press(1), press(2), press(3)]) == 1
    assert keys(book) == [("b1", 1, 3)]
    book.close()


def test_boards_and_boots_count_for_themselves(path: Path) -> None:
    book = EventBook(path)
    assert book.take([press(5), press(1, boot=2), press(1, board="b2")]) == 3
    assert book.take([press(1, boot=2), press(1, board="b2")]) == 0
    assert book.take([press(1, boot=1)]) == 1, "a board with a new flash begins again"
    book.close()


def test_a_full_journal_writes_nothing_of_a_batch_and_no_mark(path: Path) -> None:
    book = EventBook(path, limit=2)
    with pytest.raises(JournalFullError):
        book.take([press(1), press(2), press(3)])
    assert keys(book) == []
    assert book.take([press(1), press(2)]) == 2, "the mark stayed where it was"
    book.close()


def test_a_disk_that_refuses_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(StorageError):
        EventBook(tmp_path / "file" / "book.sqlite")


def test_a_damaged_book_is_set_aside_under_its_time_and_a_new_one_is_begun(path: Path) -> None:
    clock = SimulatedClock(AT)
    path.write_bytes(b"no database, and long enough to be taken for one" * 100)
    book = LateBook(path, clock)
    with pytest.raises(DamagedEventsError):
        book.do(lambda it: it.take([press(1)]))
    assert book.set_aside_at == AT
    assert book.do(lambda it: it.take([press(1)])) == 1
    book.close()
    assert [file.name for file in path.parent.glob("*.broken-*")] == [
        f"{path.name}.broken-20261123T011500Z"
    ]
    again = LateBook(path, clock)
    assert again.do(keys) == [("b1", 1, 1)]
    assert again.set_aside_at == AT, "it is known to the next process as well"
    again.close()


def test_a_book_that_is_damaged_while_it_is_open_is_set_aside_too(path: Path) -> None:
    book = LateBook(path, SimulatedClock(AT))
    book.do(lambda it: it.take([press(number) for number in range(1, 2000)]))
    book.close()
    with path.open("r+b") as file:
        file.seek(4096 * 3)
        file.write(b"\xff" * 4096 * 20)
    with pytest.raises(DamagedEventsError):
        book.do(lambda it: it.pending(0, 2000))
    assert book.do(lambda it: it.take([press(1)])) == 1
    book.close()


def test_what_only_a_full_disk_refuses_is_not_set_aside(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    book = LateBook(tmp_path / "file" / "book.sqlite", SimulatedClock(AT))
    with pytest.raises(StorageError) as refused:
        book.do(lambda it: it.take([press(1)]))
    assert not isinstance(refused.value, DamagedEventsError)
    assert book.set_aside_at is None


def test_the_newest_few_that_were_set_aside_are_kept(path: Path) -> None:
    clock = SimulatedClock(AT)
    for _ in range(5):
        path.write_bytes(b"no database, and long enough to be taken for one" * 100)
        with pytest.raises(DamagedEventsError):
            LateBook(path, clock).do(lambda it: it.take([press(1)]))
        clock.move(timedelta(hours=1))
    assert len(list(path.parent.glob("*.broken-*"))) == 3


def test_starts_are_counted_until_all_parts_have_lived(path: Path) -> None:
    book = EventBook(path)
    assert [book.started().in_vain for _ in range(3)] == [0, 1, 2]
    book.all_lived(("kiosk", "counter"))
    assert book.started() == Start(
        in_vain=0, after_rest=False, lived=frozenset(("kiosk", "counter"))
    )
    book.all_lived(("kiosk",))
    assert book.started().lived == {"kiosk"}
    book.close()


def test_an_end_in_order_is_known_at_the_next_start_and_no_longer(path: Path) -> None:
    book = EventBook(path)
    book.started()
    book.rested()
    assert book.started() == Start(in_vain=0, after_rest=True)
    assert book.started() == Start(in_vain=1, after_rest=False)
    book.close()
