"""COBS by its inventors' examples, and by any bytes there are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge import cobs

RUN = bytes(range(1, 255))  # 254 bytes without a zero


@pytest.mark.parametrize(
    ("data", "packet"),
    [
        (b"", b"\x01"),
        (b"\0", b"\x01\x01"),
        (b"\0\0", b"\x01\x01\x01"),
        (b"\x11\x22\0\x33", b"\x03\x11\x22\x02\x33"),
        (b"\x11\x22\x33\x44", b"\x05\x11\x22\x33\x44"),
        (b"\x11\0\0\0", b"\x02\x11\x01\x01\x01"),
        (b"\0" + RUN, b"\x01\xff" + RUN + b"\x01"),
        (RUN + b"\xff", b"\xff" + RUN + b"\x02\xff"),
    ],
)
def test_the_examples_are_encoded_as_they_are_printed(data: bytes, packet: bytes) -> None:
    assert cobs.encode(data) == packet
    assert cobs.decode(packet) == bytearray(data)


@given(st.binary(max_size=1200))
def test_anything_comes_back_without_a_zero_on_the_way(data: bytes) -> None:
    packet = cobs.encode(data)
    assert 0 not in packet
    assert len(packet) <= len(data) + len(data) // 254 + 1
    assert cobs.decode(packet) == bytearray(data)


@given(st.binary(max_size=600))
def test_what_no_encoder_makes_is_none_or_something_and_never_an_error(packet: bytes) -> None:
    data = cobs.decode(packet)
    assert data is None or len(data) <= len(packet)


@pytest.mark.parametrize("packet", [b"\x00", b"\x03\x01", b"\x02\x01\x00", b"\xff"])
def test_a_run_that_leads_beyond_the_packet_is_no_packet(packet: bytes) -> None:
    assert cobs.decode(packet) is None
