"""Boxes found by words as people type them: of the box, its site, its units."""

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence

from provisioning.controller.overview import Overview

_Named = tuple[str, tuple[str, ...]]


class Index:
    """The words of all boxes in one text, made anew when a box came, moved or was renamed."""

    def __init__(self, overview: Overview, unit_name: Callable[[str], str]) -> None:
        self._overview = overview
        self._unit_name = unit_name
        self._lines: dict[str, tuple[_Named, str]] = {}
        self._text = ""
        self._version = -1

    def among(self, boxes: Iterable[str], words: Sequence[str]) -> Iterator[str]:
        """Yield those of the boxes in which each word is found; words are `plain`."""
        if self._version != self._overview.naming:
            self._version = self._overview.naming
            self._text = "".join(self._line(box) for box in self._overview.names())
        wanted, longest, text = set(boxes), max(words, key=len), self._text
        at = text.find(longest)
        while at >= 0:
            begins, ends = text.rfind("\n", 0, at) + 1, text.find("\n", at)
            line = text[begins:ends]
            box = line[: line.index("\t")]
            if box in wanted and all(word in line for word in words):
                yield box
            at = text.find(longest, ends)

    def _line(self, box: str) -> str:
        of = self._overview.judged(box).site, self._overview.path(box)
        known = self._lines.get(box)
        if known is None or known[0] != of:
            names = " ".join((box, of[0], *map(self._unit_name, of[1])))
            known = self._lines[box] = of, f"{box}\t{plain(' '.join(names.split()))}\n"
        return known[1]


def plain(text: str) -> str:
    """Return text as people type it into a search: small letters without marks."""
    bare = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(letter for letter in bare if not unicodedata.combining(letter))
