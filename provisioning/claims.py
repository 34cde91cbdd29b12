"""Serial numbers, claims and the words two people compare: the same on a box and in the province.

Pure. A claim is a secret for one enrolment of one serial number. Either the province makes it (on
the technician's sheet) or the box does (a box nobody expected, shown on its screen).
"""

import hashlib
import re

from devices.contract.errors import MotcuaError

CLAIM_BYTES = 10
"""Of randomness in a claim: 80 bits, five words."""
LEAST_CLAIM_LETTERS, MOST_CLAIM_LETTERS = 16, 128
_WORDS_BYTES = 8
_CONSONANTS = "bdfghjklmnprstvz"
_VOWELS = "aiou"
_SERIAL = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}\Z")
_CLAIM = re.compile(r"[\x21-\x7e]+\Z")


class BadClaimError(MotcuaError):
    """A serial number or a claim cannot be one."""

    code = "claim.bad"


def tidy_serial(text: str) -> str:
    """Return a serial number as it is kept: lower case, no spaces; raises BadClaimError."""
    serial = "".join(text.split()).lower()
    if not _SERIAL.match(serial):
        raise BadClaimError(f"serial number {text[:80]!r}: 1 to 64 of A-Z, 0-9, '.', '_' and '-'")
    return serial


def tidy_claim(text: str) -> str:
    """Return a claim as it is compared: lower case, no spaces; raises BadClaimError."""
    claim = "".join(text.split()).lower()
    if not LEAST_CLAIM_LETTERS <= len(claim) <= MOST_CLAIM_LETTERS or not _CLAIM.match(claim):
        raise BadClaimError(
            f"a claim has {LEAST_CLAIM_LETTERS} to {MOST_CLAIM_LETTERS} printable letters"
        )
    return claim


def spelled(secret: bytes) -> str:
    """Return bytes as words that can be read aloud and typed (proquints, arXiv:0901.4016).

    Two bytes a word: `lusab-babad`. A last odd byte is not spelled.
    """
    return "-".join(
        _word(int.from_bytes(secret[at : at + 2], "big")) for at in range(0, len(secret) - 1, 2)
    )


def shown_words(serial: str, claim: str, public_key: bytes) -> str:
    """Return four words that the box shows and the technician finds again in the queue.

    `public_key` is the request's key as SubjectPublicKeyInfo (DER). Whoever asks with another key
    has other words: 64 bits are too many to look for.
    """
    said = b"\0".join((tidy_serial(serial).encode(), tidy_claim(claim).encode(), public_key))
    return spelled(hashlib.sha256(b"motcua words\0" + said).digest()[:_WORDS_BYTES])


def sheet_code(serial: str, claim: str) -> str:
    """Return what the QR symbol of a sheet, or of a box's screen, holds."""
    return f"MC1:{serial}:{claim}"


def _word(number: int) -> str:
    return "".join(
        letters[number >> shift & len(letters) - 1]
        for letters, shift in (
            (_CONSONANTS, 12),
            (_VOWELS, 10),
            (_CONSONANTS, 6),
            (_VOWELS, 4),
            (_CONSONANTS, 0),
        )
    )
