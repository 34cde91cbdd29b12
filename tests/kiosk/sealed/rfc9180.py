"""RFC 9180 base mode once more, from the standard's text: the other side of our sealing.

DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-128-GCM or AES-256-GCM; one message, sequence 0.
"""

import hashlib
import hmac

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_KEM = b"KEM" + (0x0020).to_bytes(2, "big")
AES_128, AES_256 = (0x0001, 16), (0x0002, 32)


def _extract(salt: bytes, suite: bytes, label: bytes, content: bytes) -> bytes:
    message = b"HPKE-v1" + suite + label + content
    return hmac.new(salt or bytes(32), message, hashlib.sha256).digest()


def _expand(secret: bytes, suite: bytes, label: bytes, info: bytes, length: int) -> bytes:
    info = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info
    out, last, count = b"", b"", 0
    while len(out) < length:
        count += 1
        last = hmac.new(secret, last + info + bytes([count]), hashlib.sha256).digest()
        out += last
    return out[:length]


def schedule(enc: bytes, private: bytes, info: bytes, aead: tuple[int, int]) -> tuple[bytes, bytes]:
    """Return key and nonce of the first message (§4.1 Decap, §5.1 KeySchedule)."""
    mine = X25519PrivateKey.from_private_bytes(private)
    shared = mine.exchange(X25519PublicKey.from_public_bytes(enc))
    context = enc + mine.public_key().public_bytes_raw()
    eae = _extract(b"", _KEM, b"eae_prk", shared)
    secret = _expand(eae, _KEM, b"shared_secret", context, 32)
    number, key_bytes = aead
    suite = b"HPKE" + b"".join(each.to_bytes(2, "big") for each in (0x0020, 0x0001, number))
    hashes = _extract(b"", suite, b"psk_id_hash", b"") + _extract(b"", suite, b"info_hash", info)
    main = _extract(secret, suite, b"secret", b"")
    key = _expand(main, suite, b"key", b"\0" + hashes, key_bytes)
    return key, _expand(main, suite, b"base_nonce", b"\0" + hashes, 12)


def opened(sealed: bytes, private: bytes, info: bytes) -> bytes:
    """Open `enc || ct` of AES-256-GCM."""
    key, nonce = schedule(sealed[:32], private, info, AES_256)
    return AESGCM(key).decrypt(nonce, sealed[32:], b"")
