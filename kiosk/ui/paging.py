"""Dividing what does not fit: lists by rows, texts by lines. Pure."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

T = TypeVar("T")


def shown(items: Sequence[T], first: int, count: int) -> tuple[Sequence[T], int | None]:
    """Return `count` items from the first on, and where the next ones begin: at 0 after the last.

    None where all are shown. A `first` beyond the end is 0.
    """
    first = first if 0 <= first < len(items) else 0
    end = first + max(1, count)
    if first == 0 and end >= len(items):
        return items, None
    return items[first:end], end if end < len(items) else 0


def parts(items: Iterable[tuple[T, int]], lines: int) -> list[list[T]]:
    """Return items, each with the lines it takes, in parts of as many lines as fit.

    One that is higher than all is a part of its own. There is always one part.
    """
    divided: list[list[T]] = [[]]
    left = lines
    for item, height in items:
        if height > left and divided[-1]:
            divided.append([])
            left = lines
        divided[-1].append(item)
        left -= height
    return divided


def lines_of(text: str, letters: int) -> int:
    """Return about how many lines a text takes where so many letters stand in one."""
    count, left = 1, letters
    for word in text.split():
        if len(word) > left and left < letters:
            count, left = count + 1, letters
        left -= len(word) + 1
    return count


def clipped(text: str, letters: int) -> str:
    """Return the text, or what stands before a space within so many letters."""
    if len(text) <= letters:
        return text
    return text[: letters - 1].rpartition(" ")[0].rstrip(",;:") + "…"
