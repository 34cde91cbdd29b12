"""Whether a folder lies in memory, by what the kernel says of its mounts (proc(5))."""

import os
from pathlib import Path

_KINDS = {"tmpfs", "ramfs"}
_MOUNTS, _SWAPS = Path("/proc/self/mountinfo"), Path("/proc/swaps")
_COMPRESSED_MEMORY = "/dev/zram"
_DEVICE_AT = 2


def lies_in_memory(folder: Path) -> bool:
    """Return whether the folder's file system is one of memory; raises OSError."""
    device = folder.stat().st_dev
    name = f"{os.major(device)}:{os.minor(device)}"
    for line in _MOUNTS.read_text(encoding="utf-8", errors="replace").splitlines():
        about, _, what = line.partition(" - ")
        if about.split()[_DEVICE_AT] == name:
            return what.split()[0] in _KINDS
    return False


def swaps_to_a_disk() -> bool:
    """Return whether this machine may move memory to a disk; compressed memory is none."""
    try:
        lines = _SWAPS.read_text(encoding="utf-8").splitlines()[1:]
    except OSError:
        return False
    return any(not line.startswith(_COMPRESSED_MEMORY) for line in lines if line)
