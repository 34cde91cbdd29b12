"""The keys that a person may press for a syllable, in the orders that people use."""

import re
import unicodedata
from collections.abc import Callable
from typing import Literal

from kiosk.ui.keyboard.signs import Sign
from tests.kiosk.ui.keyboard.spelling import TONES

Method = Literal["telex", "vni"]
IN_PLACE = "each mark behind its letter, the tone at the end"
TONE_EARLY = "the tone behind its letter"
MARKS_AT_END = "all marks at the end, then the tone"
MARKS_LAST = "the tone behind its letter, all marks at the end"
HORN_ON_U = "one horn for both of ươ, behind the u"
TWO_HORNS = "a horn for each of ươ"
ORDERS = (IN_PLACE, TONE_EARLY, MARKS_AT_END, MARKS_LAST, HORN_ON_U, TWO_HORNS)
TELEX_TONES = dict(zip(TONES, ("", "f", "s", "r", "x", "j"), strict=True))
_TELEX = {"â": "a", "ê": "e", "ô": "o", "ă": "w", "ơ": "w", "ư": "w", "đ": "d"}
_SIGNS = {"đ": Sign.BAR} | dict.fromkeys("âêô", Sign.HAT) | dict.fromkeys("ăơư", Sign.HORN)
_TONE_SIGNS = dict(
    zip(list(TONES)[1:], (Sign.GRAVE, Sign.ACUTE, Sign.HOOK, Sign.TILDE, Sign.DOT), strict=True)
)
_VNI = {"â": "6", "ê": "6", "ô": "6", "ă": "8", "ơ": "7", "ư": "7", "đ": "9"}


def taken_apart(word: str) -> tuple[str, str, int]:
    """Return a small written syllable without its tone, the tone, and the place of its bearer."""
    tone, at, kept = "", -1, []
    for place, letter in enumerate(word):
        signs = unicodedata.normalize("NFD", letter)
        if found := [sign for sign in signs if sign in TONES]:
            tone, at = found[0], place
        kept.append("".join(sign for sign in signs if sign not in TONES))
    return unicodedata.normalize("NFC", "".join(kept)), tone, at


def keys_of(word: str, method: Method, order: str = IN_PLACE) -> str:
    """Return the keys of a Vietnamese syllable in small letters."""
    plain, tone, at = taken_apart(word)
    tone_key = TELEX_TONES[tone] if method == "telex" else TONES[tone].replace("0", "")
    marks = _TELEX if method == "telex" else _VNI
    tone_early, marks_late = order in (TONE_EARLY, MARKS_LAST), order in (MARKS_AT_END, MARKS_LAST)
    now, then = "", ""
    for place, letter in enumerate(plain):
        now += _bare(letter)
        mark = "" if _spared(plain, place, order) else marks.get(letter, "")
        now, then = (now, then + mark) if marks_late else (now + mark, then)
        if plain[place - 1 : place + 1] == "oo" and method == "telex":
            now += "o"  # xooong: the third takes the circumflex back
        if place == at and tone_early:
            now += tone_key
    return now + then if tone_early else now + then + tone_key


def _spared(plain: str, place: int, order: str) -> bool:
    """One w or 7 does for both letters of ươ."""
    if order == TWO_HORNS:
        return False
    return (
        plain[place - 1 : place + 1] == "ươ"
        if order == HORN_ON_U
        else (plain[place : place + 2] == "ươ")
    )


def seen(name: str, compose: Callable[[str], str], method: Method) -> str:
    """Return the keys of somebody who types any name with an eye on the glass.

    Each syllable letter by letter, tone at its end; where a key did not show its letter, it is
    pressed again.
    """
    keys = ""
    for run in re.findall(r"[^\W\d_]+|[\W\d_]+", name):
        keys += _seen(run, compose, method) if run[0].isalpha() else run
    return keys


def _seen(run: str, compose: Callable[[str], str], method: Method) -> str:
    plain, tone, _ = taken_apart(run)
    keys, marks = "", _TELEX if method == "telex" else _VNI
    for letter in plain:
        mark = marks.get(letter.lower(), "")
        keys += (_bare(letter.lower()).upper() if letter.isupper() else _bare(letter)) + mark
        if not mark and not compose(keys).endswith(letter):
            keys += letter
    return keys + (TELEX_TONES[tone] if method == "telex" else TONES[tone].replace("0", ""))


def _bare(letter: str) -> str:
    return "d" if letter == "đ" else unicodedata.normalize("NFD", letter)[0]


def signs_of(word: str) -> list[str | Sign]:
    """Return the letters and sign buttons of a small written syllable."""
    plain, tone, _ = taken_apart(word)
    keys: list[str | Sign] = []
    for place, letter in enumerate(plain):
        keys.append(_bare(letter))
        if letter in _SIGNS and not _spared(plain, place, IN_PLACE):
            keys.append(_SIGNS[letter])
    return [*keys, _TONE_SIGNS[tone]] if tone else keys
