"""What a card says, and how a day of birth is written. Pure."""

import unicodedata
from datetime import date

from devices.messages import IdentityCard
from kiosk.sealed.prepared import Declaration

_DAY, _YEAR = 8, 4
_EARLIEST_YEAR = 1900
_LINES = ("name", "birth", "sex", "number", "address")
_MOST_NAME, _MOST_ADDRESS, _MOST_NUMBER, _MOST_SEX = 80, 200, 12, 10


def said_of(card: IdentityCard, *, phone: str = "") -> Declaration:
    """Return a card's lines, NFC; its old number and day of issue are not taken (PRI-1)."""
    lines = {
        "name": _line(card.name)[:_MOST_NAME],
        "birth": birth_of(card.birth),
        "sex": _line(card.sex)[:_MOST_SEX],
        "number": _line(card.number)[:_MOST_NUMBER],
        "address": _line(card.address)[:_MOST_ADDRESS],
    }
    filled = tuple(name for name in _LINES if lines[name])
    doubts = tuple(warning[:_MOST_ADDRESS] for warning in card.warnings)
    return Declaration(**lines, phone=phone, from_card=filled, doubts=doubts)


def birth_of(digits: str) -> str:
    """Return `20051990` as `20/05/1990`; a year, or what is written otherwise, as it is (ID-4)."""
    if len(digits) != _DAY or not (digits.isascii() and digits.isdigit()):
        return digits[:10]
    return f"{digits[:2]}/{digits[2:4]}/{digits[4:]}"


def is_birth(digits: str, today: date | None) -> bool:
    """Return whether it is a day or a year that can be one of birth (ID-4)."""
    if not (digits.isascii() and digits.isdigit()) or len(digits) not in (_DAY, _YEAR):
        return False
    year = int(digits[-_YEAR:])
    if year < _EARLIEST_YEAR or (today and year > today.year):
        return False
    if len(digits) == _YEAR:
        return True
    day, month = int(digits[:2]), int(digits[2:4])
    if day == 0:  # a day, or day and month, that nobody knows
        return month <= 12  # noqa: PLR2004 - months
    try:
        born = date(year, month, day)
    except ValueError:
        return False
    return today is None or born <= today


def _line(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())
