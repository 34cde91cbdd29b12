"""The table of messages: there and back, and nothing else gets through."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge import frames

_BITS = {"B": 8, "H": 16, "I": 32}


def values_of(fields: str) -> st.SearchStrategy[tuple[Any, ...]]:
    """Any values for a row's fields."""
    parts: list[st.SearchStrategy[Any]] = []
    digits = ""
    for letter in fields:
        if letter.isdigit():
            digits += letter
        elif letter == "s":
            parts.append(st.binary(min_size=int(digits), max_size=int(digits)))
            digits = ""
        elif letter == "*":
            parts.append(st.binary(max_size=300))
        elif letter == "i":
            parts.append(st.integers(-(2**31), 2**31 - 1))
        else:
            parts.append(st.integers(0, 2 ** _BITS[letter] - 1))
    return st.tuples(*parts)


ROWS = sorted(frames.BY_NAME)
TOLD = sorted(frames.TOLD_BY_NAME)
TAGS = st.integers(1, 255)


@given(st.data(), st.sampled_from(ROWS), TAGS)
def test_a_request_comes_back_as_it_was_asked(data: st.DataObject, name: str, tag: int) -> None:
    row = frames.BY_NAME[name]
    values = data.draw(values_of(row.asked))
    assert frames.asked(frames.ask(name, tag, *values)) == (row.op, tag, values)


@given(st.data(), st.sampled_from(ROWS), TAGS)
def test_a_reply_comes_back_as_it_was_answered(data: st.DataObject, name: str, tag: int) -> None:
    row = frames.BY_NAME[name]
    values = data.draw(values_of(row.answered))
    reply = frames.answer(row.op, tag, frames.OK, *values)
    assert frames.answered(reply) == (tag, frames.OK, values)


@given(st.data(), st.sampled_from(TOLD), st.integers(0, 2**32 - 1), st.integers(1, 2**32 - 1))
def test_an_event_comes_back_as_it_was_told(
    data: st.DataObject, name: str, boot: int, event: int
) -> None:
    values = data.draw(values_of(frames.TOLD_BY_NAME[name][1]))
    message = frames.tell(name, boot, event, 17, *values)
    assert frames.told(message) == (name, boot, event, 17, values)


def test_a_refusal_says_why() -> None:
    reply = frames.answer(17, 9, frames.BAD, "there is no lamp 40")
    assert frames.answered(reply) == (9, frames.BAD, ("there is no lamp 40",))


def test_a_greeting_says_who_a_board_is() -> None:
    said = (frames.TABLE_HASH, b"12345678", 7, frames.RESET_POWER, 1, 1, b"1.4.0")
    assert frames.identified(frames.identity(*said)) == said


@given(st.binary(min_size=1, max_size=80))
def test_any_bytes_are_a_message_or_no_message(message: bytes) -> None:
    for read in (frames.asked, frames.answered, frames.told, frames.identified):
        try:
            read(message)
        except frames.FrameError:
            continue


@pytest.mark.parametrize("name", ROWS)
def test_a_request_with_a_byte_too_much_or_too_few_is_none(name: str) -> None:
    row = frames.BY_NAME[name]
    whole = bytes((row.op, 1)) + bytes(64)
    if not row.asked.endswith("*"):
        with pytest.raises(frames.FrameError):
            frames.asked(whole)
    if row.asked.strip("*"):
        with pytest.raises(frames.FrameError):
            frames.asked(bytes((row.op, 1)))


def test_no_two_rows_share_a_number_or_a_name() -> None:
    rows = [row[:2] for row in frames.CORE + frames.ASKS] + [row[:2] for row in frames.TELLS]
    assert len({op for op, _ in rows}) == len({name for _, name in rows}) == len(rows)
    assert all(op < frames.REPLY for op, _ in rows)
