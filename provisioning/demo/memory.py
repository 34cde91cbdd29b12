"""A folder in memory for what must lie on no disk: citizens' scans, and the key of their drafts."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from devices.scan.memory import lies_in_memory

_MEMORY = Path("/dev/shm")  # noqa: S108 - the machine's memory; what is made there is 0700


@contextlib.contextmanager
def in_memory(root: Path) -> Iterator[Path | None]:
    """Lend an empty folder in memory to the demo on this state directory; None where none is had.

    It goes with the context. What a killed demo left there goes when the next one begins.
    """
    try:
        folder = _made(root)
    except OSError:
        folder = None
    try:
        yield folder
    finally:
        if folder:
            shutil.rmtree(folder, ignore_errors=True)


def _made(root: Path) -> Path | None:
    if not lies_in_memory(_MEMORY):
        return None
    mark = f"motcua-demo-{sha256(bytes(root)).hexdigest()[:16]}-"
    for left in _MEMORY.glob(f"{mark}*"):
        if left.lstat().st_uid == os.geteuid():
            shutil.rmtree(left, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=mark, dir=_MEMORY))
