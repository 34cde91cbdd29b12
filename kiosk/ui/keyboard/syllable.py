"""A Vietnamese syllable: onset, vowel cluster, final; where its tone is written. Pure.

`letters` everywhere is a text of letters that bear marks (ă â đ ê ô ơ ư) but no tone, NFC.
"""

import unicodedata
from enum import StrEnum
from typing import Literal, NamedTuple

ToneStyle = Literal["old", "new"]
"""`old`: hòa, khỏe, thủy; `new`: hoà, khoẻ, thuỷ."""

VOWELS = frozenset("aăâeêioôơuưy")
_MARKED = frozenset("ăâêôơư")
_NEW_SECOND = frozenset(("oa", "oe", "uy"))
_TWO, _THREE = 2, 3


class Tone(StrEnum):
    """The six tones, each as its combining sign."""

    LEVEL = ""
    ACUTE = "\u0301"  # sắc
    GRAVE = "\u0300"  # huyền
    HOOK = "\u0309"  # hỏi
    TILDE = "\u0303"  # ngã
    DOT = "\u0323"  # nặng


_SIGNS = frozenset(Tone) - {Tone.LEVEL}


class Parts(NamedTuple):
    """A syllable taken apart, as it was written."""

    onset: str
    cluster: str
    final: str


def parts(letters: str) -> Parts:
    """Take a syllable apart (TLX-1); what follows the first run of vowels is its final.

    The u of `qu` and the i of `gi` belong to the onset when a vowel follows them.
    """
    low = letters.lower()
    start = next((at for at, letter in enumerate(low) if letter in VOWELS), len(low))
    if low[: start + 1] in ("qu", "gi") and low[start + 1 : start + 2] in VOWELS:
        start += 1
    end = start
    while end < len(low) and low[end] in VOWELS:
        end += 1
    return Parts(letters[:start], letters[start:end], letters[end:])


def spelled(letters: str, tone: Tone, style: ToneStyle) -> str:
    """Write the tone into a syllable; one without a vowel bears none. NFC."""
    onset, cluster, final = parts(letters)
    if tone is Tone.LEVEL or not cluster:
        return letters
    at = _bearer(cluster.lower(), style, closed=bool(final))
    borne = unicodedata.normalize("NFC", cluster[at] + tone)
    return onset + cluster[:at] + borne + cluster[at + 1 :] + final


def _bearer(cluster: str, style: ToneStyle, *, closed: bool) -> int:
    marked = [at for at, letter in enumerate(cluster) if letter in _MARKED]
    if marked:
        return marked[-1]
    if len(cluster) >= _THREE:
        return 1
    if len(cluster) == _TWO and (closed or (style == "new" and cluster in _NEW_SECOND)):
        return 1
    return 0


def read(text: str) -> tuple[str, Tone]:
    """Take the tone off a written syllable; of several the last counts."""
    tone, kept = Tone.LEVEL, []
    for sign in unicodedata.normalize("NFD", text):
        if sign in _SIGNS:
            tone = Tone(sign)
        else:
            kept.append(sign)
    return unicodedata.normalize("NFC", "".join(kept)), tone


def base(letter: str) -> str:
    """Return the plain small letter below marks: `Ộ` is `o`, `Đ` is `d`."""
    low = unicodedata.normalize("NFD", letter.lower())[:1]
    return "d" if low == "đ" else low
