"""Passwords: Argon2id (RFC 9106), and which are too easy to guess (NIST SP 800-63B §3.1.1.2).

Hashing takes some 100 ms and the memory of its parameters, on purpose: on a `Worker` of its own.
"""

import secrets
import unicodedata
from typing import Annotated

import argon2
import msgspec

from devices.contract.config import Config
from provisioning.controller.accounts.records import WeakPasswordError

_MOST_LETTERS = 256
_LEAST_DIFFERENT = 5
_GROUPS, _GROUP = 4, 4
_PLAIN_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is taken for another
_EASY = ("password", "matkhau", "12345678", "qwerty", "abcdef", "motcua", "admin")


class PasswordConfig(Config, frozen=True, kw_only=True):
    """The second recommended parameters of RFC 9106 §4, and the shortest password.

    A server of 1 GB may take less memory; what is stored is hashed anew at the next sign-in.
    """

    memory_kib: Annotated[int, msgspec.Meta(ge=64, le=2_097_152)] = 65_536
    passes: Annotated[int, msgspec.Meta(ge=1, le=20)] = 3
    lanes: Annotated[int, msgspec.Meta(ge=1, le=8)] = 4
    least_letters: Annotated[int, msgspec.Meta(ge=8, le=64)] = 12


class Passwords:
    """Hashes passwords, and judges new ones."""

    def __init__(self, config: PasswordConfig) -> None:
        self._least = config.least_letters
        self._hasher = argon2.PasswordHasher(
            time_cost=config.passes, memory_cost=config.memory_kib, parallelism=config.lanes
        )
        self._nobody = self._hasher.hash(secrets.token_hex(16))

    def hash(self, password: str) -> str:
        """Return the password as it is stored."""
        return self._hasher.hash(_normal(password))

    def fits(self, password: str, stored: str) -> bool:
        """Whether the password is the stored one; an empty `stored` is nobody's, and as slow."""
        try:
            self._hasher.verify(stored or self._nobody, _normal(password))
        except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
            return False
        return bool(stored)

    def is_old(self, stored: str) -> bool:
        """Whether it was hashed with other parameters than ours are now."""
        return self._hasher.check_needs_rehash(stored)

    def judge(self, password: str, login: str, name: str = "") -> None:
        """Raise WeakPasswordError for one that is too easy to guess."""
        plain = _plain(password)
        if not self._least <= len(_normal(password)) <= _MOST_LETTERS:
            raise WeakPasswordError(
                f"A password has {self._least} to {_MOST_LETTERS} letters; a sentence is fine."
            )
        own = [_plain(word) for word in (login, name) if len(word) > 2]  # noqa: PLR2004 - a syllable
        if len(set(plain)) < _LEAST_DIFFERENT or any(word in plain for word in (*_EASY, *own)):
            raise WeakPasswordError


def made_up() -> str:
    """Return a password to be given to somebody once: 78 bits, easy to read out and to type."""
    letters = [secrets.choice(_PLAIN_LETTERS) for _ in range(_GROUPS * _GROUP)]
    groups = ["".join(letters[at : at + _GROUP]) for at in range(0, len(letters), _GROUP)]
    return "-".join(groups)


def _normal(password: str) -> str:
    """Return it as every keyboard's letters come to the same (NFKC)."""
    return unicodedata.normalize("NFKC", password)


def _plain(text: str) -> str:
    """Return letters without marks and spaces, small."""
    apart = unicodedata.normalize("NFKD", text.casefold().replace("đ", "d"))
    return "".join(letter for letter in apart if letter.isalnum())
