"""The parcel that travels: the sealed declaration, then each sealed PDF, in one stream of bytes.

`MCDP1` and, for each part, its length in four bytes (big-endian) before its sealed bytes. Every
part is bound to its request, its kiosk and its place, so parts of two parcels cannot be mixed; the
declaration tells how many PDFs there are and their SHA-256, so none can be missing or changed.
"""

import hashlib
import struct
from collections.abc import Sequence
from typing import BinaryIO

import msgspec

from devices.contract.errors import MotcuaError
from kiosk.api.dossiers import MOST_PAPERS
from kiosk.sealed.hpke import OpeningKey, SealingKey, UnreadableError
from kiosk.sealed.prepared import Prepared

MAGIC = b"MCDP1"
_LENGTH = struct.Struct(">I")
_PDF = b"%PDF-"


class NoParcelError(MotcuaError):
    """These bytes are no parcel, or not a whole one."""

    code = "draft.no_parcel"


class Sender(msgspec.Struct, frozen=True, kw_only=True):
    """Whose parcel it is: the kiosk, and the request it is sent under."""

    kiosk: str
    request: str

    def part(self, at: int) -> str:
        """Return the name a part is sealed under."""
        return f"motcua-edge draft 1\0{self.kiosk}\0{self.request}\0{at}"


def packed(prepared: Prepared, pdfs: Sequence[bytes], key: SealingKey, sender: Sender) -> bytes:
    """Return the parcel; the PDFs are in the order of `prepared.papers`."""
    parts = [msgspec.msgpack.encode(prepared), *pdfs]
    sealed = [key.seal(part, sender.part(at)) for at, part in enumerate(parts)]
    return MAGIC + b"".join(_LENGTH.pack(len(part)) + part for part in sealed)


class Parcel:
    """A parcel in a file. Blocking; parts are read one by one, so one is in memory at a time.

    Every method raises UnreadableError, NoParcelError and OSError.
    """

    def __init__(self, file: BinaryIO, key: OpeningKey, sender: Sender) -> None:
        self._file = file
        self._key = key
        self._sender = sender
        self._places = _places(file)

    def prepared(self) -> Prepared:
        """Return everything but the PDFs."""
        try:
            told = msgspec.msgpack.decode(self._part(0), type=Prepared)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise UnreadableError("The declaration is of another version.") from error
        if len(told.papers) != len(self._places) - 1:
            raise NoParcelError("Papers are missing.")
        return told

    def pdf(self, at: int) -> bytes:
        """Return the PDF of the paper in this place, counted from 0; raises IndexError."""
        if not 0 <= at < len(self._places) - 1:
            raise IndexError(at)
        pdf = self._part(at + 1)
        if hashlib.sha256(pdf).hexdigest() != self.prepared().papers[at].sha256:
            raise UnreadableError("A paper is not the one that was declared.")
        if not pdf.startswith(_PDF):
            raise NoParcelError("A paper is no PDF.")
        return pdf

    def check(self) -> Prepared:
        """Open every part once, and return what is told of them."""
        told = self.prepared()
        for at in range(len(told.papers)):
            self.pdf(at)
        return told

    def _part(self, at: int) -> bytes:
        start, length = self._places[at]
        self._file.seek(start)
        return self._key.open(self._file.read(length), self._sender.part(at))


def _places(file: BinaryIO) -> list[tuple[int, int]]:
    """Return start and length of each part; raises NoParcelError."""
    file.seek(0, 2)
    end = file.tell()
    file.seek(0)
    if file.read(len(MAGIC)) != MAGIC:
        raise NoParcelError
    places, at = list[tuple[int, int]](), len(MAGIC)
    while at < end and len(places) <= MOST_PAPERS:
        file.seek(at)
        head = file.read(_LENGTH.size)
        if len(head) < _LENGTH.size:
            raise NoParcelError("It ends in the middle.")
        (length,) = _LENGTH.unpack(head)
        places.append((at + _LENGTH.size, length))
        at += _LENGTH.size + length
    if at != end or not places:
        raise NoParcelError("It ends in the middle, or has too many parts.")
    return places
