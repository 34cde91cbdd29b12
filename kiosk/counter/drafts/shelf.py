"""The sealed parcels, a file each: bounded, whole or not there, overwritten before they go.

Blocking; the calls belong to one thread. Nothing here can be read without the opening key.
"""

import os
from pathlib import Path
from typing import BinaryIO

from devices.contract.errors import StorageError
from kiosk.api.drafts import DraftGoneError, DraftsFullError, DraftTooLargeError

_COMING = ".coming"
_ZEROS = bytes(1_048_576)


class Incoming:
    """A parcel that is being received; `keep` or `destroy` ends it."""

    def __init__(self, path: Path, file: BinaryIO, most_bytes: int) -> None:
        self._path = path
        self._file = file
        self._left = most_bytes

    def write(self, chunk: bytes) -> None:
        """Add bytes; raises DraftTooLargeError and StorageError."""
        self._left -= len(chunk)
        if self._left < 0:
            raise DraftTooLargeError
        try:
            self._file.write(chunk)
        except OSError as error:
            raise _storage(error) from error

    @property
    def file(self) -> BinaryIO:
        """What has come so far, to be looked into."""
        return self._file

    def keep(self) -> None:
        """Have it on the disk, whole, under its name; raises StorageError."""
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            self._path.rename(self._path.with_suffix(Shelf.SUFFIX))
            _on_disk(self._path.parent)
        except OSError as error:
            raise _storage(error) from error

    def destroy(self) -> None:
        """Overwrite and remove it."""
        self._file.close()
        for path in (self._path, self._path.with_suffix(Shelf.SUFFIX)):
            _destroy(path)


class Shelf:
    """A folder of parcels."""

    SUFFIX = ".sealed"

    def __init__(self, folder: Path, *, most_bytes: int, most_waiting_bytes: int) -> None:
        self._folder = folder
        self._most_bytes = most_bytes
        self._most_waiting_bytes = most_waiting_bytes

    def new(self, name: str) -> Incoming:
        """Begin a parcel; raises DraftsFullError and StorageError."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if self._bytes() + self._most_bytes > self._most_waiting_bytes:
                raise DraftsFullError
            path = self._folder / f"{name}{_COMING}"
            file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b")
        except OSError as error:
            raise _storage(error) from error
        return Incoming(path, file, self._most_bytes)

    def open(self, name: str) -> BinaryIO:
        """Return the parcel's file; raises DraftGoneError and StorageError."""
        try:
            return (self._folder / f"{name}{self.SUFFIX}").open("rb")
        except FileNotFoundError as error:
            raise DraftGoneError from error
        except OSError as error:
            raise _storage(error) from error

    def destroy(self, name: str) -> None:
        """Overwrite and remove a parcel; one that is not there is no error."""
        for suffix in (self.SUFFIX, _COMING):
            _destroy(self._folder / f"{name}{suffix}")

    def names(self) -> frozenset[str]:
        """Return the parcels that are here, whole or not; raises StorageError."""
        try:
            return frozenset(path.stem for path in self._folder.iterdir())
        except FileNotFoundError:
            return frozenset()
        except OSError as error:
            raise _storage(error) from error

    def _bytes(self) -> int:
        return sum(path.stat().st_size for path in self._folder.iterdir())


def _destroy(path: Path) -> None:
    """Overwrite once and remove; what flash keeps of the old blocks is sealed all the same."""
    try:
        with path.open("r+b") as file:
            left = path.stat().st_size
            while left > 0:
                left -= file.write(_ZEROS[:left])
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
        _on_disk(path.parent)
    except FileNotFoundError:
        return
    except OSError as error:
        raise _storage(error) from error


def _on_disk(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _storage(error: OSError) -> StorageError:
    return StorageError(f"The drafts' folder: {error.strerror}")
