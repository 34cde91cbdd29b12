"""Files that boxes were ordered to put: each once, by that box alone, within its bound. Blocking.

The pieces go into `NAME.part`; whole and with the right digest it is `NAME`. A name is an order's.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import msgspec
from sqlalchemy import Connection, select, update

from devices.contract.config import Config
from devices.contract.errors import MotcuaError, NotFoundError, StorageError
from provisioning.commands import OrderId
from provisioning.controller.database import Database
from provisioning.controller.remote.tables import UPLOAD

_MIB = 2**20
_UNFINISHED_DAYS = 2
_FREE_BYTES = 256 * _MIB
_SWEPT = 1000


class UploadState(StrEnum):
    """Where a file is."""

    EXPECTED = "expected"
    STORED = "stored"
    GONE = "gone"  # it was kept for as long as it should be


class UploadsConfig(Config, frozen=True, kw_only=True):
    """For how long files of boxes are kept, and how many of them."""

    keep_days: Annotated[int, msgspec.Meta(ge=1, le=3650)] = 30
    keep_mb: Annotated[int, msgspec.Meta(ge=64, le=1_000_000)] = 4096


class Expected(msgspec.Struct, frozen=True, kw_only=True):
    """A file that a box will put. `file_name` is what a browser calls it; it is made here."""

    name: OrderId
    box: str
    file_name: str
    media_type: str
    most_bytes: int
    made_at: datetime


class Piece(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of a file: bytes from `begin` of `size_bytes`, all of which have this digest."""

    begin: int
    size_bytes: int
    sha256: str
    data: bytes


class Received(msgspec.Struct, frozen=True, kw_only=True):
    """How much of a file is here."""

    received: int
    finished: bool = False


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """A file that is here."""

    path: Path
    box: str
    file_name: str
    media_type: str
    size_bytes: int


class NoSuchUploadError(NotFoundError):
    """No such file is expected of this box."""


class UploadFinishedError(MotcuaError):
    """The file is here already; it is put once."""

    code = "upload.finished"


class WrongOffsetError(MotcuaError):
    """The piece does not begin where the file ends."""

    code = "upload.offset"
    retry = True


class UploadTooLargeError(MotcuaError):
    """The file is larger than it may be."""

    code = "payload.too_large"


class WrongDigestError(MotcuaError):
    """The file did not arrive as it was sent; it begins anew."""

    code = "upload.digest"
    retry = True


class ChangedUploadError(MotcuaError):
    """Another file was begun under this name."""

    code = "upload.changed"


