"""Bytes become scans, whatever the line does to them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.contract.message import Health
from devices.scanner.framing import GARBLED, Framer, state_of
from devices.scanner.port import Scans

NAME = "Nguyễn Thị Hoa"


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n", "\n\r", "\r\n\r\n"])
def test_a_scan_ends_with_any_line_end(end: str) -> None:
    assert Framer().feed(f"{NAME}{end}b{end}".encode()) == [NAME, "b"]


@given(
    st.lists(st.text(st.characters(min_codepoint=33, exclude_categories=["C"]), min_size=1)),
    st.data(),
)
def test_scans_come_out_whole_however_their_bytes_are_cut(
    scans: list[str], data: st.DataObject
) -> None:
    """ID-6: also when a letter's bytes come in two reads."""
    raw = "".join(f"{scan}\r\n" for scan in scans).encode()
    framer, found = Framer(), []
    while raw:
        size = data.draw(st.integers(1, len(raw)))
        found += framer.feed(raw[:size])
        raw = raw[size:]
    assert found == [scan.strip("\ufeff") for scan in scans if scan.strip("\ufeff")]
    assert framer.dropped == 0


def test_a_line_that_falls_silent_is_a_scan() -> None:
    framer = Framer()
    assert framer.feed(NAME.encode()) == []
    assert framer.flush() == [NAME]
    assert framer.flush() == []


def test_garbage_is_dropped_and_counted_and_the_next_scan_is_whole() -> None:
    framer = Framer()
    assert framer.feed(b"\xff\xfe\x81garbage\r\n") == []
    assert state_of(framer, Scans()).code == GARBLED
    assert framer.feed(f"\x02{NAME}\x03\r\n\x00\r\n".encode()) == [NAME]
    assert framer.dropped == 1
    assert state_of(framer, Scans()).health is Health.READY


def test_a_scan_longer_than_any_code_is_dropped_whole() -> None:
    framer = Framer(longest_bytes=8)
    assert framer.feed(b"123456789\r\n12345678\r\n") == ["12345678"]
    assert framer.dropped == 1


@given(st.binary(max_size=300))
def test_no_bytes_make_the_framer_fail(raw: bytes) -> None:
    framer = Framer()
    for scan in framer.feed(raw) + framer.flush():
        assert scan.encode()
