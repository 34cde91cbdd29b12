"""What may be installed: a manifest that a trusted key has signed, and the image that it names.

The envelope is DSSE 1.0 (github.com/secure-systems-lab/dsse, protocol.md), in JSON: the signature
is over the bytes of the payload as they stand, and over their type. As in The Update Framework
(TUF 1.0.33 §5) nothing is read before it is verified, what is read has a bound, a manifest is good
until a day (no one can hold a fleet on an old one for ever), and versions only grow.
"""

import base64
import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from firmware_bridge.update.errors import (
    ExpiredError,
    ImageDiffersError,
    UnreadableManifestError,
    WrongSignatureError,
)

TYPE = "application/vnd.motcua.firmware+json"
_FORMAT = 1
_MOST_BYTES = 16_384  # of an envelope
_MOST_SIGNATURES = 8
_VERSION = re.compile(r"\d{1,5}(\.\d{1,5}){0,3}")
_WORD = re.compile(r"[a-z0-9][a-z0-9-]{0,30}")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an image is."""

    name: str  # for people
    kind: str  # of board, as the board says it
    version: str  # numbers with points between: 1.4.0
    size: int
    sha256: bytes
    table: bytes  # frames.TABLE_HASH of the image; empty: it speaks none
    expires: datetime  # not to be installed from then on

    def signed(self, *keys: Ed25519PrivateKey) -> bytes:
        """Return its envelope, signed by each key."""
        body = json.dumps(
            {
                "format": _FORMAT,
                "name": self.name,
                "kind": self.kind,
                "version": self.version,
                "size": self.size,
                "sha256": self.sha256.hex(),
                "table": self.table.hex(),
                "expires": self.expires.astimezone(UTC).isoformat(),
            },
            ensure_ascii=False,
        ).encode()
        signatures = [
            {"keyid": key_id(key.public_key()), "sig": _text(key.sign(_signed_bytes(TYPE, body)))}
            for key in keys
        ]
        envelope = {"payloadType": TYPE, "payload": _text(body), "signatures": signatures}
        return json.dumps(envelope, indent=1).encode()

    @staticmethod
    def verified(envelope: bytes, keys: Iterable[Ed25519PublicKey], *, now: datetime) -> "Manifest":
        """Read an envelope that one of the keys has signed.

        Raises UnreadableManifestError, WrongSignatureError or ExpiredError.
        """
        body = _verified(envelope, {key_id(key): key for key in keys})
        manifest = _read(body)
        if now >= manifest.expires:
            raise ExpiredError(f"{manifest.name}: good until {manifest.expires.isoformat()}")
        return manifest


@dataclass(frozen=True, slots=True)
class Release:
    """A manifest and its image, which have been checked against each other: see `checked`."""

    manifest: Manifest
    image: bytes

    @staticmethod
    def checked(
        envelope: bytes, image: bytes, keys: Iterable[Ed25519PublicKey], *, now: datetime
    ) -> "Release":
        """Return what may be installed; raises what Manifest does, or ImageDiffersError."""
        manifest = Manifest.verified(envelope, keys, now=now)
        if len(image) != manifest.size:
            raise ImageDiffersError(f"{len(image)} bytes, not {manifest.size}")
        if hashlib.sha256(image).digest() != manifest.sha256:
            raise ImageDiffersError("another SHA-256 than the manifest's")
        return Release(manifest, image)


def version_key(version: str) -> tuple[int, ...]:
    """Return what versions are ordered by; raises ValueError for what is no version."""
    if not _VERSION.fullmatch(version):
        raise ValueError(f"{version!r} is no version: numbers with points between")
    numbers = [int(number) for number in version.split(".")]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def trusted_key(text: str) -> Ed25519PublicKey:
    """Read a public key as settings have it, 64 hexadecimal digits; raises ValueError."""
    return Ed25519PublicKey.from_public_bytes(bytes.fromhex(text))


def key_id(key: Ed25519PublicKey) -> str:
    """Return a key's name: the first 16 digits of its SHA-256."""
    return hashlib.sha256(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()[:16]


def _verified(envelope: bytes, keys: dict[str, Ed25519PublicKey]) -> bytes:
    if len(envelope) > _MOST_BYTES:
        raise UnreadableManifestError(f"an envelope has at most {_MOST_BYTES} bytes")
    try:
        outer = json.loads(envelope)
        kind, body = str(outer["payloadType"]), _data(outer["payload"])
        signatures = [
            (str(one.get("keyid", "")), _data(one["sig"]))
            for one in outer["signatures"][:_MOST_SIGNATURES]
        ]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UnreadableManifestError("no signed manifest") from error
    if not any(_is_by(keys.get(name), sig, _signed_bytes(kind, body)) for name, sig in signatures):
        names = ", ".join(name for name, _ in signatures) or "nobody"
        raise WrongSignatureError(f"signed by {names}, whom this box does not trust")
    if kind != TYPE:
        raise UnreadableManifestError(f"a manifest of another type: {kind}")
    return body


def _is_by(key: Ed25519PublicKey | None, signature: bytes, data: bytes) -> bool:
    if key is None:
        return False
    try:
        key.verify(signature, data)
    except InvalidSignature:
        return False
    return True


def _read(body: bytes) -> Manifest:
    try:
        read = json.loads(body)
        _format_of_ours(read["format"])
        return Manifest(
            name=str(read["name"]),
            kind=_kind(str(read["kind"])),
            version=_version(str(read["version"])),
            size=int(read["size"]),
            sha256=bytes.fromhex(read["sha256"]),
            table=bytes.fromhex(read["table"]),
            expires=datetime.fromisoformat(read["expires"]).astimezone(UTC),
        )
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise UnreadableManifestError(f"the manifest is not one of ours: {error}") from error


def _format_of_ours(number: object) -> None:
    if number != _FORMAT:
        raise ValueError(f"format {number}")


def _kind(word: str) -> str:
    if not _WORD.fullmatch(word):
        raise ValueError(f"{word!r} is no kind of board")
    return word


def _version(version: str) -> str:
    version_key(version)
    return version


def _signed_bytes(kind: str, body: bytes) -> bytes:
    """DSSE 1.0, PAE."""
    name = kind.encode()
    return b"DSSEv1 %d %s %d %s" % (len(name), name, len(body), body)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _data(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
