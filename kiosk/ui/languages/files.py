"""Language packs from folders: read and judged whole at start; a bad one is left out, and told."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from PIL import Image

from devices.contract.config import BadConfigError, Problem, parse_toml
from devices.contract.message import DeviceReport, Health
from devices.lettering import PACKAGED, Faces
from kiosk.ui.flows.all import FLOWS, WORDS
from kiosk.ui.languages import beside, words
from kiosk.ui.languages.folder import AUDIO, HEAD, MOST_BYTES, PLACEHOLDERS, Head
from kiosk.ui.pictograms import ALIASES, NAMES
from kiosk.ui.state import BUILT_IN, Home, Pack, Rest

SAMPLES = Path(__file__).with_name("sample")
"""The samples: "dữ liệu mẫu", each says in what way."""
_NOTES = "notes."
_NAME = "languages"
_MOST_TEXT = 1000


class BadPackError(BadConfigError):
    """The language pack is not usable. Keys are those of its `pack.toml`, or files."""

    code = "language.bad"


@dataclass(frozen=True)
class Language:
    """A pack, its faces by script, its pictograms by name, and what is not to be trusted of it."""

    pack: Pack
    faces: Mapping[str, Faces] = field(default_factory=dict)
    pictograms: Mapping[str, Image.Image] = field(default_factory=dict)
    sample: str = ""
    placeholders: bool = False


@dataclass(frozen=True)
class Shelf:
    """The languages of a kiosk, and what is wrong with the folders that gave none."""

    languages: tuple[Language, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def packs(self) -> tuple[Pack, ...]:
        """What the session knows of them."""
        return tuple(language.pack for language in self.languages)

    @property
    def faces(self) -> dict[str, Faces]:
        """All faces; where two packs write one script, the first one's."""
        merged: dict[str, Faces] = {}
        for language in reversed(self.languages):
            merged |= language.faces
        return merged

    @property
    def pictograms(self) -> dict[str, Mapping[str, Image.Image]]:
        """The pictograms by language."""
        return {language.pack.code: language.pictograms for language in self.languages}


def spoken_names() -> frozenset[str]:
    """Return what may be recorded: pages, passing notes, pictograms, digits and letters."""
    pages = {page.__name__ for flow in FLOWS for page in flow.pages}
    pages |= {Home.__name__, Rest.__name__}
    keys = {key for flow in WORDS for key in flow.keys()}  # noqa: SIM118 - a method of Words
    notes = {key.removeprefix(_NOTES) for key in keys if key.startswith(_NOTES)}
    names = {f"page.{page}" for page in pages} | {f"note.{note}" for note in notes}
    names |= {f"icon.{icon}" for icon in NAMES | set(ALIASES)}
    return frozenset(names | set("0123456789abcdefghijklmnopqrstuvwxyz"))


def read_pack(folder: Path) -> Language:
    """Return the language of a folder. Blocking; raises BadPackError with every problem."""
    head = _head(folder)
    problems: list[Problem] = []
    if head.code in BUILT_IN:
        problems.append(Problem("code", f"{head.code} is built in"))
    faces = beside.faces(folder, head.faces, problems)
    scripts = {*PACKAGED, *faces}
    said = words.flat(head.words)
    problems += words.letters("name", head.name, scripts)
    problems += words.judge(said, WORDS, scripts)
    clips = beside.clips(folder, spoken_names(), problems)
    pictograms = beside.pictograms(folder, NAMES, problems)
    if problems:
        raise BadPackError(tuple(problems))
    name = unicodedata.normalize("NFC", head.name)
    return Language(
        pack=Pack(code=head.code, name=name, words=said, clips=clips),
        faces=faces,
        pictograms=pictograms,
        sample=head.sample,
        placeholders=(folder / AUDIO / PLACEHOLDERS).exists(),
    )


def read_packs(folders: Sequence[Path]) -> Shelf:
    """Return the languages of the folders; a bad one, or one told twice, is left out. Blocking."""
    languages: dict[str, Language] = {}
    problems: list[Problem] = []
    for folder in folders:
        try:
            language = read_pack(folder)
        except BadPackError as error:
            problems += [Problem(f"{folder.name}: {one.key}", one.text) for one in error.problems]
            continue
        if language.pack.code in languages:
            problems.append(Problem(f"{folder.name}: code", f"{language.pack.code} is there twice"))
        else:
            languages[language.pack.code] = language
    return Shelf(tuple(languages.values()), tuple(problems))


def _head(folder: Path) -> Head:
    try:
        return parse_toml(_text(folder / HEAD), Head)
    except (OSError, UnicodeDecodeError) as error:
        raise BadPackError((Problem(HEAD, f"cannot be read: {error}"),)) from error
    except BadConfigError as error:
        raise BadPackError(error.problems) from error


def _text(path: Path) -> str:
    with path.open("rb") as file:
        raw = file.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        raise BadPackError((Problem(HEAD, f"is larger than {MOST_BYTES // 1024} kB"),))
    return raw.decode("utf-8-sig").replace("\r\n", "\n")


def report_of(shelf: Shelf, now: datetime) -> DeviceReport | None:
    """Return how the packs are, for who watches the box; None where there are none."""
    if not shelf.languages and not shelf.problems:
        return None
    return DeviceReport(
        name=_NAME,
        kind=_NAME,
        driver="files",
        health=Health.WARNING if shelf.problems else Health.READY,
        code=BadPackError.code if shelf.problems else "",
        text="; ".join(map(str, shelf.problems))[:_MOST_TEXT],
        since=now,
        facts={each.pack.code: _how(each) for each in shelf.languages},
    )


def _how(language: Language) -> str:
    doubts = [language.sample, "PLACEHOLDERS" if language.placeholders else ""]
    return "; ".join(filter(None, doubts)) or language.pack.name
