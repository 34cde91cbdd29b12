"""Releases for tests: the firmware itself, and what can be wrong with one."""

from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from firmware_bridge import frames
from firmware_bridge.update import image
from firmware_bridge.update.manifest import Release

NOW = datetime(2026, 11, 22, tzinfo=UTC)
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEYS = (KEY.public_key(),)


def released(
    version: str,
    files: dict[str, bytes] | None = None,
    kind: str = image.PANEL,
    table: bytes = frames.TABLE_HASH,
) -> Release:
    """Return a checked release of the firmware, some of its files being others."""
    data = image.packed(image.sources() | (files or {}), version, kind)
    expires = NOW + timedelta(days=30)
    manifest = image.described(data, name=f"firmware {version}", expires=expires, table=table)
    return Release.checked(manifest.signed(KEY), data, KEYS, now=NOW)
