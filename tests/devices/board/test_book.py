"""What a board told is on the disk once, whatever is told again, and whoever dies."""

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from devices.board.book import EventBook, Start
from devices.board.messages import BoardButtonPressed
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


def test_starts_are_counted_until_all_parts_have_lived(path: Path) -> None:
    book = EventBook(path)
    assert [book.started().in_vain for _ in range(3)] == [0, 1, 2]
    book.all_lived()
    assert book.started() == Start(in_vain=0, after_rest=False)
    book.close()


def test_an_end_in_order_is_known_at_the_next_start_and_no_longer(path: Path) -> None:
    book = EventBook(path)
    book.started()
    book.rested()
    assert book.started() == Start(in_vain=0, after_rest=True)
    assert book.started() == Start(in_vain=1, after_rest=False)
    book.close()
