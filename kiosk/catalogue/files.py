"""A catalogue from folders of TOML: one procedure a file, sectors in `catalogue.toml`.

Later folders lie over earlier ones: a procedure replaces all versions of the same one below (its
agency aside), a sector the one of its id; `withdrawn` takes codes below out. A folder is taken
whole or not at all, and everything that is wrong with it is said at once. docs/catalogue.md is the
guide.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from devices.contract.config import BadConfigError, Config, Problem, parse_toml
from kiosk.catalogue.catalogue import Catalogue
from kiosk.catalogue.procedure import Code, Procedure, Sector, bad_texts, identity
from kiosk.domain.dated import overlapping

SAMPLE = Path(__file__).with_name("sample")
"""The sample catalogue, "dữ liệu mẫu" in every row (CAT-4)."""
HEAD = "catalogue.toml"
MOST_FILES = 10_000
MOST_BYTES = 256 * 1024


class BadCatalogueError(BadConfigError):
    """The catalogue is not usable. Keys begin with the file: `khai-sinh.toml: names.vi`."""

    code = "catalogue.bad"


class Head(Config, frozen=True, kw_only=True):
    """`catalogue.toml`: the sectors of this folder, and the codes below that it takes out."""

    sectors: tuple[Sector, ...] = ()
    withdrawn: tuple[Code, ...] = ()

    def __post_init__(self) -> None:
        """Refuse sectors without a Vietnamese name, or told twice (ValueError)."""
        problems = list(bad_texts({f"sectors.{one.id}": one.names for one in self.sectors}))
        ids = [one.id for one in self.sectors]
        problems += [f"sectors: {one!r} is there twice" for one in set(ids) if ids.count(one) > 1]
        if problems:
            raise ValueError("; ".join(problems))


class _Layer(msgspec.Struct, frozen=True):
    head: Head
    procedures: tuple[tuple[str, Procedure], ...]
    """With the file that each is in."""


def read_folders(folders: Sequence[Path]) -> Catalogue:
    """Return the catalogue of the folders, each over those before it.

    Blocking: some 2 ms a file. Raises BadCatalogueError with every problem of all folders.
    """
    problems: list[Problem] = []
    layers = [_read(folder, problems) for folder in folders]
    sectors: dict[str, Sector] = {}
    below: dict[str, list[tuple[str, Procedure]]] = {}
    for layer in layers:
        own: dict[str, list[tuple[str, Procedure]]] = defaultdict(list)
        for file, procedure in layer.procedures:
            own[procedure.identity].append((file, procedure))
        sectors |= {sector.id: sector for sector in layer.head.sectors}
        gone = {identity(code) for code in layer.head.withdrawn}
        below = {code: rows for code, rows in below.items() if code not in gone} | own
    problems += _unfitting(below, sectors)
    if problems:
        raise BadCatalogueError(tuple(problems))
    rows = [procedure for versions in below.values() for _, procedure in versions]
    rows.sort(key=lambda one: (one.code, one.first))
    return Catalogue(sectors=tuple(sectors.values()), procedures=tuple(rows))


def _read(folder: Path, problems: list[Problem]) -> _Layer:
    head, rows = Head(), []
    try:
        files = sorted(folder.rglob("*.toml"))
        if not folder.is_dir():
            raise NotADirectoryError(f"{folder} is no folder")
    except OSError as error:
        problems.append(Problem(str(folder), str(error)))
        return _Layer(head, ())
    if len(files) > MOST_FILES:
        problems.append(Problem(str(folder), f"more than {MOST_FILES} files"))
        return _Layer(head, ())
    for path in files:
        file = path.relative_to(folder).as_posix()
        try:
            if file == HEAD:
                head = parse_toml(_text(path), Head)
            else:
                rows.append((file, parse_toml(_text(path), Procedure)))
        except BadConfigError as error:
            problems += [Problem(_key(file, one.key), one.text) for one in error.problems]
    return _Layer(head, tuple(rows))


def _text(path: Path) -> str:
    """Return the file's text in NFC (G-4); raises BadConfigError."""
    try:
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
        if len(raw) > MOST_BYTES:
            raise BadConfigError((Problem("", f"is larger than {MOST_BYTES // 1024} kB"),))
        return unicodedata.normalize("NFC", raw.decode("utf-8-sig").replace("\r\n", "\n"))
    except (OSError, UnicodeDecodeError) as error:
        raise BadConfigError((Problem("", f"cannot be read: {error}"),)) from error


def _unfitting(
    rows: dict[str, list[tuple[str, Procedure]]], sectors: dict[str, Sector]
) -> Iterator[Problem]:
    for code, versions in rows.items():
        files = {id(procedure): file for file, procedure in versions}
        for file, procedure in versions:
            if procedure.sector not in sectors:
                yield Problem(_key(file, "sector"), f"{procedure.sector!r} is no sector")
        for one, other in overlapping([procedure for _, procedure in versions]):
            days = f"{max(one.first, other.first)} to {min(one.last, other.last)}"
            yield Problem(
                _key(files[id(other)], "code"),
                f"{code} is in {files[id(one)]} too, and both hold from {days}",
            )


def _key(file: str, key: str) -> str:
    return f"{file}: {key}" if key else file
