"""New firmware that lies on the box: read, and checked against the keys this box trusts. Blocking.

Whoever put it there, it is installed only if the manifest is signed and names this image.
"""

from datetime import datetime
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from devices.board.errors import ReleaseRefusedError, translated
from firmware_bridge.update.manifest import Release

_MOST_BYTES = 8 * 2**20
_MOST_KEYS = 16


def read_release(manifest: Path, image: Path, keys: Path, now: datetime) -> Release:
    """Return what may be installed; raises ReleaseRefusedError."""
    trusted = _trusted(keys)
    if not trusted:
        raise ReleaseRefusedError(f"This box trusts nobody's firmware: no key in {keys}.")
    with translated():
        return Release.checked(_read(manifest), _read(image), trusted, now=now)


def _trusted(folder: Path) -> list[Ed25519PublicKey]:
    try:
        files = sorted(folder.glob("*.pem"))[:_MOST_KEYS]
        found = [load_pem_public_key(file.read_bytes()) for file in files]
    except (OSError, ValueError, UnsupportedAlgorithm) as error:
        raise ReleaseRefusedError(f"The keys in {folder} cannot be read: {error}") from error
    return [key for key in found if isinstance(key, Ed25519PublicKey)]


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            content = opened.read(_MOST_BYTES + 1)
    except OSError as error:
        raise ReleaseRefusedError(f"{file}: {error.strerror}") from error
    if len(content) > _MOST_BYTES:
        raise ReleaseRefusedError(f"{file}: more than {_MOST_BYTES} bytes")
    return content
