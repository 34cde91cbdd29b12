"""A database that is none any more is put aside under its time, so that a new one can begin.

A worn card or a power cut can do that; who keeps its facts in one is not to be stopped for ever.
Blocking, as the database is.
"""

import contextlib
import re
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from devices.contract.clock import Clock
from devices.contract.errors import StorageError
from devices.runtime.database import translated

_KEPT = 3
_ASIDE = re.compile(r"\.broken-(\d{8}T\d{6}Z)\Z")
_STAMP = "%Y%m%dT%H%M%SZ"
_PIECES = ("", "-wal", "-shm")  # SQLite's own files beside it
_DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def is_damage(error: StorageError) -> bool:
    """Return whether the file itself is broken, and not only the disk full or away for now."""
    code = getattr(error.__cause__, "sqlite_errorcode", 0)
    return (code & 0xFF) in _DAMAGE


def put_aside(path: Path, clock: Clock) -> str:
    """Rename a closed database and what is SQLite's beside it; returns its new name.

    The newest three that were put aside are kept. Raises StorageError.
    """
    suffix = f".broken-{clock.now():{_STAMP}}"
    with translated():
        for piece in reversed(_PIECES):  # itself the last: until then it is found damaged again
            with contextlib.suppress(FileNotFoundError):
                file = path.with_name(path.name + piece)
                file.replace(file.with_name(file.name + suffix))
        asides = _asides(path)
        kept = sorted(set(asides.values()))[-_KEPT:]
        for file, stamp in asides.items():
            if stamp not in kept:
                file.unlink()
    return path.name + suffix


def newest_aside(path: Path) -> datetime | None:
    """Return when one was put aside the last time, by this machine's clock then."""
    with translated():
        stamps = _asides(path).values()
    return datetime.strptime(max(stamps), _STAMP).replace(tzinfo=UTC) if stamps else None


def _asides(path: Path) -> dict[Path, str]:
    files = path.parent.glob(f"{path.name}*")
    return {file: found[1] for file in files if (found := _ASIDE.search(file.name))}
