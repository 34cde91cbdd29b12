"""One syllable while it is typed: what its keys have made so far. Pure.

Telex and VNI say which key does what; here is what both share: a tone, a mark, taking both back
(TLX-2..6), and giving back the keys of what is not Vietnamese (TLX-8).
"""

from collections.abc import Callable
from typing import Any, Literal

import msgspec

from kiosk.ui.keyboard.marks import appended, unhooked
from kiosk.ui.keyboard.sounds import possible
from kiosk.ui.keyboard.syllable import VOWELS, Tone, ToneStyle, parts, read, spelled

Foreign = Literal["give_back", "compose"]
"""What becomes of a syllable that cannot be Vietnamese: its keys as typed, or what they compose."""
_SURELY = ("đ", "ươ")
"""What no other language's keys compose: Đak, Khươl and Đakrông are meant."""


class Strokes(msgspec.Struct, frozen=True):
    """A syllable's letters and tone, the keys they came from, and the keys that are spent.

    `spent` keys were taken back and are letters for the rest of the syllable (TLX-6). `stands`:
    the last key took something back, so the result is meant; a third press of that key settles
    it (`passsword`), and every further key is a letter. `bare` is where a lone w made an ư.
    `before` are syllables written in one with it, as in Đakrông.
    """

    letters: str = ""
    tone: Tone = Tone.LEVEL
    keys: str = ""
    spent: str = ""
    stands: str = ""
    settled: bool = False
    bare: int = -1
    before: tuple[tuple[str, Tone], ...] = ()

    def __repr__(self) -> str:
        """Say nothing of what was typed."""
        return "Strokes(…)"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """Say nothing of what was typed."""
        return []

    @property
    def vowelled(self) -> bool:
        """Whether there is a vowel to bear a tone."""
        return bool(parts(self.letters).cluster)

    def shown(self, style: ToneStyle, foreign: Foreign) -> str:
        """Return the syllable as it stands on the glass."""
        if foreign == "give_back" and not self._kept():
            return self.keys
        whole = (*self.before, (self.letters, self.tone))
        return "".join(spelled(letters, tone, style) for letters, tone in whole)

    def _kept(self) -> bool:
        if self.stands or self.settled:
            return True
        first = self.before[0][0] if self.before else self.letters
        if any(sure in first.lower() for sure in _SURELY):
            return True
        undone = self.spent and not self.vowelled  # www
        return not self.before and not undone and possible(self.letters, self.tone)

    def literal(self, key: str) -> "Strokes":
        """Add a key as the letter it is."""
        again = self.stands == key.lower() and self.vowelled
        w = self.stands == "w" != key.lower() and not self.vowelled  # wwa is wa, www is www
        added = msgspec.structs.replace(
            self,
            letters=appended(self.letters, key),
            keys=self.keys + key,
            stands="",
            settled=self.settled or again or w,
        )
        return _beyond_final(added) if key.lower() in VOWELS else added

    def written(self, letters: str, key: str) -> "Strokes":
        """Put other letters in place of those there are."""
        return msgspec.structs.replace(self, letters=letters, keys=self.keys + key, stands="")

    def toned(self, tone: Tone, key: str) -> "Strokes":
        """Give it a tone; the one it has already is taken back, and the key is a letter (TLX-2)."""
        if tone is not self.tone:
            return msgspec.structs.replace(self, tone=tone, keys=self.keys + key, stands="")
        return self._taken_back(self.letters + key, key, tone=Tone.LEVEL)

    def marked(self, letters: str, key: str, unmarked: Callable[[str], str]) -> "Strokes":
        """Put a mark; when nothing changes it is taken back, and the key is a letter (TLX-3..5)."""
        if letters != self.letters:
            return self.written(letters, key)
        return self._taken_back(unmarked(letters) + key, key, tone=self.tone)

    def unbared(self, key: str) -> "Strokes":
        """Make the ư of a lone w to a w again: `ww` is w, not uw."""
        at, old = self.bare, unhooked(self.letters)
        w = "w" if old[at].islower() else "W"
        last = at == len(old) - 1
        letters = old[:at] + w + old[at + 1 :] + ("" if last else key)
        return msgspec.structs.replace(self._taken_back(letters, key, tone=self.tone), bare=-1)

    def _taken_back(self, letters: str, key: str, *, tone: Tone) -> "Strokes":
        meant = not self.before and possible(self.letters, self.tone)
        return msgspec.structs.replace(
            self,
            letters=letters,
            tone=tone,
            keys=self.keys + key,
            spent=self.spent + key.lower(),
            stands=key.lower() if meant else "",
        )


def _beyond_final(strokes: Strokes) -> Strokes:
    """Begin another syllable when a vowel came after a final; it takes one consonant with it."""
    onset, cluster, final = parts(strokes.letters)
    if not final:
        return strokes
    return msgspec.structs.replace(
        strokes,
        letters=final[-2:],
        tone=Tone.LEVEL,
        spent="",
        bare=-1,
        before=(*strokes.before, (onset + cluster + final[:-2], strokes.tone)),
    )


NOTHING = Strokes()


def resumed(text: str) -> Strokes:
    """Take up a syllable that stands there already: its history is gone, it is its own keys."""
    letters, tone = read(text)
    return Strokes(letters=letters, tone=tone, keys=text)
