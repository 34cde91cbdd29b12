"""Data objects: strict where a chip could mislead, exact in what was signed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.chip import tlv
from devices.chip.errors import BadAnswerError
from tests.devices.chip.icao import raw

TAGS = st.sampled_from((0x02, 0x04, 0x30, 0x5F1F, 0x7F61, 0x87, 0x99, 0x8E, 0x7F4E))


@given(st.lists(st.tuples(TAGS, st.binary(max_size=300)), max_size=6))
def test_what_is_written_is_read_again(objects: list[tuple[int, bytes]]) -> None:
    written = b"".join(tlv.encode(tag, value) for tag, value in objects)
    found = tlv.read_all(written)
    assert [(one.tag, one.value) for one in found] == objects
    assert b"".join(one.raw for one in found) == written


@given(st.binary(max_size=200))
def test_any_bytes_are_read_whole_or_refused(data: bytes) -> None:
    try:
        found = tlv.read_all(data)
    except BadAnswerError:
        return
    assert b"".join(one.raw for one in found) == data


BAD = "30 3080 308000000000 30030201 1f 1f80 1f8001 5fffffff0100"
BAD += " 308500000000010a 3084000100010a 30840100000000"


@pytest.mark.parametrize("data", BAD.split())
def test_bad_objects_are_refused(data: str) -> None:
    with pytest.raises(BadAnswerError):
        tlv.read_all(raw(data))


def test_an_object_that_is_not_alone_or_is_another_is_refused() -> None:
    with pytest.raises(BadAnswerError):
        tlv.read_one(raw("02010102"), 0x02)
    with pytest.raises(BadAnswerError):
        tlv.read_one(raw("020101"), 0x30)
    with pytest.raises(BadAnswerError):
        tlv.by_tag(tlv.read_all(raw("020101020102")))


@pytest.mark.parametrize(
    "text", ["0.4.0.127.0.7.2.2.4.2.2", "1.2.840.113549.1.7.2", "2.23.136.1.1.1"]
)
def test_object_identifiers_are_told_both_ways(text: str) -> None:
    one = tlv.read_one(tlv.encode(tlv.OID, tlv.oid(text)), tlv.OID)
    assert tlv.dotted(one) == text


def test_the_header_of_a_file_is_known_from_its_first_bytes() -> None:
    header = tlv.header_of(raw("7582 3A10".replace(" ", "")))
    assert (header.tag, header.header, header.value) == (0x75, 4, 0x3A10)
