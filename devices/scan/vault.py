"""Files of a scan in memory: their owner's alone, bounded, and overwritten before they go.

Blocking; the calls belong to one thread. Only files of our own names are ever touched.
"""

import errno
import os
import re
import secrets
import stat
from pathlib import Path

import structlog

from devices.contract.errors import StorageError
from devices.scan.errors import NoRoomError, NotInMemoryError
from devices.scan.memory import lies_in_memory, swaps_to_a_disk

_OURS = re.compile(r"(?:preview|review|page|scan)-[0-9a-f]{16}\.[a-z]{3}\Z")
_ZEROS = bytes(65_536)
_log = structlog.get_logger()


class Vault:
    """A folder that must lie in memory."""

    def __init__(self, folder: Path, *, most_bytes: int) -> None:
        self._folder = folder
        self._most_bytes = most_bytes
        self._sizes: dict[str, int] = {}

    def open(self) -> int:
        """Make the folder, and overwrite and remove what a killed process left in it.

        Returns how many files that were. Raises NotInMemoryError where the folder is on a disk, is
        a link, or is another user's; nothing is touched then.
        """
        try:
            if not lies_in_memory(_nearest(self._folder)):
                raise NotInMemoryError(f"{self._folder} does not lie in memory (tmpfs).")
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            about = self._folder.lstat()
            if not stat.S_ISDIR(about.st_mode) or about.st_uid != os.geteuid():
                raise NotInMemoryError(f"{self._folder} is not a folder of this process's user.")
            self._folder.chmod(0o700)
        except OSError as error:
            raise NotInMemoryError(f"{self._folder}: {error.strerror}") from error
        if swaps_to_a_disk():
            _log.warning("scan.memory_may_be_swapped", folder=str(self._folder))
        return self.wipe()

    def put(self, kind: str, suffix: str, data: bytes) -> str:
        """Keep bytes as a new file, and return its name; raises NoRoomError or StorageError."""
        if sum(self._sizes.values()) + len(data) > self._most_bytes:
            raise NoRoomError
        name = f"{kind}-{secrets.token_hex(8)}.{suffix}"
        self._sizes[name] = len(data)
        try:
            flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC
            with os.fdopen(os.open(self._folder / name, flags, 0o600), "wb") as file:
                file.write(data)
        except OSError as error:
            self.drop(name)
            if error.errno == errno.ENOSPC:
                raise NoRoomError from None
            raise StorageError(f"{self._folder}: {error.strerror}") from None
        return name

    def get(self, name: str) -> bytes:
        """Return a file's bytes; raises StorageError."""
        try:
            return (self._folder / name).read_bytes()
        except OSError as error:
            raise StorageError(f"{self._folder}: {error.strerror}") from None

    def drop(self, name: str) -> None:
        """Overwrite and remove a file; one that is not there is no error. Raises StorageError."""
        self._sizes.pop(name, None)
        try:
            _overwrite(self._folder / name)
            (self._folder / name).unlink()
        except FileNotFoundError:
            return
        except OSError as error:
            raise StorageError(f"{self._folder}: {error.strerror}") from None

    def wipe(self) -> int:
        """Overwrite and remove every file of ours; returns how many. Raises StorageError.

        One that refuses does not save the others.
        """
        self._sizes.clear()
        failure: StorageError | None = None
        try:
            names = [at.name for at in self._folder.iterdir() if _OURS.match(at.name)]
        except FileNotFoundError:
            return 0
        except OSError as error:
            raise StorageError(f"{self._folder}: {error.strerror}") from None
        for name in names:
            try:
                self.drop(name)
            except StorageError as error:
                failure = error
        if failure:
            raise failure
        return len(names)


def _nearest(folder: Path) -> Path:
    """Return the folder itself, or what is there of its way."""
    return next(path for path in (folder, *folder.parents) if path.exists())


def _overwrite(path: Path) -> None:
    """Write zeros over a file where it lies: tmpfs keeps the same pages. A link is not followed."""
    descriptor = os.open(path, os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC)  # without O_TRUNC
    try:
        left = os.fstat(descriptor).st_size
        while left > 0:
            left -= os.write(descriptor, _ZEROS[: min(left, len(_ZEROS))])
    finally:
        os.close(descriptor)
