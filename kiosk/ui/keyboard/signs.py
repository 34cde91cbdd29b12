"""Buttons for the tones and marks ("dấu"), for whoever knows no Telex. Pure.

A letter is a letter; a sign goes on the last syllable by the rules of Telex, and off it again when
it is pressed twice.
"""

from enum import Enum

import msgspec

from kiosk.ui.keyboard import marks
from kiosk.ui.keyboard.strokes import Strokes
from kiosk.ui.keyboard.syllable import VOWELS, Tone


class Sign(Enum):
    """A button. HAT is â ê ô, HORN ơ ư and ă, BAR đ; the others are tones."""

    HAT = "hat"
    HORN = "horn"
    BAR = "bar"
    GRAVE = "grave"
    ACUTE = "acute"
    HOOK = "hook"
    TILDE = "tilde"
    DOT = "dot"


_TONES = {
    Sign.GRAVE: Tone.GRAVE,
    Sign.ACUTE: Tone.ACUTE,
    Sign.HOOK: Tone.HOOK,
    Sign.TILDE: Tone.TILDE,
    Sign.DOT: Tone.DOT,
}


def step(strokes: Strokes, key: str) -> Strokes | None:
    """Write a letter of the alphabet, with its mark or without; None when it is none."""
    low = key.lower()
    letter = key.isascii() and key.isalpha()
    return strokes.literal(key) if letter or low in VOWELS or low == "đ" else None


def put(strokes: Strokes, sign: Sign) -> Strokes:
    """Put a sign on a syllable, or take it off; the same syllable when nothing can bear it."""
    if sign in _TONES:
        tone = _TONES[sign] if strokes.tone is not _TONES[sign] else Tone.LEVEL
        return _changed(strokes, strokes.letters, tone) if strokes.vowelled else strokes
    old = strokes.letters
    match sign:
        case Sign.HAT:
            letters, bare = marks.circumflexed(old, "aeo"), marks.uncircumflexed(old, "aeo")
        case Sign.HORN:
            letters, bare = marks.hooked(old, "aou"), marks.unhooked(old)
        case _:
            letters, bare = marks.barred(old), marks.unbarred(old)
    if letters is None:
        return strokes
    return _changed(strokes, bare if letters == old else letters, strokes.tone)


def _changed(strokes: Strokes, letters: str, tone: Tone) -> Strokes:
    return msgspec.structs.replace(strokes, letters=letters, tone=tone)
