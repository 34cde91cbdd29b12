"""Slips of the finger: every way to mistype a word by one letter."""

from collections.abc import Iterator

from kiosk.catalogue.words import folded

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
LEAST = 4


def slips(text: str) -> Iterator[str]:
    """Yield the text with one slip in one of its words of `LEAST` letters or more."""
    typed = text.split(" ")
    for at, word in enumerate(typed):
        if len(folded(word)) >= LEAST:
            for wrong in dict.fromkeys(_slipped(word)):
                if wrong != word:
                    yield " ".join([*typed[:at], wrong, *typed[at + 1 :]])


def _slipped(word: str) -> Iterator[str]:
    for at in range(len(word)):
        head, letter, tail = word[:at], word[at], word[at + 1 :]
        yield head + tail
        if tail:
            yield head + tail[0] + letter + tail[1:]
        for other in _LETTERS:
            yield head + other + tail
            yield head + other + letter + tail
