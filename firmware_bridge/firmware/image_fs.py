"""An image: the files of an application in one, and how `import` finds them in it.

The image begins with lines of text: `MAGIC KIND VERSION`, then `SIZE NAME` of each file, and an
empty line; behind them stand the files in that order. It is made by `update/image.py`.

MicroPython asks whoever is mounted at a path for the modules below it. Its own read-only file
system (VfsRom) wants the image in memory; a slot is a file, so this one seeks in it.
"""

import io

try:
    from collections.abc import Callable
    from typing import Any
except ImportError:  # MicroPython reads no annotation
    pass

MAGIC = "motcua-image-1"
_FOLDER, _FILE = 0x4000, 0x8000
_ENOENT, _EROFS = 2, 30
_CLOSE = 4  # of MicroPython's streams
_MOST_FILES = 64
_MOST_LINE = 128


class Image:
    """What a file says that it holds; raises ValueError when it is no image, or OSError."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.files: dict[str, tuple[int, int]] = {}  # where, and how many bytes
        with open(path, "rb") as file:
            magic, self.kind, self.version = _words(file.readline(_MOST_LINE), 3)
            if magic != MAGIC:
                raise ValueError("no image")
            sizes: list[list[str]] = []
            line = file.readline(_MOST_LINE)
            while line != b"\n" and len(sizes) < _MOST_FILES:
                sizes.append(_words(line, 2))
                line = file.readline(_MOST_LINE)
            if line != b"\n":
                raise ValueError("no image")
            at = file.tell()
        for size, name in sizes:
            self.files[name] = (at, int(size))
            at += int(size)
        self.size = at


def _words(line: bytes, count: int) -> "list[str]":
    words = line.decode().split()
    if not line.endswith(b"\n") or len(words) != count:
        raise ValueError("no image")
    return words


class ImageFs:
    """A file system for `vfs.mount`. The image's file is open only while a module is read."""

    def __init__(self, image: Image, opening: "Callable[[], None]") -> None:
        """Call `opening` before each file: so one sees that an import goes on."""
        self._opening = opening
        self._path = image.path
        self._files = image.files
        self._folders = {""}
        for name in image.files:
            folder = name
            while "/" in folder:
                folder = folder.rsplit("/", 1)[0]
                self._folders.add(folder)

    def mount(self, readonly: bool, mkfs: bool) -> None:  # noqa: FBT001 - MicroPython's
        """Nothing is needed."""

    def umount(self) -> None:
        """Nothing is left."""

    def chdir(self, path: str) -> None:
        """Stay: every path is from the root."""

    def stat(self, path: str) -> "tuple[int, ...]":
        """Return what it is, and its size; raises OSError."""
        name = path.strip("/")
        if name in self._folders:
            return (_FOLDER, 0, 0, 0, 0, 0, 0, 0, 0, 0)
        return (_FILE, 0, 0, 0, 0, 0, self._found(name)[1], 0, 0, 0)

    def open(self, path: str, mode: str) -> "Any":
        """Open a file to read it; raises OSError."""
        if "w" in mode or "a" in mode or "+" in mode:
            raise OSError(_EROFS)
        self._opening()
        at, size = self._found(path.strip("/"))
        return _Piece(self._path, at, size)

    def ilistdir(self, path: str) -> "Any":
        """Yield what is in a folder."""
        folder = path.strip("/")
        start = folder + "/" if folder else ""
        for names, what in ((self._folders, _FOLDER), (self._files, _FILE)):
            for name in names:
                rest = name[len(start) :]
                if name.startswith(start) and rest and "/" not in rest:
                    yield rest, what, 0, 0

    def _found(self, name: str) -> "tuple[int, int]":
        if name not in self._files:
            raise OSError(_ENOENT)
        return self._files[name]


class _Piece(io.IOBase):
    """Some bytes of a file, as a stream of MicroPython."""

    def __init__(self, path: str, at: int, size: int) -> None:
        self._file = open(path, "rb")  # noqa: SIM115 - closed with the stream
        self._file.seek(at)
        self._left = size

    def readinto(self, buffer: "Any") -> int:
        view = memoryview(buffer)[: self._left]
        count: int = self._file.readinto(view) if self._left else 0
        self._left -= count
        return count

    def ioctl(self, request: int, _: int) -> int:
        if request == _CLOSE:
            self._file.close()
        return 0
