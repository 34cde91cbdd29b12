"""Finding a procedure by what people type (domain §3). Pure; an index is made once a catalogue.

Forgiven: accents that are missing, wrong or in the other style, đ as d, kí as ký; one slip in a
word of four letters or more (one too many, too few, wrong, or two exchanged); Telex and VNI keys
left in the word; a missing space, and one too many; any order; the last word unfinished; words
that nobody knows. What people call a procedure (`keywords`) is searched like its name, in all
languages at once. Digits are part of a code.

**Ranking.** Codes first: the whole code, then its beginning, then a part of it. Else the score is

    coverage * (0.7 + 0.2 * precision + 0.1 * order) + 1 when a name or keyword is the whole query

*coverage*: which part of the query the procedure has, each word by its rarity among all procedures,
times how well it was met (`kiosk.catalogue.vocabulary`); *precision*: which part of the best name
or keyword the query has, weighed alike; *order*: which part of the query's neighbours are
neighbours there. The whole query counts 1 as a name with its accents, 0.9 as a name without, 0.8
as a keyword. Procedures with less than 0.4 of the query are not shown, and where very many have as
much of it, those with the shortest names go on. Equal scores: the shorter name, then the code; so
the same query over the same catalogue always has the same answer.
"""

import heapq
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise

import msgspec

from kiosk.catalogue.procedure import Procedure
from kiosk.catalogue.vocabulary import Meant, Vocabulary
from kiosk.catalogue.words import folded, words

MOST_LETTERS = 1000
_LEAST_COVERAGE = 0.4
_FINALISTS = 48
_CODE = re.compile(r"[0-9]([0-9A-Z.]*[0-9A-Z])?")
_SHORTEST_CODE = 2


class Hit(msgspec.Struct, frozen=True):
    """A procedure found; scores of one answer compare with each other only."""

    procedure: Procedure
    score: float


class _Phrase(msgspec.Struct, frozen=True):
    words: tuple[str, ...]
    weight: float


class _Asked:
    """A query: what its words may be, how well each word is met at best, and at which places."""

    def __init__(self, typed: list[str], meant: list[Meant]) -> None:
        self.whole = " ".join(typed)
        self.meant = meant
        self.met: Meant = {}
        self.places: dict[str, set[int]] = defaultdict(set)
        for place, one in enumerate(meant):
            for word, met in one.items():
                self.met[word] = max(met, self.met.get(word, 0))
                self.places[word].add(place)


