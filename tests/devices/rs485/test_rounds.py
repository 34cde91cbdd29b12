"""Whose turn it is, and how long it takes: whatever units do, the others have theirs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.rs485.pace import Pace
from devices.rs485.rounds import LEAST_WAIT_S, MOST_WAIT_S, SILENT_AFTER, Attendance, a_round
from devices.rs485.settings import Rs485Config

SLOT_S, TURN_S = 0.1, 0.01


def silenced(unit: Attendance, now: float = 0.0) -> Attendance:
    for _ in range(SILENT_AFTER):
        unit.missed(now)
    return unit


def test_all_that_answer_are_asked_once_in_their_order() -> None:
    due = {number: Attendance() for number in (12, 3, 7)}
    assert a_round(due, 0.0) == (3, 7, 12)


def test_a_unit_is_silent_after_three_misses_in_a_row_and_back_with_one_answer() -> None:
    unit = Attendance()
    unit.missed(0)
    unit.missed(0)
    assert not unit.silent
    unit.missed(0)
    assert unit.silent
    unit.missed(0)
    unit.heard()
    assert not unit.silent


@pytest.mark.parametrize(
    ("turns", "silent"),
    [
        ("mh" * 20, True),  # a slow one: each reply is to the turn before
        ("mmh" * 20, True),
        ("mhhh" * 20, False),  # a noisy line
        ("mm" + "h" * 4 + "mm", False),
    ],
)
def test_one_that_misses_more_than_a_third_of_its_turns_becomes_silent(
    turns: str, *, silent: bool
) -> None:
    unit, was_silent = Attendance(), False
    for turn in turns:
        unit.missed(0) if turn == "m" else unit.heard()
        was_silent = was_silent or unit.silent
    assert was_silent is silent


def test_a_silent_unit_is_asked_less_and_less_often_but_never_given_up() -> None:
    unit, now, waits = silenced(Attendance()), 0.0, []
    for _ in range(8):
        waits.append(unit.again_at - now)
        assert a_round({1: unit}, unit.again_at - 0.001) == ()
        assert a_round({1: unit}, unit.again_at) == (1,)
        now = unit.again_at
        unit.missed(now)
    assert waits[0] == LEAST_WAIT_S
    assert waits == sorted(waits)
    assert waits[-1] == MOST_WAIT_S


def test_one_that_comes_back_is_asked_in_every_round_at_once() -> None:
    unit = silenced(Attendance(), now=100.0)
    unit.heard()
    assert a_round({1: unit}, 100.0) == (1,)


@given(
    there=st.lists(st.booleans(), min_size=1, max_size=32),
    seconds=st.floats(1, 20),
)
def test_in_no_round_more_than_one_silent_unit_delays_the_others(
    there: list[bool], seconds: float
) -> None:
    """The rounds as the bus goes them, in a time of their own."""
    units = {number: Attendance() for number in range(1, len(there) + 1)}
    now, asked_silent = 0.0, dict.fromkeys(units, 0)
    while now < seconds:
        turns = a_round(units, now)
        assert len(set(turns)) == len(turns), "asked twice in one round"
        answering = {number for number, unit in units.items() if not unit.silent}
        assert answering <= set(turns), "one that answers was left out"
        silent = [number for number in turns if units[number].silent]
        assert len(silent) <= 1
        assert not silent or turns[-1] == silent[0], "the others have had their turn before"
        for number in silent:
            asked_silent[number] += 1
        for number in turns:
            now += TURN_S if there[number - 1] else SLOT_S
            if there[number - 1]:
                units[number].heard()
            else:
                units[number].missed(now)
        now += 0.0 if turns else TURN_S
    for number, times in asked_silent.items():
        assert times <= 6 + seconds / MOST_WAIT_S
        assert there[number - 1] is not units[number].silent or seconds < SLOT_S * len(there) * 4


@pytest.mark.parametrize(
    ("baud", "parity", "silence_ms"),
    [
        (9600, "none", 3.646),
        (19_200, "even", 2.005),
        (38_400, "none", 1.75),
        (115_200, "odd", 1.75),
    ],
)
def test_the_silence_between_frames_is_the_standards(
    baud: int, parity: str, silence_ms: float
) -> None:
    config = Rs485Config(path="/dev/ttyUSB0", baud=baud, parity=parity)  # type: ignore[arg-type]
    assert 1000 * Pace(config).silence_s == pytest.approx(silence_ms, abs=0.001)


def test_a_slot_is_long_enough_for_a_reply_that_begins_at_the_last_moment() -> None:
    pace = Pace(Rs485Config(path="/dev/ttyUSB0", baud=9600))
    slot_s = pace.slot_s(8, 13, 0.1)
    assert slot_s == pytest.approx(0.1 + (8 + 2 * 13 + 2 * 3.5) * 10 / 9600)
    assert pace.window_s(8, 13, 0.1) < slot_s
