"""PINs as salted scrypt hashes (RFC 7914). `python -m devices.web.pin` makes one."""

import getpass
import hashlib
import hmac
import secrets

_N, _R, _P = 2**14, 8, 1
_SALT_BYTES, _DIGEST_BYTES = 16, 64
_MEMORY_BYTES = 64 * 2**20
_MOST_LANES = 16


def hash_pin(pin: str) -> str:
    """Return the PIN as it stands in a configuration: `scrypt$n$r$p$salt$hash`."""
    salt = secrets.token_bytes(_SALT_BYTES)
    return f"scrypt${_N}${_R}${_P}${salt.hex()}${_hash(pin, salt, _N, _R, _P).hex()}"


def is_pin(pin: str, hashed: str) -> bool:
    """Return whether the PIN is the one hashed. Takes some 50 ms of one core, on purpose."""
    _, n, r, p, salt, digest = hashed.split("$")
    tried = _hash(pin, bytes.fromhex(salt), int(n), int(r), int(p))
    return hmac.compare_digest(tried, bytes.fromhex(digest))


def is_hash(text: str) -> bool:
    """Return whether the text is of our form and `is_pin` can work with its figures."""
    _, n, r, p, salt, digest = text.split("$")
    cost, block, lanes = int(n), int(r), int(p)
    return (
        cost > 1
        and cost.bit_count() == 1
        and 0 < 128 * cost * block <= _MEMORY_BYTES // 2
        and 0 < lanes <= _MOST_LANES
        and len(salt) % 2 == 0
        and len(digest) == 2 * _DIGEST_BYTES
    )


def _hash(pin: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    return hashlib.scrypt(pin.encode(), salt=salt, n=n, r=r, p=p, maxmem=_MEMORY_BYTES)


if __name__ == "__main__":
    print(hash_pin(getpass.getpass("PIN: ")))  # noqa: T201 - this is the answer
