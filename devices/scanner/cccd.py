"""The QR of CCCD and Căn cước cards (domain 1.2 to 1.4): seven unsigned fields, and their warnings.

A warning is `code`, or `code:what the number says:what the field says`. It is for the officer and
never a reason to refuse (ID-10).
"""

import re
import unicodedata
from datetime import date

import msgspec

from devices.messages import IdentityCard
from devices.scanner.provinces import BIRTH_PROVINCES

SIX_PARTS = "six_parts"
SEX_MISMATCH = "sex_mismatch"
SEX_UNREADABLE = "sex_unreadable"
BIRTH_YEAR_MISMATCH = "birth_year_mismatch"
BIRTH_NOT_A_DAY = "birth_not_a_day"
ISSUED_NOT_A_DAY = "issued_not_a_day"
PROVINCE_UNKNOWN = "province_unknown"
NAME_MISSING = "name_missing"
OLD_NUMBER_UNREADABLE = "old_number_unreadable"

_MALE, _FEMALE = "Nam", "Nữ"
_FIELDS = 7
_NUMBER = re.compile(r"[0-9]{12}")  # G-5: never \d, which takes other scripts' digits
_OLD_NUMBER = re.compile(r"(?:[0-9]{9})?")
_DATE = re.compile(r"[0-9]{8}|[0-9]{4}")
_YEAR_ONLY = 4


class NumberFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What the twelve digits say (domain 1.4). `province` is empty when it is none of the 63."""

    prefix: str
    province: str
    sex: str
    birth_year: int
    serial: str


def parse_card(text: str, *, six_parts: bool = False) -> IdentityCard | None:
    """Return the card whose QR holds this text, in NFC (G-4), or None when it is no card.

    Parts after the seventh are third persons' data and are dropped here (ID-8). `six_parts` also
    takes a text without the old number's field (ID-7).
    """
    parts = text.split("|")
    short = six_parts and len(parts) == _FIELDS - 1
    if short:
        parts.insert(1, "")
    if len(parts) < _FIELDS:
        return None
    number, old_number, name, birth, sex, address, issued = (
        unicodedata.normalize("NFC", part) for part in parts[:_FIELDS]
    )
    if not (_NUMBER.fullmatch(number) and _DATE.fullmatch(birth) and _DATE.fullmatch(issued)):
        return None
    card = IdentityCard(
        number=number,
        old_number=old_number,
        name=name,
        birth=birth,
        sex=sex,
        address=address,
        issued=issued,
    )
    warnings = ((SIX_PARTS,) if short else ()) + _warnings(card)
    return msgspec.structs.replace(card, warnings=warnings)


def describe_number(number: str) -> NumberFacts | None:
    """Return what a personal number says of itself; None unless it is twelve ASCII digits."""
    if not _NUMBER.fullmatch(number):
        return None
    century = int(number[3])
    return NumberFacts(
        prefix=number[:3],
        province=BIRTH_PROVINCES.get(number[:3], ""),
        sex=_FEMALE if century % 2 else _MALE,
        birth_year=1900 + 100 * (century // 2) + int(number[4:6]),
        serial=number[6:],
    )


def _warnings(card: IdentityCard) -> tuple[str, ...]:
    facts = describe_number(card.number)
    assert facts is not None  # noqa: S101 - parse_card has matched the number
    found = []
    if not card.name.strip():
        found.append(NAME_MISSING)
    if not _OLD_NUMBER.fullmatch(card.old_number):
        found.append(OLD_NUMBER_UNREADABLE)
    if not facts.province:
        found.append(f"{PROVINCE_UNKNOWN}:{facts.prefix}")
    if card.sex not in (_MALE, _FEMALE):
        found.append(SEX_UNREADABLE)
    elif card.sex != facts.sex:
        found.append(f"{SEX_MISMATCH}:{facts.sex}:{card.sex}")
    if not _is_birth(card.birth):
        found.append(BIRTH_NOT_A_DAY)
    if (year := int(card.birth[-4:])) != facts.birth_year:
        found.append(f"{BIRTH_YEAR_MISMATCH}:{facts.birth_year}:{year}")
    if not _is_day(card.issued):
        found.append(ISSUED_NOT_A_DAY)
    return tuple(found)


def _is_birth(text: str) -> bool:
    """Return whether it is a day, or a birth of which only month or year is known (ID-4)."""
    if len(text) == _YEAR_ONLY:
        return True
    day, month, year = text[:2], text[2:4], text[4:]
    if day == "00":
        return month == "00" or _is_day(f"01{month}{year}")
    return _is_day(text)


def _is_day(text: str) -> bool:
    if len(text) == _YEAR_ONLY:
        return False
    try:
        date(int(text[4:]), int(text[2:4]), int(text[:2]))
    except ValueError:
        return False
    return True
