"""Fields of an EMVCo code: id (2 digits), length (2 digits), value; and its CRC (domain §4.2)."""

import re
from collections.abc import Iterable
from itertools import chain

from devices.contract.errors import MotcuaError

LONGEST_VALUE = 99
_TWO_DIGITS = re.compile(r"[0-9]{2}")
_HEAD = 4
_POLYNOMIAL = 0x1021


class BadFieldsError(MotcuaError):
    """The text is not made of whole fields, each with a value and there once."""

    code = "payment.bad_fields"


def written(fields: Iterable[tuple[str, str]]) -> str:
    """Return the fields as text, in order; those without a value are left out.

    Raises BadFieldsError for a value of more than 99 characters.
    """
    shown = [(name, value) for name, value in fields if value]
    if any(len(value) > LONGEST_VALUE for _, value in shown):
        raise BadFieldsError
    return "".join(chain.from_iterable((name, f"{len(value):02d}", value) for name, value in shown))


def fields_of(text: str) -> dict[str, str]:
    """Return the values by id, in their order.

    Raises BadFieldsError when a field is cut off, empty or there twice, and when anything is not
    ASCII (PAY-4).
    """
    fields: dict[str, str] = {}
    at = 0
    while at < len(text):
        name, length = text[at : at + 2], text[at + 2 : at + _HEAD]
        if not _TWO_DIGITS.fullmatch(name) or not _TWO_DIGITS.fullmatch(length):
            raise BadFieldsError
        begin, at = at + _HEAD, at + _HEAD + int(length)
        value = text[begin:at]
        if name in fields or not value or len(value) < int(length) or not value.isascii():
            raise BadFieldsError
        fields[name] = value
    return fields


def crc(text: str) -> str:
    """Return CRC-16/CCITT-FALSE (poly 1021, init FFFF) of the ASCII text, as `29B1`."""
    value = 0xFFFF
    for byte in text.encode("ascii"):
        value ^= byte << 8
        for _ in range(8):
            value = (value << 1 ^ _POLYNOMIAL if value & 0x8000 else value << 1) & 0xFFFF
    return f"{value:04X}"
