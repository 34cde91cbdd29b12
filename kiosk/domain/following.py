"""The code by which a citizen follows a piece of feedback: nobody guesses it, anybody reads it out.

Letters and digits that look or sound alike in print (0 O D Q, 1 I L, 2 Z, 5 S, 6 G, 8 B, U V) are
left out. The last letter is a check: any one wrong letter, and any two swapped neighbours, are
noticed. It has no date and no serial, and is no dossier code (DOS-1).
"""

import re

ALPHABET = "3479ACEFHJKMNPRTWXY"
ENTROPY_BYTES = 16
_LENGTH = 11
_GROUPS = (4, 8)
_PRIME = 19
_SEPARATORS = re.compile(r"[\s.\-_/\u2010-\u2015]+")


def following_code(entropy: bytes) -> str:
    """Return a code of 19^11 (2^46), `NYJK-YF33-PMKM`, made of 16 random bytes.

    Raises ValueError for fewer bytes.
    """
    if len(entropy) < ENTROPY_BYTES:
        raise ValueError(f"{ENTROPY_BYTES} random bytes are needed")
    number = int.from_bytes(entropy)
    values: list[int] = []
    for _ in range(_LENGTH):
        number, value = divmod(number, _PRIME)
        values.append(value)
    return _shown([*values, _check(values)])


def read_following_code(text: str) -> str | None:
    """Return a typed code in its proper spelling, or None when it is mistyped or none."""
    letters = _SEPARATORS.sub("", text).upper()
    if len(letters) != _LENGTH + 1 or any(letter not in ALPHABET for letter in letters):
        return None
    values = [ALPHABET.index(letter) for letter in letters]
    return _shown(values) if values[-1] == _check(values[:-1]) else None


def _check(values: list[int]) -> int:
    """Return the last value: with it the sum, weighted by place, is 0 modulo the prime."""
    weighted = sum(place * value for place, value in enumerate(values, start=2))
    return -weighted % _PRIME


def _shown(values: list[int]) -> str:
    letters = "".join(ALPHABET[value] for value in values)
    first, second = _GROUPS
    return f"{letters[:first]}-{letters[first:second]}-{letters[second:]}"
