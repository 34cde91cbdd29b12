"""Papers on the disk: sealed piece by piece as they come, outside of anything that is served.

Blocking: rows belong to the store's thread, an arriving file to one thread of its own. A file is
a row of lengths and sealed pieces of at most `PIECE` bytes; each piece opens only at its place, and
the last one only as the last, so that nothing can be cut off or swapped.
"""

import hashlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from devices.contract.clock import Clock
from devices.contract.errors import StorageError
from kiosk.backoffice.sealing import Seal
from kiosk.register.dossiers.errors import (
    PaperKindError,
    PaperTooLargeError,
    ShelvesFullError,
)
from kiosk.register.dossiers.rows import PaperRow
from kiosk.register.errors import NotFoundError, RequestReusedError
from kiosk.register.store import Store

PIECE = 256 * 1024
_LENGTH_BYTES = 4
_PART = ".part"
_ID_BYTES = 16
_STARTS = (
    (b"%PDF-", "application/pdf"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
)


class Arriving:
    """A file while it comes in; whoever began it calls `end`, and what was not placed is gone."""

    def __init__(self, folder: Path, seal: Seal, most_bytes: int) -> None:
        self.id = secrets.token_hex(_ID_BYTES)
        self.size = 0
        self.media_type = ""
        self._digest = hashlib.sha256()
        self._seal = seal
        self._most = most_bytes
        self._waiting = bytearray()
        self._pieces = 0
        self._path = folder / f"{self.id}{_PART}"
        self._file: BinaryIO | None = None

    def end(self) -> None:
        """Close the file, and delete it unless it was placed."""
        if self._file is not None:
            self._file.close()
        self._path.unlink(missing_ok=True)

    @property
    def sha256(self) -> str:
        """The digest of what has come."""
        return self._digest.hexdigest()

    def add(self, content: bytes) -> None:
        """Take the next bytes; raises PaperTooLargeError, PaperKindError, StorageError."""
        self.size += len(content)
        if self.size > self._most:
            raise PaperTooLargeError(f"The file is larger than {self._most} bytes.")
        self._digest.update(content)
        self._waiting += content
        while len(self._waiting) > PIECE:
            self._write(bytes(self._waiting[:PIECE]), last=False)
            del self._waiting[:PIECE]

    def whole(self) -> None:
        """Write the last piece: all of it is on the disk. Raises PaperKindError, StorageError."""
        self._write(bytes(self._waiting), last=True)
        assert self._file is not None  # noqa: S101 - `_write` opened it
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise StorageError(f"The file was not stored: {error.strerror}") from error

    def place(self) -> None:
        """Put the whole file under its id, where `end` leaves it. Raises StorageError.

        Of a file that has ended already nothing is left to place.
        """
        try:
            self._path.rename(self._path.with_suffix(""))
            folder = os.open(self._path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        except OSError as error:
            raise StorageError(f"The file was not stored: {error.strerror}") from error

    def _write(self, piece: bytes, *, last: bool) -> None:
        if not self._pieces:
            self.media_type = _kind(piece)
        sealed = self._seal.close(piece, _place(self.id, self._pieces, last=last))
        try:
            if self._file is None:
                self._file = self._path.open("xb")
            self._file.write(len(sealed).to_bytes(_LENGTH_BYTES) + sealed)
        except OSError as error:
            raise StorageError(f"The file was not stored: {error.strerror}") from error
        self._pieces += 1


class Papers:
    """All stored papers: their rows and their files."""

    def __init__(
        self, folder: Path, seal: Seal, store: Store, clock: Clock, *, most_bytes: int, room: int
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._folder = folder
        self._seal = seal
        self._store = store
        self._clock = clock
        self._most_bytes = most_bytes
        self._room = room

    def arriving(self) -> Arriving:
        """Return a new file to fill; raises ShelvesFullError."""
        if int(self._store.value("SELECT COALESCE(SUM(size), 0) FROM papers")) >= self._room:
            raise ShelvesFullError
        return Arriving(self._folder, self._seal, self._most_bytes)

    def known(self, client: str, request: str) -> PaperRow | None:
        """Return the paper that this request stored."""
        where = "WHERE client = ? AND request = ?"
        return self._store.row(PaperRow, "papers", where, client, request)

    def keep(self, client: str, request: str, file: Arriving) -> PaperRow:
        """Keep a file that is `whole()`, or return what this request stored before.

        Its row and its place come together, or neither does. Raises RequestReusedError,
        StorageError.
        """
        row = PaperRow(
            id=file.id,
            client=client,
            request=request,
            sha256=file.sha256,
            size=file.size,
            media_type=file.media_type,
            stored_at=self._clock.now(),
        )
        stored = row
        try:
            with self._store.transaction():
                if earlier := self.known(client, request):
                    stored = earlier
                else:
                    self._store.add("papers", row)
                    file.place()
        except StorageError:
            self.forget([row.id])
            raise
        if stored.sha256 != row.sha256:
            raise RequestReusedError
        return stored

    def of(self, dossier: str) -> list[PaperRow]:
        """Return the papers of a dossier."""
        return self._store.rows(PaperRow, "papers", "WHERE dossier = ? ORDER BY stored_at", dossier)

    def read(self, paper: str) -> Iterator[bytes]:
        """Yield the content, piece by piece; raises NotFoundError, UnreadableError."""
        try:
            with (self._folder / paper).open("rb") as file:
                yield from _pieces(file, paper, self._seal)
        except OSError as error:
            raise NotFoundError("The file is not on the disk.") from error

    def forget(self, papers: list[str]) -> None:
        """Delete files whose rows are gone."""
        for paper in papers:
            (self._folder / paper).unlink(missing_ok=True)

    def tidy(self) -> int:
        """Delete what a power cut left behind: files without a row. Return how many."""
        known = {str(row[0]) for row in self._store.all("SELECT id FROM papers")}
        strays = [path for path in self._folder.iterdir() if path.name not in known]
        for path in strays:
            path.unlink(missing_ok=True)
        return len(strays)


def _pieces(file: BinaryIO, paper: str, seal: Seal) -> Iterator[bytes]:
    number = 0
    head = file.read(_LENGTH_BYTES)
    while head:
        sealed = file.read(int.from_bytes(head))
        head = file.read(_LENGTH_BYTES)
        yield seal.open(sealed, _place(paper, number, last=not head))
        number += 1


def _place(paper: str, number: int, *, last: bool) -> str:
    return f"paper/{paper}/{number}{'/end' if last else ''}"


def _kind(start: bytes) -> str:
    for magic, media_type in _STARTS:
        if start.startswith(magic):
            return media_type
    raise PaperKindError
