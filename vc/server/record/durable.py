"""Files that survive a crash."""

import os
from pathlib import Path
from typing import Final

_SYNC_BYTES: Final = 1 << 20


class DurableFile:
    """A new file that libav writes through: unbuffered, on the disk after each megabyte."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb", buffering=0)
        self._unsynced = 0
        self.bytes = 0

    def write(self, data: bytes) -> int:
        """Write all of it; raises OSError."""
        rest = memoryview(data)
        while rest:
            rest = rest[self._file.write(rest) :]
        self.bytes = max(self.bytes, self._file.tell())
        self._unsynced += len(data)
        if self._unsynced >= _SYNC_BYTES:
            self.sync()
        return len(data)

    def seek(self, offset: int, whence: int = 0) -> int:
        """Move, as files do."""
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """Return the place in the file."""
        return self._file.tell()

    def sync(self) -> None:
        """Wait until all of it is on the disk."""
        self._unsynced = 0
        os.fdatasync(self._file.fileno())

    def close(self) -> None:
        """End it, on the disk."""
        try:
            self.sync()
        finally:
            self._file.close()


def replace_file(path: Path, data: bytes) -> None:
    """Write a small file whole, or leave the old one."""
    beside = path.with_name(f".{path.name}.new")
    file = DurableFile(beside)
    try:
        file.write(data)
    finally:
        file.close()
    keep(beside, path)


def keep(beside: Path, path: Path) -> None:
    """Give a finished file its name, both on the disk."""
    _sync(beside)
    beside.replace(path)
    _sync(path.parent)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
