"""Keys and ciphers of BAC, PACE and secure messaging (ICAO 9303-11 §9.7, §9.8). Pure.

3DES and SHA-1 are what the standard gives older chips; `cryptography` calls them decrepit, rightly.
"""

import hashlib
from dataclasses import dataclass
from enum import Enum

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.cmac import CMAC

from devices.chip.errors import BadAnswerError

FOR_ENCRYPTION, FOR_MAC, FOR_PASSWORD = 1, 2, 3
"""The counters of the key derivation function."""

MAC_BYTES = 8
_DES_KEY = 8
_PAD = b"\x80"


class Suite(Enum):
    """A cipher: its name, and how many bytes its keys and its blocks have."""

    TDES = ("3DES", 16, 8)
    AES128 = ("AES-128", 16, 16)
    AES192 = ("AES-192", 24, 16)
    AES256 = ("AES-256", 32, 16)

    def __init__(self, title: str, key_bytes: int, block_bytes: int) -> None:
        self.title = title
        self.key_bytes = key_bytes
        self.block_bytes = block_bytes


@dataclass(frozen=True, slots=True, repr=False)
class SessionKeys:
    """A key to encrypt with and one for MACs. They show themselves nowhere."""

    suite: Suite
    encryption: bytes
    mac: bytes


def derived(secret: bytes, counter: int, suite: Suite) -> bytes:
    """Return the key for a counter (ICAO 9303-11 §9.7.1); 3DES keys get their parity bits."""
    digest = hashlib.sha256 if suite in (Suite.AES192, Suite.AES256) else hashlib.sha1
    key = digest(secret + counter.to_bytes(4, "big")).digest()[: suite.key_bytes]
    return with_odd_parity(key) if suite is Suite.TDES else key


def session_keys(secret: bytes, suite: Suite) -> SessionKeys:
    """Return both keys of a session."""
    return SessionKeys(
        suite, derived(secret, FOR_ENCRYPTION, suite), derived(secret, FOR_MAC, suite)
    )


def with_odd_parity(key: bytes) -> bytes:
    """Return the key with the last bit of each byte set so that the byte has an odd count."""
    return bytes(octet & 0xFE | ((octet >> 1).bit_count() + 1) % 2 for octet in key)


def padded(data: bytes, block: int) -> bytes:
    """Return the data with padding method 2 of ISO/IEC 9797-1."""
    data += _PAD
    return data + bytes(-len(data) % block)


def unpadded(data: bytes) -> bytes:
    """Take the padding off; raises BadAnswerError when there is none."""
    bare = data.rstrip(b"\0")
    if not bare.endswith(_PAD):
        raise BadAnswerError("The chip's data is not padded as it must be.")
    return bare[:-1]


def encrypted(suite: Suite, key: bytes, data: bytes, iv: bytes = b"") -> bytes:
    """Return whole blocks in CBC; without `iv` it is zero."""
    encryptor = _cbc(suite, key, iv).encryptor()
    return encryptor.update(data) + encryptor.finalize()


def decrypted(suite: Suite, key: bytes, data: bytes, iv: bytes = b"") -> bytes:
    """Undo it; raises BadAnswerError when these are no whole blocks."""
    if len(data) % suite.block_bytes:
        raise BadAnswerError("The chip's data is no whole number of blocks.")
    decryptor = _cbc(suite, key, iv).decryptor()
    return decryptor.update(data) + decryptor.finalize()


def one_block(key: bytes, block: bytes) -> bytes:
    """Return a block under AES itself (the IV of secure messaging, §9.8.6.1)."""
    return encrypted(Suite.AES128, key, block)


def mac(suite: Suite, key: bytes, data: bytes) -> bytes:
    """Return the 8 bytes that vouch for the data.

    3DES: ISO/IEC 9797-1 MAC algorithm 3, which pads by itself; AES: CMAC of the data as it is.
    """
    if suite is not Suite.TDES:
        cmac = CMAC(AES(key))
        cmac.update(data)
        return cmac.finalize()[:MAC_BYTES]
    last = padded(data, Suite.TDES.block_bytes)
    first = key[:_DES_KEY] * 3  # 3DES with one key three times is single DES
    chain = encrypted(Suite.TDES, first, last)[-MAC_BYTES:]
    middle = decrypted(Suite.TDES, key[_DES_KEY:] * 3, chain)
    return encrypted(Suite.TDES, first, middle)


def _cbc(suite: Suite, key: bytes, iv: bytes) -> "Cipher[modes.CBC]":
    iv = iv or bytes(suite.block_bytes)
    if suite is Suite.TDES:
        return Cipher(TripleDES((key + key[:_DES_KEY])[: 3 * _DES_KEY]), modes.CBC(iv))
    return Cipher(AES(key), modes.CBC(iv))
