"""The image of a board's firmware: this package's own files in one, the same bytes every time.

What the loader is made of (`LOADER`) is put on a board once, and is in no image; but an image has
the drivers of all boards, so that what was tried on a PC is what a Pico gets, to the byte.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from firmware_bridge import frames
from firmware_bridge.firmware.image_fs import MAGIC
from firmware_bridge.update.manifest import Manifest, version_key

PANEL = "panel"  # the kind of our board: a Pico, wired as firmware/io_pico.py says
LOADER = ("main.py", "slots.py", "image_fs.py", "rescue.py", "nor.py")
MOST_BYTES = 256 * 1024  # a board takes no more
_PACKAGE = Path(__file__).resolve().parent.parent
_SHARED = ("__init__.py", "cobs.py", "frames.py", "link.py")


def sources() -> dict[str, bytes]:
    """Return the application's files, by the path at which it imports them."""
    found = [_PACKAGE / name for name in _SHARED]
    found += [path for path in (_PACKAGE / "firmware").glob("*.py") if path.name not in LOADER]
    return {_name(path): path.read_bytes() for path in found}


def loader() -> dict[str, bytes]:
    """Return what is put on a new board: its `main.py`, and what that needs, by their paths."""
    found = {_name(_PACKAGE / "firmware" / name) for name in LOADER}
    files = sources() | {name: (_PACKAGE.parent / name).read_bytes() for name in found}
    main = files.pop(_name(_PACKAGE / "firmware" / "main.py"))
    return {"main.py": main} | files


def packed(files: Mapping[str, bytes], version: str, kind: str = PANEL) -> bytes:
    """Return an image of these files; raises ValueError for a version that is none."""
    version_key(version)
    names = sorted(files)
    lines = [f"{MAGIC} {kind} {version}", *(f"{len(files[name])} {name}" for name in names)]
    image = "\n".join(lines).encode() + b"\n\n" + b"".join(files[name] for name in names)
    if len(image) > MOST_BYTES:
        raise ValueError(f"an image has at most {MOST_BYTES} bytes, not {len(image)}")
    return image


def described(
    image: bytes, *, name: str, expires: datetime, table: bytes = frames.TABLE_HASH
) -> Manifest:
    """Return the manifest of an image of `packed`, to be signed."""
    _, kind, version = image[: image.index(b"\n")].decode().split()
    digest = hashlib.sha256(image).digest()
    return Manifest(name, kind, version, len(image), digest, table, expires)


def _name(path: Path) -> str:
    return path.relative_to(_PACKAGE.parent).as_posix()
