"""VNI (domain §11.2): 1-5 and 0 are tones, 6 circumflex, 7 horn, 8 breve, 9 đ. Pure."""

from kiosk.ui.keyboard import composing, marks
from kiosk.ui.keyboard.strokes import Foreign, Strokes
from kiosk.ui.keyboard.syllable import Tone, ToneStyle

_TONES = {
    "0": Tone.LEVEL,
    "1": Tone.ACUTE,
    "2": Tone.GRAVE,
    "3": Tone.HOOK,
    "4": Tone.TILDE,
    "5": Tone.DOT,
}


def compose(keys: str, *, tone_style: ToneStyle = "old", foreign: Foreign = "give_back") -> str:
    """Return what the keys of a text make, NFC: `tie61ng Vie65t` is `tiếng Việt`.

    A digit that changes nothing is a digit, and ends the syllable. `foreign` as with Telex.
    """
    return composing.composed(keys, step, tone_style, foreign)


def step(strokes: Strokes, key: str) -> Strokes | None:
    """Give a key to a syllable; None when it is a digit with nothing to change, or no letter."""
    if composing.is_letter(key):
        return strokes.literal(key)
    if key in strokes.spent:
        return None
    if key in _TONES:
        return _tone(strokes, key)
    match key:
        case "6":
            letters, taken = marks.circumflexed(strokes.letters, "aeo"), _no_circumflex
        case "7":
            letters, taken = marks.hooked(strokes.letters, "ou"), marks.unhooked
        case "8":
            letters, taken = marks.hooked(strokes.letters, "a"), marks.unhooked
        case "9":
            letters, taken = marks.barred(strokes.letters), marks.unbarred
        case _:
            return None
    return None if letters is None else strokes.marked(letters, key, taken)


def _tone(strokes: Strokes, key: str) -> Strokes | None:
    bears = strokes.vowelled and (key != "0" or strokes.tone is not Tone.LEVEL)
    return strokes.toned(_TONES[key], key) if bears else None


def _no_circumflex(letters: str) -> str:
    return marks.uncircumflexed(letters, "aeo")
