"""What was read, told: fields, warnings for the officer, and what it proves. Pure."""

from collections.abc import Sequence
from datetime import date, datetime

from cryptography import x509

from devices.chip import lds, pace
from devices.chip.messages import ChipFields, ChipRead, Zone
from devices.chip.mrz import MrzKey, Td1
from devices.chip.passive import judged
from devices.chip.reading import Contents
from devices.chip.words import PROVES
from devices.contract.clock import LOCAL

CHECK_DIGIT = "check_digit"
OTHER_CARD = "other_card"
NUMBERS_DIFFER = "numbers_differ"
SEX_MISMATCH = "sex_mismatch"
BIRTH_YEAR_MISMATCH = "birth_year_mismatch"
EXPIRED = "expired"
ACCESS_ALTERED = "access_altered"
"""What the chip offered unsigned, before PACE, is not what its signed data says (9303-11 §4.4)."""

_PERSONAL_DIGITS = 12
_NEVER = "991231"
_SEX_DIGIT = 3
_YEAR_DIGITS = slice(4, 6)


def told(
    contents: Contents,
    key: MrzKey | None,
    issuers: Sequence[x509.Certificate],
    now: datetime,
) -> ChipRead:
    """Return the reply; `key` is what the card was opened with. Raises BadAnswerError."""
    groups = contents.groups
    zone = lds.zone_of(groups[lds.DG1])
    fields = lds.fields_of(groups[lds.DG13]) if lds.DG13 in groups else None
    face = lds.face_of(groups[lds.DG2]) if lds.DG2 in groups else None
    proof = judged(contents.sod, groups, issuers, now)
    return ChipRead(
        opened=contents.opened,
        zone=_zone(zone),
        fields=fields,
        face=face,
        proof=proof,
        proves=PROVES[proof].vi,
        proves_en=PROVES[proof].en,
        warnings=_warnings(zone, fields, key, now.astimezone(LOCAL).date())
        + ((ACCESS_ALTERED,) if _is_access_altered(contents) else ()),
    )


def _is_access_altered(contents: Contents) -> bool:
    if lds.DG14 not in contents.groups or not contents.offers:
        return False
    signed = pace.offers_of(lds.security_infos_of(contents.groups[lds.DG14]))
    return set(signed) != set(contents.offers)


def _zone(zone: Td1) -> Zone:
    return Zone(
        document_number=zone.number,
        personal_number=_personal(zone),
        surname=zone.surname,
        given_names=zone.given_names,
        birth=zone.birth,
        sex=zone.sex,
        expiry=zone.expiry,
        nationality=zone.nationality,
    )


def _warnings(
    zone: Td1, fields: ChipFields | None, key: MrzKey | None, today: date
) -> tuple[str, ...]:
    found = [f"{CHECK_DIGIT}:{name}" for name in zone.wrong_checks]
    number = _personal(zone)
    if key and (key.number[-9:], key.birth, key.expiry) != (zone.number, zone.birth, zone.expiry):
        found.append(OTHER_CARD)
    if fields and fields.number and number and fields.number != number:
        found.append(NUMBERS_DIFFER)
    if number and zone.sex and "MF"[int(number[_SEX_DIGIT]) % 2] != zone.sex:
        found.append(SEX_MISMATCH)
    if number and number[_YEAR_DIGITS] != zone.birth[:2]:
        found.append(BIRTH_YEAR_MISMATCH)
    if zone.expiry != _NEVER and zone.expiry < today.strftime("%y%m%d"):
        found.append(EXPIRED)
    return tuple(found)


def _personal(zone: Td1) -> str:
    is_number = len(zone.optional) == _PERSONAL_DIGITS and zone.optional.isdigit()
    return zone.optional if is_number else ""
