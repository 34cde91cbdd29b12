"""Firmware for boards, in a folder: signed manifests and their images, read anew each time.

A release is called by its image's hash, so what is called the same is the same. Blocking.
"""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from devices.contract.errors import StorageError
from devices.runtime.boot import write_durably
from firmware_bridge import frames
from firmware_bridge.update.errors import UpdateError
from firmware_bridge.update.manifest import Manifest
from firmware_bridge.update.manifest import Release as Checked
from provisioning.commands import ReleaseId
from provisioning.controller.boards.errors import (
    NoKeysError,
    NoSuchReleaseError,
    TooManyReleasesError,
    UntrustedReleaseError,
    translated,
)

MOST_IMAGE_BYTES = 8 * 2**20
MOST_MANIFEST_BYTES = 16_384
_MOST = 40
_MOST_KEYS = 16
_MANIFEST, _IMAGE = ".json", ".img"
_NAME = re.compile(r"[0-9a-f]{32}")
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class Release(msgspec.Struct, frozen=True, kw_only=True):
    """A firmware that is kept. `same_table`: boxes with this software speak its table."""

    id: ReleaseId
    name: str
    kind: str
    version: str
    size_bytes: int
    expires: datetime
    same_table: bool


class Stranger(msgspec.Struct, frozen=True, kw_only=True):
    """What lies there though nobody who is trusted vouches for it: nothing in it is read."""

    id: ReleaseId
    size_bytes: int
    put_at: datetime


class Shelf:
    """The folder. What is put there must be signed by one of the keys; raises StorageError."""

    def __init__(self, folder: Path, keys: Path) -> None:
        self._folder = folder
        self._keys = keys

    def put(self, manifest: bytes, image: bytes, now: datetime) -> Release:
        """Keep a firmware; the same image again takes the newer manifest.

        Raises NoKeysError, UnreadableReleaseError, WrongSignatureError, ExpiredReleaseError,
        ImageDiffersError, TooManyReleasesError.
        """
        try:
            checked = Checked.checked(manifest, image, self._trusted(), now=now)
        except UpdateError as error:
            raise translated(error) from error
        name = _id(checked.manifest)
        if len(self._names()) >= _MOST and not self._path(name, _IMAGE).exists():
            raise TooManyReleasesError
        with _on_disk():
            self._folder.mkdir(parents=True, exist_ok=True)
            write_durably(self._path(name, _IMAGE), image)
            write_durably(self._path(name, _MANIFEST), manifest)  # last: now it is there
        return _release(checked.manifest)

    def all(self) -> list[Release]:
        """Return what is kept and whose signature still holds, the newest version of a kind first.

        Without keys there is nothing.
        """
        keys = self._keys_there()
        if not keys:
            return []
        with _on_disk():
            envelopes = [path.read_bytes() for path in self._folder.glob(f"*{_MANIFEST}")]
        found = []
        for envelope in envelopes:
            try:
                found.append(_release(Manifest.verified(envelope, keys, now=_LONG_AGO)))
            except UpdateError:  # its key is trusted no more
                continue
        return sorted(found, key=lambda one: (one.kind, _order(one.version)), reverse=True)

    def strangers(self) -> list[Stranger]:
        """Return what is left of keys that are trusted no more, the newest first."""
        known = {one.id for one in self.all()}
        found = []
        with _on_disk():
            for name in self._names() - known:
                there = [path.stat() for path in self._both(name) if path.exists()]
                if there:
                    size = sum(one.st_size for one in there)
                    put_at = datetime.fromtimestamp(max(one.st_mtime for one in there), UTC)
                    found.append(Stranger(id=name, size_bytes=size, put_at=put_at))
        return sorted(found, key=lambda one: (one.put_at, one.id), reverse=True)

    def release(self, name: str) -> Release:
        """Return one that is kept; raises NoSuchReleaseError, UntrustedReleaseError."""
        for one in self.all():
            if one.id == name:
                return one
        if name in self._names():
            raise UntrustedReleaseError
        raise NoSuchReleaseError

    def files(self, name: str) -> tuple[Path, Path]:
        """Return where manifest and image of one that is kept are; raises as `release`."""
        known = self.release(name)
        return self._both(known.id)

    def remove(self, name: str) -> Release | Stranger:
        """Let go of one, whoever signed it; raises NoSuchReleaseError."""
        kept: list[Release | Stranger] = [*self.all(), *self.strangers()]
        for one in kept:
            if one.id == name:
                with _on_disk():
                    for path in self._both(one.id):
                        path.unlink(missing_ok=True)
                return one
        raise NoSuchReleaseError

    @property
    def has_keys(self) -> bool:
        """Whether anybody's firmware may be kept."""
        return bool(self._keys_there())

    def _names(self) -> set[str]:
        """Return what the files in the folder are called that are called as releases are."""
        with _on_disk():
            found = [
                path.stem for what in (_MANIFEST, _IMAGE) for path in self._folder.glob(f"*{what}")
            ]
        return {name for name in found if _NAME.fullmatch(name)}

    def _both(self, name: str) -> tuple[Path, Path]:
        return self._path(name, _MANIFEST), self._path(name, _IMAGE)

    def _path(self, name: str, suffix: str) -> Path:
        return self._folder / f"{msgspec.convert(name, ReleaseId)}{suffix}"  # a name, never a path

    def _trusted(self) -> list[Ed25519PublicKey]:
        if not (keys := self._keys_there()):
            raise NoKeysError(f"No key in {self._keys}.")
        return keys

    def _keys_there(self) -> list[Ed25519PublicKey]:
        with _on_disk():
            files = sorted(self._keys.glob("*.pem"))[:_MOST_KEYS]
            keys = [_key(file.read_bytes()) for file in files]
        return [key for key in keys if key is not None]


def _key(pem: bytes) -> Ed25519PublicKey | None:
    try:
        key = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm):
        return None
    return key if isinstance(key, Ed25519PublicKey) else None


def _id(manifest: Manifest) -> str:
    return hashlib.sha256(manifest.sha256).hexdigest()[:32]


def _release(manifest: Manifest) -> Release:
    return Release(
        id=_id(manifest),
        name=manifest.name,
        kind=manifest.kind,
        version=manifest.version,
        size_bytes=manifest.size,
        expires=manifest.expires,
        same_table=manifest.table == frames.TABLE_HASH,
    )


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in version.split("."))


@contextmanager
def _on_disk() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(f"the folder of firmware: {error.strerror}") from error
