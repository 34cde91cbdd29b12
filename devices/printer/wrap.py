"""A text broken into lines."""

import bisect
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from devices.lettering import BREAK

_BALANCED_LINES = 4
_BALANCE_STEPS = 16
_NO_BREAK = "\u00a0"
_HYPHEN = "-"
_COENG = "\u17d2"  # the Khmer sign that puts the next consonant below


@dataclass(frozen=True)
class _Piece:
    """What is not broken if it fits on a line, and what stands before it on the same line."""

    text: str
    glue: str = " "


def wrap(text: str, width: float, length: Callable[[str], float]) -> list[str]:
    """Return lines no longer than `width`, broken at spaces and zero-width spaces (U+200B).

    A word too long is broken after hyphens, and what is still too long between any two letters,
    never before a mark of a letter or within a stack of consonants. A few lines are made about
    equally long. A no-break space (U+00A0) keeps its words together.
    """
    pieces = list(_pieces(text.strip(" "), width, length))
    lines = _greedy(pieces, width, length)
    if 1 < len(lines) <= _BALANCED_LINES:
        least = min(width, max(length(piece.text) for piece in pieces))
        for narrower in range(_BALANCE_STEPS, 0, -1):
            aimed = max(least, width * (1 - narrower / (2 * _BALANCE_STEPS)))
            balanced = _greedy(pieces, aimed, length)
            if len(balanced) == len(lines):
                return balanced
    return lines


def _pieces(text: str, width: float, length: Callable[[str], float]) -> Iterator[_Piece]:
    for run in text.split(" "):
        for place, word in enumerate(run.split(BREAK)):
            glue = "" if place else " "
            if length(word) <= width:
                yield _Piece(word, glue)
                continue
            *parts, last = word.split(_HYPHEN)
            for at, part in enumerate((*(part + _HYPHEN for part in parts), last)):
                yield _Piece(part, "" if at else glue)


def _greedy(pieces: Sequence[_Piece], width: float, length: Callable[[str], float]) -> list[str]:
    lines: list[str] = []
    line = ""
    for piece in pieces:
        joined = line + piece.glue + piece.text if line else piece.text
        if length(joined) <= width:
            line = joined
            continue
        if line:
            lines.append(line)
        line = piece.text
        while length(line) > width and (fitting := _fitting(line, width, length)) < len(line):
            lines.append(line[:fitting])
            line = line[fitting:]
    return [each.replace(_NO_BREAK, " ") for each in (*lines, line)]


def _fitting(line: str, width: float, length: Callable[[str], float]) -> int:
    """Return how many characters of the line fit, whole letters with their marks, at least one."""
    counts = [at for at in range(1, len(line)) if _begins(line, at)] or [len(line)]
    fitting = bisect.bisect_right(counts, width, key=lambda count: length(line[:count]))
    return counts[max(0, fitting - 1)]


def _begins(line: str, at: int) -> bool:
    """Return whether a letter with its marks and all that is stacked on it begins here."""
    return not unicodedata.category(line[at]).startswith("M") and line[at - 1] != _COENG