class Index:
    """The catalogue of a day, ready to be searched. It never changes."""

    def __init__(self, procedures: Iterable[Procedure]) -> None:
        self._procedures = sorted(
            procedures, key=lambda one: (len(words(one.name("vi"))), one.code)
        )
        self._codes = [one.code.replace(".", "") for one in self._procedures]
        self._rows = self._postings()
        self._vocabulary = Vocabulary(self._rows)
        self._rarity = {word: self._rare(len(rows)) for word, rows in self._rows.items()}
        self._phrases = [self._phrases_of(one) for one in self._procedures]
        self._wholes = self._whole_phrases()

    def search(self, query: str, limit: int = 20) -> tuple[Hit, ...]:
        """Return what the query finds, the likeliest first, `limit` at most."""
        query = query[:MOST_LETTERS]
        found = self._of_code(query) or self._of_words(query, limit)
        return tuple(Hit(self._procedures[row], score) for row, score in found[:limit])

    def _postings(self) -> dict[str, tuple[int, ...]]:
        rows: dict[str, set[int]] = defaultdict(set)
        for row, procedure in enumerate(self._procedures):
            for phrase in _said(procedure):
                for word in words(phrase):
                    rows[word].add(row)
        return {word: tuple(sorted(found)) for word, found in rows.items()}

    def _rare(self, rows: int) -> float:
        return math.log(1 + len(self._procedures) / rows)

    def _phrases_of(self, procedure: Procedure) -> tuple[_Phrase, ...]:
        told = dict.fromkeys(tuple(words(phrase)) for phrase in _said(procedure))
        return tuple(
            _Phrase(phrase, sum(self._rarity[word] for word in phrase)) for phrase in told if phrase
        )

    def _whole_phrases(self) -> dict[str, dict[int, float]]:
        """Return what a whole query that is a name or a keyword adds, by row."""
        wholes: dict[str, dict[int, float]] = defaultdict(dict)
        for row, procedure in enumerate(self._procedures):
            told = [(name, 1.0, 0.9) for name in procedure.names.values()]
            told += [(word, 0.8, 0.8) for group in procedure.keywords.values() for word in group]
            for phrase, accented, plain in told:
                spelled = words(phrase)
                whole, bare = " ".join(spelled), " ".join(map(folded, spelled))
                wholes[bare][row] = max(plain, wholes[bare].get(row, 0))
                wholes[whole][row] = max(accented, wholes[whole].get(row, 0))
        return dict(wholes)

    def _of_code(self, query: str) -> list[tuple[int, float]]:
        typed = re.sub(r"[\s,.-]+", ".", query.strip().upper()).strip(".")
        part = typed.replace(".", "")
        if not _CODE.fullmatch(typed) or len(part) < _SHORTEST_CODE:
            return []
        found = []
        for row, code in enumerate(self._codes):
            if part in code:
                begins = code.startswith(part) or code[1:].lstrip("0").startswith(part)
                found.append((row, 1.0 if code == part else 0.8 if begins else 0.6))
        return sorted(found, key=lambda one: (-one[1], self._codes[one[0]]))

    def _of_words(self, query: str, limit: int) -> list[tuple[int, float]]:
        typed = words(query)
        asked = _Asked(typed, self._vocabulary.meant(typed))
        coverage = self._coverage(asked.meant)
        added = self._wholes.get(asked.whole, {})
        shown = [(had, -row) for row, had in coverage.items() if had >= _LEAST_COVERAGE]
        finalists = {-row for _, row in heapq.nlargest(max(limit, _FINALISTS), shown)} | set(added)
        scored = [
            (row, round(coverage[row] * (0.7 + self._fit(row, asked)) + added.get(row, 0), 6))
            for row in finalists
        ]
        return sorted(scored, key=lambda one: (-one[1], one[0]))

    def _coverage(self, asked: list[Meant]) -> dict[int, float]:
        """Return which part of the query each row has; a word that nobody knows weighs 1."""
        had: dict[int, float] = defaultdict(float)
        whole = 0.0
        for meant in asked:
            rows: dict[int, float] = {}
            for word, met in sorted(meant.items(), key=lambda one: one[1]):
                rows |= dict.fromkeys(self._rows[word], met)
            best = max(meant.values(), default=0)
            sure = {row for word, met in meant.items() if met == best for row in self._rows[word]}
            weight = self._rare(len(sure)) if sure else 1.0
            whole += weight
            for row, met in rows.items():
                had[row] += weight * met
        return {row: part / whole for row, part in had.items()}

    def _fit(self, row: int, asked: _Asked) -> float:
        """Return 0.2 * precision + 0.1 * order of the row's best phrase."""
        pairs = len(asked.meant) - 1
        best = 0.0
        for phrase in self._phrases[row]:
            had = sum(self._rarity[word] * asked.met.get(word, 0) for word in phrase.words)
            neighbours = {
                place
                for one, other in pairwise(phrase.words)
                for place in asked.places.get(one, ())
                if place + 1 in asked.places.get(other, ())
            }
            order = len(neighbours) / pairs if pairs else 1.0
            best = max(best, 0.2 * had / phrase.weight + 0.1 * order)
        return best


def _said(procedure: Procedure) -> Iterator[str]:
    yield from procedure.names.values()
    for group in procedure.keywords.values():
        yield from group