class Uploads:
    """The files in a folder. One thread at a time."""

    def __init__(self, database: Database, folder: Path, config: UploadsConfig) -> None:
        self._database = database
        self._folder = folder
        self._config = config

    def received(self, box: str, name: str) -> Received:
        """Return how much is here; raises NoSuchUploadError, also for another box's."""
        with self._database.reading() as db:
            row = _row(db, box, name)
        if row.state == UploadState.STORED:
            return Received(received=row.size_bytes, finished=True)
        with _translated():
            return Received(received=_size(self._part(name)))

    def put(self, box: str, name: str, piece: Piece) -> Received:
        """Keep a piece; the last one makes the file whole.

        Raises NoSuchUploadError, UploadFinishedError, UploadTooLargeError, ChangedUploadError,
        WrongOffsetError, WrongDigestError; and StorageError when the disk is as good as full.
        """
        with self._database.writing() as db:
            row = _row(db, box, name)
            if row.state == UploadState.STORED:
                raise UploadFinishedError
            if piece.size_bytes > row.most_bytes:
                raise UploadTooLargeError(f"It may have {row.most_bytes} bytes.")
            if row.size_bytes == 0:
                known = {"size_bytes": piece.size_bytes, "sha256": piece.sha256}
                db.execute(update(UPLOAD).where(UPLOAD.c.name == name).values(known))
            elif (row.size_bytes, row.sha256) != (piece.size_bytes, piece.sha256):
                raise ChangedUploadError
        with _translated():
            here = self._append(name, piece)
        if here < piece.size_bytes:
            return Received(received=here)
        self._finish(name, piece)
        return Received(received=here, finished=True)

    def stored(self, name: str) -> Stored:
        """Return a file that is here; raises NoSuchUploadError."""
        with self._database.reading() as db:
            row = _row(db, None, name)
        path = self._whole(name)
        if row.state != UploadState.STORED or not path.is_file():
            raise NoSuchUploadError("The file is not here, or not here any more.")
        return Stored(
            path=path,
            box=row.box,
            file_name=row.file_name,
            media_type=row.media_type,
            size_bytes=row.size_bytes,
        )

    def sizes(self, names: list[str]) -> dict[str, int]:
        """Return the sizes of those of the files that are here."""
        here = UPLOAD.c.name.in_(names), UPLOAD.c.state == UploadState.STORED
        with self._database.reading() as db:
            rows = db.execute(select(UPLOAD.c.name, UPLOAD.c.size_bytes).where(*here))
            return {row.name: row.size_bytes for row in rows}

    def sweep(self, now: datetime) -> list[str]:
        """Let go of old files, then of the oldest until the rest fits; returns their names."""
        gone = [*self._old(now), *self._too_many()]
        with self._database.writing() as db:
            for name in gone:
                fate = update(UPLOAD).where(UPLOAD.c.name == name)
                db.execute(fate.values(state=UploadState.GONE))
        with _translated():
            for name in gone:
                self._whole(name).unlink(missing_ok=True)
                self._part(name).unlink(missing_ok=True)
        return gone

    def _old(self, now: datetime) -> list[str]:
        days = {
            UploadState.STORED: self._config.keep_days,
            UploadState.EXPECTED: _UNFINISHED_DAYS,
        }
        found: list[str] = []
        with self._database.reading() as db:
            for state, kept in days.items():
                old = UPLOAD.c.state == state, UPLOAD.c.made_at < now - timedelta(days=kept)
                rows = db.execute(select(UPLOAD.c.name).where(*old).limit(_SWEPT))
                found += [str(row.name) for row in rows]
        return found

    def _too_many(self) -> Iterator[str]:
        left = self._config.keep_mb * _MIB
        newest = select(UPLOAD.c.name, UPLOAD.c.size_bytes).order_by(UPLOAD.c.made_at.desc())
        with self._database.reading() as db:
            rows = db.execute(newest.where(UPLOAD.c.state == UploadState.STORED)).all()
        for row in rows:
            left -= row.size_bytes
            if left < 0:
                yield str(row.name)

    def _append(self, name: str, piece: Piece) -> int:
        self._folder.mkdir(parents=True, exist_ok=True)
        room = os.statvfs(self._folder)
        if room.f_bavail * room.f_frsize < _FREE_BYTES:
            raise StorageError("The disk is as good as full.")
        part = self._part(name)
        here = _size(part)
        if piece.begin != here:
            raise WrongOffsetError(f"{here} bytes are here.")
        with part.open("ab") as file:
            file.write(piece.data)
        return here + len(piece.data)

    def _finish(self, name: str, piece: Piece) -> None:
        part = self._part(name)
        with _translated():
            with part.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
                os.fsync(file.fileno())
            if digest != piece.sha256:
                part.unlink()
                raise WrongDigestError
            part.replace(self._whole(name))
        with self._database.writing() as db:
            done = update(UPLOAD).where(UPLOAD.c.name == name)
            db.execute(done.values(state=UploadState.STORED))

    def _whole(self, name: str) -> Path:
        return self._folder / msgspec.convert(name, OrderId)  # a name, never a path

    def _part(self, name: str) -> Path:
        return self._folder / f"{msgspec.convert(name, OrderId)}.part"


class _Row(msgspec.Struct, frozen=True):
    name: str
    box: str
    file_name: str
    media_type: str
    most_bytes: int
    size_bytes: int
    sha256: str
    state: str


def row_of(expected: Expected) -> dict[str, object]:
    """Return the row of a file that is expected."""
    fresh = {"size_bytes": 0, "sha256": "", "state": UploadState.EXPECTED}
    return msgspec.structs.asdict(expected) | fresh


def _row(db: Connection, box: str | None, name: str) -> _Row:
    """Return the file's row; raises NoSuchUploadError, also when it is another box's or gone."""
    columns = [UPLOAD.c[field] for field in _Row.__struct_fields__]
    row = db.execute(select(*columns).where(UPLOAD.c.name == name)).mappings().first()
    if row is None or row["state"] == UploadState.GONE or box not in (None, row["box"]):
        raise NoSuchUploadError
    return _Row(**row)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(f"the files of boxes: {error.strerror}") from error
