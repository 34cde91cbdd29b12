"""Firmware for tests: signed, and of a few bytes."""

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from firmware_bridge import frames
from firmware_bridge.update.manifest import Manifest

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


def image(version: str) -> bytes:
    return f"panel {version}".encode()


def manifest(version: str, *, key: Ed25519PrivateKey = KEY, days: int = 30) -> bytes:
    content = image(version)
    return Manifest(
        name=f"Bảng số {version}",
        kind="panel",
        version=version,
        size=len(content),
        sha256=hashlib.sha256(content).digest(),
        table=frames.TABLE_HASH,
        expires=NOW + timedelta(days=days),
    ).signed(key)


def trust(folder: Path, key: Ed25519PrivateKey = KEY) -> Path:
    """Put the key into a folder of trusted ones, and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (folder / "province.pem").write_bytes(pem)
    return folder
