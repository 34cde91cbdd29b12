"""The files of a chip (ICAO 9303-10, Logical Data Structure), and what is in those we read. Pure.

DG3 (fingerprints) and DG4 are behind another lock and are never asked for (domain 1.5).
"""

import unicodedata
from collections.abc import Iterator

from devices.chip import tlv
from devices.chip.errors import BadAnswerError
from devices.chip.messages import ChipFields, Face
from devices.chip.mrz import Td1, parse_td1

COM, SOD, CARD_ACCESS = 0x011E, 0x011D, 0x011C
DG1, DG2, DG13, DG14 = 1, 2, 13, 14
COM_TAG, SOD_TAG = 0x60, 0x77
GROUP_TAGS = {
    0x61: 1,
    0x75: 2,
    0x63: 3,
    0x76: 4,
    0x65: 5,
    0x66: 6,
    0x67: 7,
    0x68: 8,
    0x69: 9,
    0x6A: 10,
    0x6B: 11,
    0x6C: 12,
    0x6D: 13,
    0x6E: 14,
    0x6F: 15,
    0x70: 16,
}
"""Which data group a tag is."""

TAGS = {group: tag for tag, group in GROUP_TAGS.items()}
_ZONE, _PRESENT = 0x5F1F, 0x5C
_GROUP_OF_TEMPLATES, _COUNT, _TEMPLATE = 0x7F61, 0x02, 0x7F60
_PICTURES = (0x5F2E, 0x7F2E)

_FACE_RECORD = b"FAC\x00010\x00"
_RECORD_HEADER, _FACE_HEADER, _POINT, _PICTURE_HEADER = 14, 20, 8, 12
_POINTS_AT, _PICTURE_KIND_AT = 4, 1
_KINDS = {0: "jpeg", 1: "jpeg2000"}
_BEGINNINGS = {
    "jpeg": (b"\xff\xd8\xff",),
    "jpeg2000": (b"\x00\x00\x00\x0cjP  \r\n\x87\n", b"\xff\x4f\xff\x51"),
}

_FIELDS = {
    1: "number",
    2: "name",
    3: "birth",
    4: "sex",
    5: "nationality",
    6: "ethnicity",
    7: "religion",
    8: "origin",
    9: "residence",
    10: "marks",
    11: "issued",
    12: "expires",
}
_OLD_OR_PERSONAL = (15, 16)
_OLD_NUMBER_DIGITS = 9
_DEEPEST = 8


def group_file(group: int) -> int:
    """Return the identifier of a data group's file."""
    return 0x0100 | group


def groups_of(com: bytes) -> tuple[int, ...]:
    """Return the data groups that EF.COM says are there; raises BadAnswerError."""
    found = tlv.by_tag(tlv.read_one(com, COM_TAG).parts())
    if _PRESENT not in found:
        raise BadAnswerError("The chip does not say what is in it.")
    return tuple(GROUP_TAGS[tag] for tag in found[_PRESENT].value if tag in GROUP_TAGS)


def zone_of(dg1: bytes) -> Td1:
    """Return the machine-readable zone; raises BadAnswerError."""
    found = tlv.by_tag(tlv.read_one(dg1, TAGS[DG1]).parts())
    if _ZONE not in found:
        raise BadAnswerError("The chip has no machine-readable zone.")
    return parse_td1(found[_ZONE].value.decode("ascii", errors="replace"))


def face_of(dg2: bytes) -> Face:
    """Return the first picture (ISO/IEC 19794-5 in 9303-10's template); raises BadAnswerError."""
    group = tlv.read_one(tlv.read_one(dg2, TAGS[DG2]).value, _GROUP_OF_TEMPLATES)
    for template in group.parts():
        if template.tag == _TEMPLATE:
            for one in template.parts():
                if one.tag in _PICTURES:
                    return _picture(one.value)
    raise BadAnswerError("The chip has no picture where one belongs.")


def fields_of(dg13: bytes) -> ChipFields:
    """Return the Vietnamese fields (domain 1.5): pairs of a number and a text, however deep.

    15 and 16 are the old number or the personal one, which publications tell differently: the
    one of 9 digits is the old number. Parents (13) and spouse (14) are not taken (ID-8).
    """
    whole = tlv.read_one(dg13, TAGS[DG13])
    said: dict[str, str] = {}
    for number, text in _pairs(whole, 0):
        is_old = number in _OLD_OR_PERSONAL and len(text) == _OLD_NUMBER_DIGITS and text.isdigit()
        name = "old_number" if is_old else _FIELDS.get(number, "")
        if name:
            said.setdefault(name, text)
    return ChipFields(**said)


def security_infos_of(dg14: bytes) -> bytes:
    """Return the chip's SecurityInfos, a SET as EF.CardAccess is one; raises BadAnswerError."""
    return tlv.read_one(tlv.read_one(dg14, TAGS[DG14]).value, tlv.SET).raw


def _pairs(one: tlv.Tlv, depth: int) -> Iterator[tuple[int, str]]:
    if not one.is_constructed or depth > _DEEPEST:
        return
    parts = one.parts()
    for at, part in enumerate(parts):
        if part.tag == tlv.INTEGER and at + 1 < len(parts):
            following = parts[at + 1]
            if not following.is_constructed and following.tag != tlv.INTEGER:
                yield tlv.whole_number(part), _text(following.value)
        yield from _pairs(part, depth + 1)


def _text(value: bytes) -> str:
    try:
        return unicodedata.normalize("NFC", value.decode()).strip()
    except UnicodeDecodeError as error:
        raise BadAnswerError("The chip's text is not UTF-8.") from error


def _picture(record: bytes) -> Face:
    """ISO/IEC 19794-5 §5: record header, facial information, feature points, image information."""
    face = record[_RECORD_HEADER:]
    if not record.startswith(_FACE_RECORD) or len(face) < _FACE_HEADER:
        raise BadAnswerError("The chip's picture is in no format that we know.")
    points = int.from_bytes(face[_POINTS_AT : _POINTS_AT + 2], "big")
    length = int.from_bytes(face[:_POINTS_AT], "big")
    about = face[_FACE_HEADER + points * _POINT : length]
    kind = _KINDS.get(about[_PICTURE_KIND_AT], "") if len(about) > _PICTURE_HEADER else ""
    picture = about[_PICTURE_HEADER:]
    if not kind or not picture.startswith(_BEGINNINGS[kind]):
        raise BadAnswerError("The chip's picture is in no format that we know.")
    return Face(kind=kind, picture=picture)
