"""Finding a procedure among 2,000, keystroke by keystroke; and what is found after slips."""

import random
import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence

import msgspec
from rapidfuzz import fuzz, process

from bench.table import Table, percentile, spread
from kiosk.catalogue.files import SAMPLE, read_folders
from kiosk.catalogue.procedure import Procedure
from kiosk.catalogue.search import Index
from kiosk.catalogue.words import folded
from tests.kiosk.catalogue.slips import slips
from tests.kiosk.catalogue.synthetic import keystrokes, procedures

MANY, TYPED, ROUNDS, LIMIT = 2000, 40, 5, 20
_TRIGRAM = 3
_TELEX = {
    "à": "af", "á": "as", "ả": "ar", "ã": "ax", "ạ": "aj", "ă": "aw", "ằ": "awf", "ắ": "aws",
    "ẳ": "awr", "ẵ": "awx", "ặ": "awj", "â": "aa", "ầ": "aaf", "ấ": "aas", "ẩ": "aar", "ẫ": "aax",
    "ậ": "aaj", "è": "ef", "é": "es", "ẻ": "er", "ẽ": "ex", "ẹ": "ej", "ê": "ee", "ề": "eef",
    "ế": "ees", "ể": "eer", "ễ": "eex", "ệ": "eej", "ì": "if", "í": "is", "ỉ": "ir", "ĩ": "ix",
    "ị": "ij", "ò": "of", "ó": "os", "ỏ": "or", "õ": "ox", "ọ": "oj", "ô": "oo", "ồ": "oof",
    "ố": "oos", "ổ": "oor", "ỗ": "oox", "ộ": "ooj", "ơ": "ow", "ờ": "owf", "ớ": "ows", "ở": "owr",
    "ỡ": "owx", "ợ": "owj", "ù": "uf", "ú": "us", "ủ": "ur", "ũ": "ux", "ụ": "uj", "ư": "uw",
    "ừ": "uwf", "ứ": "uws", "ử": "uwr", "ữ": "uwx", "ự": "uwj", "ỳ": "yf", "ý": "ys", "ỷ": "yr",
    "ỹ": "yx", "ỵ": "yj", "đ": "dd",
}  # fmt: skip
Search = Callable[[str], Sequence[str]]
"""Returns the codes found, the likeliest first."""


class _Finder(msgspec.Struct, frozen=True):
    name: str
    index: Callable[[Sequence[Procedure]], Search]


def measure() -> Table:
    """Return how long a keystroke takes and what is found, of ours and of two peers."""
    rows = (*read_folders([SAMPLE]).procedures, *procedures(MANY))[:MANY]
    draw = random.Random(7)
    typed = [text for row in draw.sample(rows, TYPED) for text in keystrokes(row.name("vi"))]
    finders = (
        _Finder("motcua", _ours),
        _Finder("rapidfuzz, `WRatio` over the names without accents", _rapidfuzz),
        _Finder("SQLite FTS5, trigrams of the names without accents, bm25", _trigrams),
    )
    times: dict[str, list[list[float]]] = {one.name: [] for one in finders}
    made: dict[str, list[float]] = {one.name: [] for one in finders}
    searches: dict[str, Search] = {}
    for _ in range(ROUNDS):
        for one in finders:
            began = time.thread_time()
            searches[one.name] = one.index(rows)
            made[one.name].append(time.thread_time() - began)
            times[one.name].append([_ms(searches[one.name], text) for text in typed])
    found = {name: _found(search, rows) for name, search in searches.items()}
    return Table(
        title="Search in the catalogue",
        how=(
            f"{len(rows)} procedures (the sample, and made-up names of real words), {len(typed)} "
            f"keystrokes of {TYPED} names typed to their end, {ROUNDS} rounds taken in turn; "
            f"{LIMIT} results asked for. Times are processor time (one thread each). "
            "*found*: the procedure is the first result of its "
            "name, or within the first five when the name is typed without accents and with one "
            "slip in a word of four letters or more, with its Telex keys as they are, or with a "
            "space missing; 400 names each. Of all slips that the sample's own names allow, among "
            f"themselves, ours finds {_slips_of_sample()} within the first five."
        ),
        head=(
            "",
            "made in s",
            "keystroke p50 ms",
            "p99 ms",
            "p99 to ours",
            "name: first",
            "no accents: first",
            "one slip: in five",
            "Telex left: in five",
            "space missing: in five",
        ),
        rows=tuple(
            (
                one.name,
                spread(made[one.name], 2),
                spread([percentile(run, 0.5) for run in times[one.name]], 2),
                spread([percentile(run, 0.99) for run in times[one.name]], 2),
                spread(
                    [
                        percentile(run, 0.99) / percentile(ours, 0.99)
                        for run, ours in zip(times[one.name], times["motcua"], strict=True)
                    ],
                    1,
                ),
                *(f"{100 * share:.1f} %" for share in found[one.name]),
            )
            for one in finders
        ),
    )


def _ms(search: Search, text: str) -> float:
    began = time.thread_time()
    search(text)
    return 1000 * (time.thread_time() - began)


def _ours(rows: Sequence[Procedure]) -> Search:
    index = Index(rows)
    return lambda query: [hit.procedure.code for hit in index.search(query, LIMIT)]


def _rapidfuzz(rows: Sequence[Procedure]) -> Search:
    names = [_plain(row.name("vi")) for row in rows]

    def search(query: str) -> list[str]:
        found = process.extract(_plain(query), names, scorer=fuzz.WRatio, limit=LIMIT)
        return [rows[at].code for _, _, at in found]

    return search


def _trigrams(rows: Sequence[Procedure]) -> Search:
    db = sqlite3.connect(":memory:")
    db.execute("CREATE VIRTUAL TABLE names USING fts5(name, code UNINDEXED, tokenize='trigram')")
    db.executemany(
        "INSERT INTO names VALUES (?, ?)", [(_plain(r.name("vi")), r.code) for r in rows]
    )

    def search(query: str) -> list[str]:
        text = _plain(query)
        parts = {text[at : at + _TRIGRAM] for at in range(len(text) - _TRIGRAM + 1)}
        if not parts:
            sql, word = "SELECT code FROM names WHERE name LIKE ? LIMIT ?", f"%{text}%"
        else:
            sql = "SELECT code FROM names WHERE names MATCH ? ORDER BY rank LIMIT ?"
            word = " OR ".join(f'"{part}"' for part in sorted(parts))
        return [code for (code,) in db.execute(sql, (word, LIMIT))]

    return search


def _found(search: Search, rows: Sequence[Procedure]) -> Iterable[float]:
    draw = random.Random(11)
    some = draw.sample(rows, 400)
    names = [row.name("vi") for row in some]
    plain = [_plain(name) for name in names]
    slipped = [draw.choice(list(slips(name))) for name in plain]
    keys = ["".join(_TELEX.get(letter, letter) for letter in name.lower()) for name in names]
    gaps = [name.replace(" ", "", 1) for name in plain]
    for texts, first in ((names, 1), (plain, 1), (slipped, 5), (keys, 5), (gaps, 5)):
        hits = [row.code in search(text)[:first] for row, text in zip(some, texts, strict=True)]
        yield sum(hits) / len(hits)


def _slips_of_sample() -> str:
    rows = read_folders([SAMPLE]).procedures
    search = _ours(rows)
    typed = [(row, text) for row in rows for text in slips(_plain(row.name("vi")))]
    found = sum(row.code in search(text)[:5] for row, text in typed)
    return f"{found:,} of {len(typed):,}"


def _plain(text: str) -> str:
    return " ".join(map(folded, text.lower().split()))
