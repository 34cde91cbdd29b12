"""Whole texts through a method of typing: syllable by syllable, each key on the last one. Pure."""

import unicodedata
from collections.abc import Callable

from kiosk.ui.keyboard.strokes import NOTHING, Foreign, Strokes
from kiosk.ui.keyboard.syllable import ToneStyle

Step = Callable[[Strokes, str], Strokes | None]
"""What a key makes of a syllable; None when it does not belong to one, and so ends it (TLX-1)."""


def stepped(strokes: Strokes, key: str, step: Step, foreign: Foreign) -> Strokes | None:
    """Give a key to a syllable; a settled one takes only letters, as they are."""
    if strokes.settled and foreign == "give_back":
        return strokes.literal(key) if is_letter(key) else None
    return step(strokes, key)


def composed(keys: str, step: Step, style: ToneStyle, foreign: Foreign) -> str:
    """Return what the keys of a text make, NFC. Letters beyond a-z pass through and end a syllable.

    A key changes the last syllable only; what stands before it stays.
    """
    done: list[str] = []
    last = NOTHING
    for key in unicodedata.normalize("NFC", keys):
        after = stepped(last, key, step, foreign)
        if after is None:
            done += (last.shown(style, foreign), key)
        last = after or NOTHING
    return unicodedata.normalize("NFC", "".join((*done, last.shown(style, foreign))))


def is_letter(key: str) -> bool:
    """Return whether a key is a letter of a keyboard: a-z or A-Z."""
    return len(key) == 1 and key.isascii() and key.isalpha()
