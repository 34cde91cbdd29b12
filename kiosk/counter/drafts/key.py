"""The key that opens drafts: in memory, so that nobody reads them from a disk. Blocking."""

import contextlib
import os
from pathlib import Path

import structlog

from devices.scan.memory import lies_in_memory
from kiosk.sealed.hpke import BadKeyError, OpeningKey, new_key

_FILE = "opening.key"
_log = structlog.get_logger()


def opening_key(folder: Path) -> OpeningKey:
    """Return the key of this run of the machine: the folder's, or a new one put there.

    Where the folder does not lie in memory, or cannot be written, nothing is put there and the key
    is the process's alone: then waiting drafts do not outlive it, which is logged.
    """
    path = folder / _FILE
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        if not lies_in_memory(folder):
            _log.warning("drafts.key_not_kept", why="the folder does not lie in memory")
            return OpeningKey(new_key())
        with contextlib.suppress(FileNotFoundError, BadKeyError):
            return OpeningKey(path.read_bytes())
        raw = new_key()
        _put(path, raw)
    except OSError as error:
        _log.warning("drafts.key_not_kept", why=str(error.strerror))
        return OpeningKey(new_key())
    return OpeningKey(raw)


def _put(path: Path, raw: bytes) -> None:
    """Write it whole: a process killed in between leaves no half of a key."""
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(raw)
    new.rename(path)
