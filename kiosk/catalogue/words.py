"""Words of a search: taken apart, and made alike in the ways people type Vietnamese. Pure."""

import re
import unicodedata
from collections.abc import Iterator

_WORD = re.compile(r"[^\W_]+")
_TONES = "\u0300\u0301\u0303\u0309\u0323"
"""Grave, acute, tilde, hook, dot: the five tones as combining marks."""
_END_Y = re.compile(r"(?<=[bcdghklmnpqrstvx])y\Z|(?<=qu)y\Z")
_DIGITS = re.compile(r"[0-9]")
_TELEX_PAIRS = (("aa", "a"), ("ee", "e"), ("oo", "o"), ("dd", "d"))
_TELEX_TONES = re.compile(r"(?<=[aeiouy])([a-z]{0,3}?)[sfrxj](?=[a-z]{0,3}\Z)")


def words(text: str) -> list[str]:
    """Return the words of a text in order, lower case and `alike`."""
    return [alike(word) for word in _WORD.findall(unicodedata.normalize("NFC", text).lower())]


def alike(word: str) -> str:
    """Return a word with its tone at the end, so that `hoà` and `hòa` are one, as are kí and ký."""
    parts = unicodedata.normalize("NFD", word)
    tone = "".join(mark for mark in parts if mark in _TONES)
    bare = "".join(mark for mark in parts if mark not in _TONES)
    return unicodedata.normalize("NFC", _END_Y.sub("i", bare)) + tone


def folded(word: str) -> str:
    """Return a word without accents; đ is d."""
    parts = unicodedata.normalize("NFD", word)
    bare = "".join(mark for mark in parts if not unicodedata.combining(mark))
    return _END_Y.sub("i", bare.replace("đ", "d"))


def without_keys(word: str) -> Iterator[str]:
    """Yield what an unaccented word may mean when its Telex or VNI keys were left as typed.

    `giaays` is giay, `ddaats` dat, `huwowng` huong, `tw` tu, `giay61` giay.
    """
    plain = _DIGITS.sub("", word) if word[0].isalpha() else word
    for pair, letter in _TELEX_PAIRS:
        plain = plain.replace(pair, letter)
    for horned in (plain.replace("w", ""), plain.replace("w", "u")):
        yield folded(horned)
        yield folded(_TELEX_TONES.sub(r"\1", horned, count=1))


def one_slip(typed: str, meant: str) -> bool:
    """Return whether one letter too many, too few, wrong, or two exchanged make the difference.

    The optimal string alignment distance of at most 1; equal words are not a slip.
    """
    if typed == meant or abs(len(typed) - len(meant)) > 1:
        return False
    start = next(
        (at for at, (one, other) in enumerate(zip(typed, meant, strict=False)) if one != other),
        min(len(typed), len(meant)),
    )
    one, other = typed[start:], meant[start:]
    if len(one) == len(other):
        return one[1:] == other[1:] or (one[:2] == other[1::-1] and one[2:] == other[2:])
    return one[1:] == other or one == other[1:]


def shortened(word: str) -> set[str]:
    """Return the word and all that are one letter shorter: two words one slip apart share one."""
    return {word} | {word[:at] + word[at + 1 :] for at in range(len(word))}
