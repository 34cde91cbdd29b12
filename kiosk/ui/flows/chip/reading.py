"""From a chip's words to a declaration's, and from what is printed to what opens a chip. Pure."""

from datetime import date

from devices.chip.messages import ChipRead, Proof, ReadChip
from devices.messages import IdentityCard
from kiosk.ui.flows.chip.pages import CardKey, ChipFound

NEVER = "31122099"
_SEXES = {"M": "Nam", "F": "Nữ"}
_DAY, _NUMBER, _ZONE_DAY = 8, 12, 6
_CENTURY_DIGIT = 3
_UNKNOWN = "<"
_CONTRADICTED = (Proof.SIGNATURE_WRONG, Proof.HASHES_WRONG)


def found_in(read: ChipRead) -> ChipFound:
    """Return the few lines that are wanted: faith, marks and the rest are let go (PRI-1)."""
    zone, fields = read.zone, read.fields
    number = (fields.number if fields else "") or zone.personal_number
    plain = " ".join(filter(None, (zone.surname, zone.given_names)))
    return ChipFound(
        number=number,
        name=(fields.name if fields else "") or plain,
        birth=(_digits(fields.birth) if fields else "") or _of_zone(zone.birth, number),
        sex=(fields.sex if fields else "") or _SEXES.get(zone.sex, ""),
        address=fields.residence if fields else "",
        proves=read.proves,
        proves_en=read.proves_en,
        usable=read.proof not in _CONTRADICTED,
        warnings=read.warnings,
    )


def card_of(found: ChipFound) -> IdentityCard:
    """Return what was read as its QR would have it; the officer is told what it proves first."""
    return IdentityCard(
        number=found.number,
        old_number="",
        name=found.name,
        birth=found.birth,
        sex=found.sex,
        address=found.address,
        issued="",
        warnings=(f"Đọc từ chip. {found.proves}", *found.warnings),
    )


def command_of(key: CardKey, ask: int) -> ReadChip:
    """Return what the device process is asked. The face is never asked for."""
    birth, expiry = _yymmdd(key.birth), _yymmdd(key.expiry)
    return ReadChip(number=key.number, birth=birth, expiry=expiry, can=key.can, ask=ask)


def is_day(digits: str, *, least: int, most: int) -> bool:
    """Return whether it is a whole day `ddMMyyyy` of these years."""
    if len(digits) != _DAY or not (digits.isascii() and digits.isdigit()):
        return False
    year = int(digits[4:])
    try:
        date(year, int(digits[2:4]), int(digits[:2]))
    except ValueError:
        return False
    return least <= year <= most


def _yymmdd(digits: str) -> str:
    return digits[6:8] + digits[2:4] + digits[:2]


def _digits(day: str) -> str:
    return day.replace("/", "")


def _of_zone(birth: str, number: str) -> str:
    """Return a zone's YYMMDD as `ddMMyyyy`; the century is in the personal number (domain 1.4)."""
    whole = len(number) == _NUMBER and number.isascii() and number.isdigit()
    known = birth.replace(_UNKNOWN, "0")
    if not whole or len(birth) != _ZONE_DAY or not known.isdigit() or _UNKNOWN in birth[:2]:
        return ""
    century = 19 + int(number[_CENTURY_DIGIT]) // 2
    return f"{known[4:]}{known[2:4]}{century}{known[:2]}"
