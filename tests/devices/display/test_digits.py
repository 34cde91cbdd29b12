"""How makers want text in their registers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.display.digits import Digits, registers


@pytest.mark.parametrize(
    ("digits", "places", "text", "expected"),
    [
        (Digits.ASCII, 4, "A007", (0x41, 0x30, 0x30, 0x37)),
        (Digits.ASCII, 4, "7", (0x20, 0x20, 0x20, 0x37)),
        (Digits.ASCII, 4, "A0123", (0x30, 0x31, 0x32, 0x33)),
        (Digits.ASCII_PAIRS, 4, "A007", (0x4130, 0x3037)),
        (Digits.ASCII_PAIRS, 3, "12", (0x2020, 0x3132)),
        (Digits.BCD, 4, "A007", (0xF007,)),
        (Digits.BCD, 4, "", (0xFFFF,)),
        (Digits.BCD, 6, "123456", (0xFF12, 0x3456)),
        (Digits.SEGMENTS, 4, "A07", (0, 0b1110111, 0b0111111, 0b0000111)),
        (Digits.SEGMENTS, 2, "88", (0b1111111, 0b1111111)),
        (Digits.VALUE, 4, "A0050", (50,)),
        (Digits.VALUE, 4, "", (0,)),
        (Digits.VALUE, 6, "123456", (1, 123456 - 65536)),
        (Digits.ASCII, 2, "ữ", (0x20, 0x20)),
    ],
)
def test_a_text_as_makers_write_it(
    digits: Digits, places: int, text: str, expected: tuple[int, ...]
) -> None:
    assert registers(text, digits, places) == expected


@given(st.text(max_size=8), st.sampled_from(Digits), st.integers(1, 8))
def test_any_text_is_as_many_registers_as_any_other(text: str, digits: Digits, places: int) -> None:
    shown = registers(text, digits, places)
    assert len(shown) == len(registers("", digits, places))
    assert all(0 <= one <= 0xFFFF for one in shown)
