"""Where boards may be: serial ports by their lasting names, and which program holds one."""

import os
import re
from pathlib import Path

import msgspec

BY_ID = Path("/dev/serial/by-id")
_LOCKS = Path("/proc/locks")
_FLOCK = re.compile(r"FLOCK\s+\S+\s+\S+\s+(\d+)\s+([0-9a-f]+):([0-9a-f]+):(\d+)\s")
_UNIT = re.compile(r"([A-Za-z0-9@:_.\\-]+\.service)\s*\Z")


class Holder(msgspec.Struct, frozen=True):
    """A program that holds a port; `unit` is systemd's, empty when it is none of a unit's."""

    pid: int
    name: str
    unit: str = ""


class NoPortError(Exception):
    """There is no port to choose, or more than one; the names of those that are there."""


def ports(folder: Path = BY_ID) -> list[Path]:
    """Return the serial ports that have a lasting name, in its order."""
    try:
        return sorted(port for port in folder.iterdir() if port.is_symlink())
    except OSError:
        return []


def chosen(named: str, folder: Path = BY_ID) -> Path:
    """Return the port that is meant: a path, a part of a lasting name, or the only one there is.

    Raises NoPortError with the lasting names between which to choose.
    """
    if named.startswith("/"):
        return Path(named)
    found = [port for port in ports(folder) if named in port.name]
    if len(found) != 1:
        raise NoPortError(*(port.name for port in found))
    return found[0]


def holder(port: Path) -> Holder | None:
    """Return who has locked the port (flock(2)); None when nobody has, or it cannot be seen."""
    try:
        there, locks = port.stat(), _LOCKS.read_text()
    except OSError:
        return None
    wanted = (os.major(there.st_dev), os.minor(there.st_dev), there.st_ino)
    for pid, major, minor, inode in _FLOCK.findall(locks):
        if (int(major, 16), int(minor, 16), int(inode)) == wanted and int(pid) > 0:
            return _of(int(pid))
    return None


def _of(pid: int) -> Holder:
    own = Path("/proc") / str(pid)
    words = _read(own / "cmdline").split("\0")
    name = " ".join(word for word in words if word) or _read(own / "comm").strip()
    unit = _UNIT.search(_read(own / "cgroup"))
    return Holder(pid, name[:80], unit[1] if unit else "")


def _read(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""
