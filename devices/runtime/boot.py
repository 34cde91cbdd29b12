"""The boot number: how often a part has started, never going back, whatever the clock says."""

import os
import time
from pathlib import Path

import structlog

_log = structlog.get_logger()


def next_boot(state_dir: Path, part: str) -> int:
    """Return a number above every earlier one of this part, already on the disk.

    It is the clock's seconds where they are later, so that a wiped disk does not begin below what
    the province knows. A disk that refuses it is logged: the part starts all the same, and says
    what is wrong itself.
    """
    path = state_dir / f"{part}.boot"
    try:
        last = int(path.read_text())
    except (OSError, ValueError):
        last = 0
    boot = max(last + 1, int(time.time()))
    try:
        state_dir.mkdir(parents=True, exist_ok=True)
        write_durably(path, str(boot).encode())
    except OSError as error:
        _log.error("boot.not_kept", path=str(path), why=str(error))
    return boot


def write_durably(path: Path, content: bytes) -> None:
    """Write a small file whole or not at all, on the disk before returning (rename, fsync)."""
    fresh = path.with_name(path.name + ".new")
    with fresh.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
