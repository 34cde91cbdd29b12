"""HPKE (RFC 9180), base mode: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM.

Whoever has the public key can seal; only the counter server can open. A new ephemeral key each
time, so what one key opens says nothing of another part.
"""

import hashlib

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from devices.contract.errors import MotcuaError

KEY_BYTES = 32
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_ID_LETTERS = 16


class UnreadableError(MotcuaError):
    """It was sealed to another key, under another name, or was changed since."""

    code = "draft.unreadable"


class BadKeyError(MotcuaError):
    """This is no key of X25519."""

    code = "draft.bad_key"


class SealingKey:
    """The counter server's public key. `key_id` names it."""

    def __init__(self, raw: bytes) -> None:
        """Take the 32 bytes of RFC 7748 §5; raises BadKeyError."""
        try:
            self._public = X25519PublicKey.from_public_bytes(raw)
        except ValueError as error:
            raise BadKeyError from error
        self.raw = raw
        self.key_id = hashlib.sha256(raw).hexdigest()[:_ID_LETTERS]

    def seal(self, content: bytes, name: str) -> bytes:
        """Return `enc || ct` (RFC 9180 §6.1); it opens only under the same `name` (`info`).

        Raises BadKeyError for a key of small order (§7.1.4).
        """
        try:
            return _SUITE.encrypt(content, self._public, info=name.encode())
        except ValueError as error:
            raise BadKeyError from error


class OpeningKey:
    """The counter server's private key."""

    def __init__(self, raw: bytes) -> None:
        """Take the 32 bytes; raises BadKeyError."""
        try:
            self._private = X25519PrivateKey.from_private_bytes(raw)
        except ValueError as error:
            raise BadKeyError from error
        self.sealing = SealingKey(self._private.public_key().public_bytes_raw())

    def open(self, sealed: bytes, name: str) -> bytes:
        """Return the content; raises UnreadableError."""
        try:
            return _SUITE.decrypt(sealed, self._private, info=name.encode())
        except (InvalidTag, ValueError) as error:
            raise UnreadableError from error


def new_key() -> bytes:
    """Return a new private key's 32 bytes."""
    return X25519PrivateKey.generate().private_bytes_raw()
