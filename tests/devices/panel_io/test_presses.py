"""Presses out of what is read of a keypad."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.panel_io.presses import MOST_AT_ONCE, ContactPresses, CountedPresses


def contact(closed: int = 1) -> ContactPresses:
    return ContactPresses(closed=closed, bounce_s=0.05)


def told(presses: ContactPresses, read: str, every_s: float = 0.02) -> str:
    return "".join(str(presses.seen(int(bit), n * every_s)) for n, bit in enumerate(read))


@pytest.mark.parametrize(
    ("read", "expected"),
    [
        ("000111000000111", "000100000000100"),
        ("0001011000", "0001000000"),  # a bounce while it closes
        ("0001110100000", "0001000000000"),  # and while it opens
        ("111000", "000000"),  # down when it was first seen
    ],
)
def test_a_press_is_told_once_as_it_goes_down(read: str, expected: str) -> None:
    assert told(contact(), read) == expected
    opened = read.translate(str.maketrans("01", "10"))
    assert told(contact(closed=0), opened) == expected, "a contact that opens"


def test_what_was_pressed_while_the_keypad_was_away_is_not_told() -> None:
    presses = contact()
    assert presses.seen(0, 0) == 0
    presses.forget()
    assert presses.seen(1, 1) == 0
    counted = CountedPresses()
    counted.seen(5, 0)
    counted.forget()
    assert counted.seen(9, 1) == 0
    assert counted.seen(10, 2) == 1


@given(st.integers(0, 65_535), st.lists(st.integers(0, MOST_AT_ONCE), max_size=50))
def test_a_count_loses_no_press_between_two_readings(start: int, steps: list[int]) -> None:
    presses, count = CountedPresses(), start
    assert presses.seen(start, 0) == 0
    for step in steps:
        count = (count + step) % 65_536
        assert presses.seen(count, 0) == step


def test_a_keypad_that_began_anew_presses_nothing() -> None:
    presses = CountedPresses()
    presses.seen(500, 0)
    assert presses.seen(0, 1) == 0
    assert presses.seen(1, 2) == 1
