"""Files of a broker: nobody reads half of one, and keys are for their owner's eyes alone."""

import contextlib
import os
import tempfile
from pathlib import Path

from devices.contract.errors import StorageError

PRIVATE, READABLE = 0o600, 0o644


def written(path: Path, content: bytes, *, mode: int = PRIVATE) -> bool:
    """Put the whole file in place at once; return whether it differs from what stood there.

    On the disk when this returns. Its folder is made when missing, for its owner alone. Raises
    StorageError, and then what stood there still stands.
    """
    try:
        if path.is_file() and path.read_bytes() == content:
            path.chmod(mode)
            return False
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _replace(path, content, mode)
    except OSError as error:
        raise StorageError(f"{path} cannot be written: {error}") from error
    return True


def _replace(path: Path, content: bytes, mode: int) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            os.fchmod(handle, mode)
            file.write(content)
            file.flush()
            os.fsync(handle)
        Path(name).replace(path)
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            Path(name).unlink()
        raise
