"""What the panel shows, moment by moment."""

import itertools

import pytest

from firmware_bridge import frames
from firmware_bridge.firmware.panel import CHARACTER, MATRIX, MESSAGES, SEGMENTS, Panel, plain

DIGITS, DOTS = 0, 1
COLUMNS = 64
LONG = "BO PHAN MOT CUA"
OVER = len(LONG) * CHARACTER - COLUMNS


def panel() -> Panel:
    return Panel(((SEGMENTS, 8), (MATRIX, COLUMNS)))


def texts(shown: Panel, line: int, until_ms: int, step_ms: int = 50) -> list[str]:
    """Return the texts that follow each other on a line."""
    seen: list[str] = []
    for now in range(0, until_ms, step_ms):
        shown.turn(now)
        text = shown.seen(line, now)[0]
        if not seen or seen[-1] != text:
            seen.append(text)
    return seen


def test_a_panel_begins_dark() -> None:
    assert texts(panel(), DIGITS, 1000) == [""]
    assert texts(panel(), DOTS, 1000) == [""]


def test_a_still_call_stays() -> None:
    shown = panel()
    shown.show(DIGITS, 0, "A012   3", 0)
    assert texts(shown, DIGITS, 60_000) == ["A012   3"]


def test_a_flashing_call_flashes_from_the_first_moment_on_and_then_stands_still() -> None:
    shown = panel()
    shown.show(DIGITS, 2, "A012", 0)
    assert texts(shown, DIGITS, 10_000) == ["A012", "", "A012", "", "A012"]


def test_a_call_flashes_until_told_otherwise() -> None:
    shown = panel()
    shown.show(DIGITS, frames.UNTIL_TOLD, "A012", 0)
    assert len(texts(shown, DIGITS, 600_000)) > 1000


def test_messages_follow_each_other_on_a_matrix_that_shows_nothing_else() -> None:
    shown = panel()
    for which, text in ((0, "one"), (3, "two"), (7, "three")):
        shown.message(which, text, 0)
    assert texts(shown, DOTS, 15_000) == ["one", "two", "three", "one"]
    assert texts(shown, DIGITS, 15_000) == [""]


def test_a_call_on_the_matrix_covers_the_messages_while_it_stands() -> None:
    shown = panel()
    shown.message(0, "one", 0)
    shown.show(DOTS, 0, "A012", 0)
    assert texts(shown, DOTS, 20_000) == ["A012"]
    shown.show(DOTS, 0, "", 20_000)
    assert shown.seen(DOTS, 20_000)[0] == "one"


def test_a_message_that_is_taken_away_is_not_shown_again() -> None:
    shown = panel()
    shown.message(0, "one", 0)
    shown.message(1, "two", 0)
    shown.message(0, "", 0)
    assert texts(shown, DOTS, 20_000) == ["two"]


def test_a_message_that_is_too_wide_wanders_to_its_end_and_gives_way() -> None:
    shown = panel()
    shown.message(0, LONG, 0)
    shown.message(1, "two", 0)
    columns = []
    now = 0
    while shown.seen(DOTS, now)[0] == LONG:
        columns.append(shown.seen(DOTS, now)[1])
        now += 10
        shown.turn(now)
    assert columns == sorted(columns)
    assert set(columns) == set(range(OVER + 1))
    assert shown.seen(DOTS, now) == ("two", 0)


def test_a_single_wide_message_wanders_anew() -> None:
    shown = panel()
    shown.message(0, LONG, 0)
    columns = []
    for now in range(0, 20_000, 10):
        shown.turn(now)
        columns.append(shown.seen(DOTS, now)[1])
    assert sum(1 for a, b in itertools.pairwise(columns) if b < a) >= 2


def test_vietnamese_is_written_without_its_marks() -> None:
    assert plain("Mời số Đ012 đến quầy 3: Nguyễn Thị Ước") == (
        "Moi so D012 den quay 3: Nguyen Thi Uoc"
    )
    assert plain("a\n€") == "a??"


def test_what_a_panel_has_not_is_refused() -> None:
    shown = panel()
    with pytest.raises(ValueError, match="line"):
        shown.show(2, 0, "x", 0)
    with pytest.raises(ValueError, match="message"):
        shown.message(MESSAGES, "x", 0)


def test_a_cleared_panel_keeps_its_messages() -> None:
    shown = panel()
    shown.show(DIGITS, 0, "A012", 0)
    shown.message(0, "one", 0)
    shown.clear()
    assert texts(shown, DIGITS, 1_000) == [""]
    assert texts(shown, DOTS, 1_000) == ["one"]
