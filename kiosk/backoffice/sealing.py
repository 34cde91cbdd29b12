"""What waits on the disk is unreadable without the key file beside it: AES-256-GCM."""

import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from devices.contract.errors import MotcuaError, StorageError

_KEY_BYTES = 32
_NONCE_BYTES = 12  # NIST SP 800-38D §8.2.2: random, and far fewer than 2**32 under one key


class UnreadableError(MotcuaError):
    """It was sealed under another key, or was changed since."""

    code = "seal.unreadable"


class Seal:
    """One key. What is sealed opens only under the same `name`."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def close(self, content: bytes, name: str) -> bytes:
        """Return the content, sealed."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, content, name.encode())

    def open(self, sealed: bytes, name: str) -> bytes:
        """Return the content; raises UnreadableError."""
        nonce, rest = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        try:
            return self._cipher.decrypt(nonce, rest, name.encode())
        except (InvalidTag, ValueError) as error:
            raise UnreadableError from error


def seal_of(path: Path) -> Seal:
    """Return the seal of the key file, made when there is none; raises StorageError. Blocking."""
    try:
        if not path.exists():
            _make(path)
        key = path.read_bytes()
    except OSError as error:
        raise StorageError(f"The key file: {error}") from error
    if len(key) != _KEY_BYTES:
        raise StorageError(f"The key file {path.name} has {len(key)} bytes, not {_KEY_BYTES}.")
    return Seal(key)


def _make(path: Path) -> None:
    """Write a new key, whole and on the disk, before its name is there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secrets.token_bytes(_KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    new.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
