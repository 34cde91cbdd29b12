"""A text broken into lines."""

import bisect
from collections.abc import Callable

_BALANCED_LINES = 4
_BALANCE_STEPS = 16
_NO_BREAK = "\u00a0"


def wrap(text: str, width: float, length: Callable[[str], float]) -> list[str]:
    """Return lines no longer than `width`, broken at spaces; a word too long is broken anywhere.

    A few lines are made about equally long. A no-break space (U+00A0) keeps its words together.
    """
    lines = _greedy(text, width, length)
    if 1 < len(lines) <= _BALANCED_LINES:
        for narrower in range(_BALANCE_STEPS, 0, -1):
            balanced = _greedy(text, width * (1 - narrower / (2 * _BALANCE_STEPS)), length)
            if len(balanced) == len(lines):
                return balanced
    return lines


def _greedy(text: str, width: float, length: Callable[[str], float]) -> list[str]:
    lines: list[str] = []
    line = ""
    for word in text.strip(" ").split(" "):
        joined = f"{line} {word}" if line else word
        if length(joined) <= width:
            line = joined
            continue
        if line:
            lines.append(line)
        line = word
        while length(line) > width and len(line) > 1:
            fitting = _fitting(line, width, length)
            lines.append(line[:fitting])
            line = line[fitting:]
    return [each.replace(_NO_BREAK, " ") for each in (*lines, line)]


def _fitting(line: str, width: float, length: Callable[[str], float]) -> int:
    """Return how many letters of the line fit, at least one."""
    counts = range(1, len(line))
    return max(1, bisect.bisect_right(counts, width, key=lambda count: length(line[:count])))
