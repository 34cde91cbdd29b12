"""Telex (domain TLX-1..9): the keys s f r x j z, doubled a e o d, and w. Pure.

A w alone is ư. The brackets for ơ and ư are not taken: they are no letters, and end a syllable.
"""

import msgspec

from kiosk.ui.keyboard import composing, marks
from kiosk.ui.keyboard.strokes import Foreign, Strokes
from kiosk.ui.keyboard.syllable import Tone, ToneStyle, parts

_TONES = {"s": Tone.ACUTE, "f": Tone.GRAVE, "r": Tone.HOOK, "x": Tone.TILDE, "j": Tone.DOT}


def compose(keys: str, *, tone_style: ToneStyle = "old", foreign: Foreign = "give_back") -> str:
    """Return what the keys of a text make, NFC: `tieengs Vieetj` is `tiếng Việt`.

    `foreign` says what becomes of a syllable that cannot be Vietnamese (TLX-8): `windows` stays
    `windows`, or is composed to what it gives.
    """
    return composing.composed(keys, step, tone_style, foreign)


def step(strokes: Strokes, key: str) -> Strokes | None:
    """Give a key to a syllable; None when it is no letter."""
    if not composing.is_letter(key):
        return None
    low = key.lower()
    if low in strokes.spent:
        return strokes.literal(key)
    if low in _TONES and strokes.vowelled:
        return strokes.toned(_TONES[low], key)
    if low == "z" and strokes.tone is not Tone.LEVEL:
        return strokes.toned(Tone.LEVEL, key)
    marker = _MARKERS.get(low)
    return marker(strokes, key) if marker else strokes.literal(key)


def _repeated(strokes: Strokes, key: str) -> Strokes:
    """TLX-3."""
    vowel = key.lower()
    letters = marks.circumflexed(strokes.letters, vowel)
    if letters is None or marks.is_letter_again(strokes.letters, vowel):
        return strokes.literal(key)
    return strokes.marked(letters, key, lambda old: marks.uncircumflexed(old, vowel))


def _bar(strokes: Strokes, key: str) -> Strokes:
    """TLX-4."""
    letters = marks.barred(strokes.letters)
    if letters is None:
        return strokes.literal(key)
    return strokes.marked(letters, key, marks.unbarred)


def _hook(strokes: Strokes, key: str) -> Strokes:
    """TLX-5; after `gi` a w is ư too, as in `giwx`."""
    if not strokes.vowelled or parts(strokes.letters) == ("g", "i", ""):
        bare = strokes.literal("ư" if key.islower() else "Ư")
        return msgspec.structs.replace(bare, keys=strokes.keys + key, bare=len(strokes.letters))
    letters = marks.hooked(strokes.letters, "aou")
    if letters is None:
        return strokes.literal(key)
    if letters == strokes.letters and letters[strokes.bare : strokes.bare + 1] in ("ư", "Ư"):
        return strokes.unbared(key)
    return strokes.marked(letters, key, marks.unhooked)


_MARKERS = {"a": _repeated, "e": _repeated, "o": _repeated, "d": _bar, "w": _hook}
