"""The files of a chip: what is in them, and what is refused."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.chip import lds, pace, tlv
from devices.chip.errors import BadAnswerError
from devices.chip.messages import ChipFields, Face
from devices.chip.specimen import (
    CHIP_AUTHENTICATION,
    HOA,
    PACE_AES_128,
    card_of,
    face_file,
    face_picture,
    fields_file,
    groups_of,
)
from tests.devices.chip.icao import raw

GROUPS = groups_of(HOA)
JPEG = b"\xff\xd8\xff\xe0nobody"
JPEG2000 = b"\x00\x00\x00\x0cjP  \r\n\x87\nnobody"
CODESTREAM = b"\xff\x4f\xff\x51nobody"


def test_the_standards_list_of_files_is_read() -> None:
    """ICAO 9303-11 Appendix D.4: EF.COM of the worked example, DG1 and DG2."""
    assert lds.groups_of(raw("60145F0104303130365F36063034303030305C026175")) == (1, 2)


def test_the_zone_is_read() -> None:
    zone = lds.zone_of(GROUPS[lds.DG1])
    assert (zone.number, zone.optional, zone.wrong_checks) == ("190001234", "045190001234", ())


def test_the_vietnamese_fields_are_read_and_no_third_person_is() -> None:
    """ID-8: parents and spouse are in the file, and in nothing that is made of it."""
    file = GROUPS[lds.DG13]
    fields = lds.fields_of(file)
    assert fields == HOA.fields
    for parent in HOA.parents:
        assert parent.encode() in file
        assert parent not in str([getattr(fields, name) for name in fields.__struct_fields__])


@pytest.mark.parametrize(
    ("fifteen", "sixteen", "old"),
    [
        ("197123456", "045190001234", "197123456"),
        ("045190001234", "197123456", "197123456"),
        ("", "045190001234", ""),
        ("045190001234", "", ""),
        ("not a number", "12345678", ""),
    ],
)
def test_fields_15_and_16_are_told_apart_by_their_length(
    fifteen: str, sixteen: str, old: str
) -> None:
    rows = b"".join(
        tlv.encode(tlv.SEQUENCE, tlv.encode(tlv.INTEGER, bytes((number,))), text(value))
        for number, value in ((1, "045190001234"), (15, fifteen), (16, sixteen))
    )
    file = tlv.encode(0x6D, tlv.encode(tlv.SEQUENCE, rows))
    assert lds.fields_of(file) == ChipFields(number="045190001234", old_number=old)


def test_fields_may_lie_flat_too_and_letters_are_composed() -> None:
    """G-4: decomposed letters arrive as NFC."""
    flat = tlv.encode(tlv.INTEGER, b"\x02") + text("Nguyê\u0303n")
    file = tlv.encode(0x6D, tlv.encode(tlv.SEQUENCE, flat))
    assert lds.fields_of(file).name == "Nguyễn"


@pytest.mark.parametrize("points", [0, 3])
@pytest.mark.parametrize(
    ("kind", "picture"),
    [("jpeg", face_picture()), ("jpeg", JPEG), ("jpeg2000", JPEG2000), ("jpeg2000", CODESTREAM)],
)
def test_the_picture_is_taken_out_as_it_is(kind: str, picture: bytes, points: int) -> None:
    assert lds.face_of(face_file(kind, picture, points)) == Face(kind=kind, picture=picture)


@pytest.mark.parametrize(
    "file",
    [
        face_file("jpeg", JPEG2000),
        face_file("jpeg2000", JPEG),
        face_file("jpeg", b""),
        face_file("jpeg", JPEG).replace(b"FAC", b"FIR"),
        tlv.encode(0x75, tlv.encode(0x7F61, tlv.encode(0x02, b"\x00"))),
        tlv.encode(0x75, b""),
        GROUPS[lds.DG1],
    ],
)
def test_what_is_no_picture_is_refused(file: bytes) -> None:
    with pytest.raises(BadAnswerError):
        lds.face_of(file)


def test_the_chips_signed_ways_of_pace_are_read_beside_its_other_protocols() -> None:
    infos = lds.security_infos_of(GROUPS[lds.DG14])
    assert tlv.encode(tlv.OID, tlv.oid(CHIP_AUTHENTICATION)) in infos
    assert pace.offers_of(infos) == (PACE_AES_128,)


@given(data=st.data())
def test_a_damaged_file_is_read_or_refused_and_never_more(data: st.DataObject) -> None:
    card = card_of(HOA, None)
    files = [*GROUPS.values(), card.files[lds.COM], fields_file(HOA)]
    file = bytearray(data.draw(st.sampled_from(files)))
    for _ in range(data.draw(st.integers(1, 4))):
        file[data.draw(st.integers(0, len(file) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(file[: data.draw(st.integers(0, len(file)))])
    for read in (lds.groups_of, lds.zone_of, lds.face_of, lds.fields_of, lds.security_infos_of):
        for one in (bytes(file), cut):
            with contextlib.suppress(BadAnswerError):
                read(one)


@given(st.sampled_from((0x60, 0x61, 0x75, 0x6D, 0x6E)), st.binary(max_size=120))
def test_any_file_is_read_or_refused(tag: int, value: bytes) -> None:
    for read in (lds.groups_of, lds.zone_of, lds.face_of, lds.fields_of, lds.security_infos_of):
        with contextlib.suppress(BadAnswerError):
            read(tlv.encode(tag, value))


def text(value: str) -> bytes:
    return tlv.encode(0x0C, value.encode())
