"""A terminal goes on whatever comes out of it: words, others' sequences, no text at all."""

import random

import pytest

from provisioning.controller.remote.terminal import Terminal

_PIECES = (
    *("\x1b[", "\x1b", "\x9b", "\x1b]", "\x1b]0;", "\x1b(B", "\x1b#8", "\x07", "\x00"),
    *("?", ">", ";", "0", "1", "6", "38;5;", "38;2;1", "99999999"),
    *("m", "n", "r", "h", "l", "J", "K", "H", "L", "M", "P", "@", "c"),
    *("\r", "\n", "\t", "\x08", "\x0e", "a", "é", "漢", "\u0301"),
)


@pytest.mark.parametrize(
    "sequence",
    [
        "\x1b[?4m",  # xterm: is that mode on?
        "\x1b[>4;2m",  # vim: keys told apart
        "\x1b[?6n",  # VT220: where is the cursor?
        "\x1b[9J",
        "\x1b[1;2;3;4A",
    ],
)
def test_a_sequence_without_meaning_means_nothing(sequence: str) -> None:
    terminal = Terminal(20, 4)
    terminal.feed(f"before{sequence} after\r\nnext")
    assert terminal.shown().lines[:2] == ("before after", "next")


def test_a_wide_letter_that_is_half_written_over_is_drawn() -> None:
    terminal = Terminal(20, 2)
    terminal.feed("漢字\ra")
    assert terminal.shown().lines[0] == "a字"
    assert terminal.text() == "a字\n"


def test_a_wide_letter_takes_two_places() -> None:
    terminal = Terminal(20, 2)
    terminal.feed("漢字")
    assert (terminal.shown().lines[0], terminal.shown().column) == ("漢字", 4)


def test_no_text_at_all_ends_no_terminal() -> None:
    chance = random.Random(4)
    for _ in range(500):
        terminal = Terminal(20, 4)
        terminal.feed("".join(chance.choices(_PIECES, k=40)))
        terminal.feed("\x1bc" + "\x07\x1b\\" + "\x1bc" + "still here")
        assert "still here" in terminal.text()
