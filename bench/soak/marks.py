"""A citizen whose every word can be told from everybody else's, and the search for those words.

A word is searched for as it may lie somewhere: composed and decomposed, in capitals and without
accents, as UTF-8, UTF-16, JSON, hex, percent signs and base64.
"""

import base64
import json
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from urllib.parse import quote

import msgspec
import numpy as np
import segno
from PIL import Image

from devices.camera.picture import Picture
from devices.camera.specimen import photograph
from devices.camera.specimen_paper import draw_paper
from devices.scanner.decode import read_symbols

NAME, NUMBER, OLD_NUMBER = "Đặng Thị Vết Lạ", "045190730157", "197730157"
ADDRESS, PHONE = "Thôn Dấu Vết, Xã Gio Linh, Tỉnh Quảng Trị", "0987730157"
CARD = f"{NUMBER}|{OLD_NUMBER}|{NAME}|20051990|Nữ|{ADDRESS}|15042022"
TYPED, CODE, BOOKING = "zqxvet", "H50.34-261122-730157", "2611-730157"
PAGE = "DAU-VET-730157"
"""What the QR symbol on the citizen's paper says."""
SENT, SENT_NAME, SENT_PHONE = "zqygui", "Zqyten", "0912730157"
"""What a citizen sends to the commune on purpose: plain in the commune's register, nowhere else."""

SECRETS = (NAME, NUMBER, OLD_NUMBER, "Thôn Dấu Vết", PHONE, TYPED, CODE, BOOKING, PAGE)
_OF_SENT = (SENT, SENT_NAME, SENT_PHONE)
_PICTURES = {
    "a JPEG (JFIF)": b"\xff\xd8\xff\xe0\x00",
    "a JPEG (Exif)": b"\xff\xd8\xff\xe1\x00",
    "a JPEG": b"\xff\xd8\xff\xdb\x00",
    "a PNG": b"\x89PNG\r\n\x1a\n",
    "a TIFF": b"II*\x00\x08\x00\x00\x00",
    "a PDF": b"%PDF-1",
}
_SKIPPED = {0: 0, 1: 2, 2: 3}  # base64 letters that hold bits of what stands before


class Trace(msgspec.Struct, frozen=True):
    """Something of a citizen in a place where nothing may be."""

    place: str
    what: str


class Search:
    """Looks through bytes for words, and for pictures unless those have a place there."""

    def __init__(self, words: Iterable[str], *, pictures: bool) -> None:
        self._needles = {
            needle: word for word in words for spelling in _spellings(word)
            for needle in _written(spelling)
        }  # fmt: skip
        if pictures:
            for name, begins in _PICTURES.items():
                self._needles |= dict.fromkeys((begins, *_base64s(begins)[:1]), name)
        self.longest = max(map(len, self._needles))

    def found(self, data: bytes) -> set[str]:
        """Return what is there."""
        return {what for needle, what in self._needles.items() if needle in data}


def traces(folder: Path, exempt: Mapping[Path, Search | None]) -> Iterator[Trace]:
    """Yield everything found in a folder's files and their names; `exempt` ones otherwise."""
    for path in sorted(folder.rglob("*")):
        search = next((exempt[at] for at in (path, *path.parents) if at in exempt), SECRET)
        if search is None or not path.is_file():
            continue
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            continue
        for what in search.found(data) | WORDS.found(path.name.encode()):
            yield Trace(str(path.relative_to(folder)), what)


def reads(pixels: Picture) -> bool:
    """Return whether the citizen's paper can be read in a picture."""
    return PAGE in read_symbols(np.ascontiguousarray(np.asarray(pixels)[:, :, :3].max(axis=2)))


def marked_paper() -> Picture:
    """Return a photograph of the citizen's paper on a desk: blue, green, red."""
    paper = draw_paper(name=NAME, number=NUMBER).copy()
    rows = [[255 * (1 - bit) for bit in row] for row in segno.make(PAGE, micro=False).matrix]
    symbol = np.kron(np.array(rows, np.uint8), np.ones((18, 18), np.uint8))
    side = len(symbol)
    top, left = paper.shape[0] - side - 140, (paper.shape[1] - side) // 2
    paper[top - 70 : top + side + 70, left - 70 : left + side + 70] = 255
    paper[top : top + side, left : left + side] = symbol[:, :, None]
    return photograph(paper, seed=0, size=(1200, 900)).picture


def write_paper(path: Path) -> None:
    """Lay the photograph into a twin camera's folder, whole or not at all."""
    part = path.with_suffix(".part")
    Image.fromarray(np.ascontiguousarray(marked_paper()[:, :, ::-1])).save(part, "PNG")
    part.replace(path)


def _spellings(word: str) -> set[str]:
    bare = "".join(
        letter for letter in unicodedata.normalize("NFD", word) if not unicodedata.combining(letter)
    ).translate(str.maketrans("đĐ", "dD"))
    kept = {form for text in (word, bare) for form in (text, text.upper(), text.lower())}
    return {unicodedata.normalize(form, text) for text in kept for form in ("NFC", "NFD")}


def _written(text: str) -> set[bytes]:
    plain = text.encode()
    wide = {text.encode("utf-16-le"), text.encode("utf-16-be")}
    escaped = json.dumps(text)[1:-1].encode()
    percent = {quote(text).encode(), quote(text, safe="").encode()}
    return {
        *(plain, escaped, plain.hex().encode(), plain.hex().upper().encode()),
        *(each for one in (plain, *wide) for each in _base64s(one)),
        *wide,
        *percent,
    }


def _base64s(data: bytes) -> list[bytes]:
    """Return the letters of base64 that hold nothing but the data, for each place it may have."""
    return [
        encode(bytes(shift) + data)[skipped : (shift + len(data)) * 8 // 6]
        for shift, skipped in _SKIPPED.items()
        for encode in (base64.b64encode, base64.urlsafe_b64encode)
    ]


SECRET = Search((*SECRETS, *_OF_SENT), pictures=True)
"""For the box and everything on it."""
OF_SENT = Search(SECRETS, pictures=False)
"""For the commune's own register, which has what was sent to it."""
WORDS = Search((*SECRETS, *_OF_SENT), pictures=False)
"""For logs and memory, where a picture's first bytes may be anybody's."""
