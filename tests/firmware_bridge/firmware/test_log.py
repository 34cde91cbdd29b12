"""The last lines of the board."""

from firmware_bridge.firmware.log import Log


def whole(log: Log, most: int) -> str:
    """Read as the box does, piece by piece."""
    text, offset = b"", 0
    while True:
        offset, piece = log.read(offset, most)
        if not piece:
            return text.decode()
        text += piece


def test_lines_come_back_in_pieces_of_any_size() -> None:
    log = Log()
    for number in range(20):
        log.add(number * 1001, f"line {number}")
    text = whole(log, 4096)
    assert text.startswith("0.000 line 0\n1.001 line 1\n")
    assert [whole(log, most) == text for most in (1, 7, 100)] == [True] * 3


def test_the_oldest_lines_go() -> None:
    log = Log(size=200)
    for number in range(1000):
        log.add(0, f"line {number}")
    text = whole(log, 64)
    assert len(text) <= 200
    assert text.endswith("line 999\n")
    assert text.startswith("0.000 line 9")


def test_who_follows_it_gets_each_new_line_once() -> None:
    log = Log()
    log.add(0, "one")
    offset, _ = log.read(0, 100)
    log.add(0, "two")
    assert log.read(offset, 100)[1] == b"0.000 two\n"


def test_an_offset_of_another_life_begins_at_the_oldest_line() -> None:
    log = Log()
    log.add(0, "one")
    assert log.read(99_999, 100) == (10, b"0.000 one\n")


def test_a_very_long_line_is_cut() -> None:
    log = Log()
    log.add(0, "x" * 10_000)
    assert len(whole(log, 4096)) == 600
