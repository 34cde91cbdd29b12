"""The words of a catalogue, and which of them somebody may mean by what he types. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from kiosk.catalogue.words import folded, one_slip, shortened, without_keys

EXACT = 1.0
UNACCENTED = 0.95
SPACED = 0.9
KEYS = 0.85
OTHER_ACCENTS = 0.8
BEGUN = 0.75
SLIPPED = 0.6
"""How well a typed word meets one of the catalogue, from 1 down."""

Meant = dict[str, float]
"""Words of the catalogue that one typed word may be, and how well each is met."""
_SLIP_LETTERS = 4
_LONGEST_PART = 12


class Vocabulary:
    """Words as `kiosk.catalogue.words.words` gives them."""

    def __init__(self, known: Iterable[str]) -> None:
        self._known = sorted(set(known))
        self._by_fold: dict[str, list[str]] = defaultdict(list)
        self._begun: dict[str, list[str]] = defaultdict(list)
        self._near: dict[str, list[str]] = defaultdict(list)
        for word in self._known:
            self._by_fold[folded(word)].append(word)
        for fold in self._by_fold:
            for end in range(1, len(fold)):
                self._begun[fold[:end]].append(fold)
            if len(fold) >= _SLIP_LETTERS:
                for short in shortened(fold):
                    self._near[short].append(fold)

    def meant(self, typed: Sequence[str]) -> list[Meant]:
        """Return what each word of a query may be; the last one may be unfinished.

        A word that is two because of a space too many is one here, one without its spaces several.
        """
        asked: list[Meant] = []
        rest = list(typed)
        while rest:
            if joined := self._joined(rest):
                asked.append(self._spelled(joined, SPACED))
                rest = rest[2:]
                continue
            word = rest.pop(0)
            meant = self._word(word, last=not rest)
            sure = meant and max(meant.values()) > SLIPPED
            parts = [] if sure else self._parts(folded(word))
            asked += [self._spelled(part, SPACED) for part in parts] or [meant]
        return asked

    def _word(self, word: str, *, last: bool) -> Meant:
        """Return the words it may be; better ways of meeting overwrite worse ones."""
        fold = folded(word)
        meant: Meant = {}
        for other in {other for short in shortened(fold) for other in self._near.get(short, ())}:
            if one_slip(fold, other):
                meant |= self._spelled(other, SLIPPED)
        if last:
            for other in self._begun.get(fold, ()):
                meant |= self._spelled(other, BEGUN)
        for bare in without_keys(fold):
            if bare != fold:
                meant |= self._spelled(bare, KEYS)
        meant |= self._spelled(fold, UNACCENTED if word == fold else OTHER_ACCENTS)
        if word in self._by_fold.get(fold, ()):
            meant[word] = EXACT
        return meant

    def _spelled(self, fold: str, met: float) -> Meant:
        return dict.fromkeys(self._by_fold.get(fold, ()), met)

    def _joined(self, rest: Sequence[str]) -> str:
        """Return the word that the next two are when one of them is none: a space too many."""
        one, other = [*map(folded, rest[:2]), ""][:2]
        apart = one in self._by_fold and other in self._by_fold
        return one + other if other and not apart and one + other in self._by_fold else ""

    def _parts(self, run: str) -> list[str]:
        """Return the fewest words of the catalogue that the letters are when spaces are missing."""
        best: list[list[str] | None] = [[]] + [None] * len(run)
        for end in range(2, len(run) + 1):
            for start in range(max(0, end - _LONGEST_PART), end - 1):
                before, part = best[start], folded(run[start:end])
                if before is None or part not in self._by_fold:
                    continue
                now = best[end]
                if now is None or len(before) + 1 < len(now):
                    best[end] = [*before, part]
        return best[-1] or []
