"""Chains of MAX7219: 8 digits of 7 segments, or 8 by 8 dots, a chip."""

try:
    from typing import Any
except ImportError:  # MicroPython reads no annotation
    pass

CHIP = 8  # digits or columns of one
_ROWS = 8
_DECODE, _INTENSITY, _SCAN, _RUN, _TEST = 0x09, 0x0A, 0x0B, 0x0C, 0x0F
_BRIGHT = 7  # of 15

# The segments of a letter as the chip has them: . a b c d e f g from the highest bit on
_SEGMENTS = {
    " ": 0x00, "-": 0x01, "_": 0x08, "=": 0x09, "0": 0x7E, "1": 0x30, "2": 0x6D, "3": 0x79,
    "4": 0x33, "5": 0x5B, "6": 0x5F, "7": 0x70, "8": 0x7F, "9": 0x7B, "A": 0x77, "B": 0x1F,
    "C": 0x4E, "D": 0x3D, "E": 0x4F, "F": 0x47, "G": 0x5E, "H": 0x37, "I": 0x06, "J": 0x3C,
    "L": 0x0E, "N": 0x15, "O": 0x1D, "P": 0x67, "Q": 0x73, "R": 0x05, "S": 0x5B, "T": 0x0F,
    "U": 0x3E, "Y": 0x3B, "Z": 0x6D,
}  # fmt: skip
_POINT = 0x80


class Max7219:
    """One chain. Every picture sets its chips up anew."""

    def __init__(self, spi: "Any", select: "Any", chips: int) -> None:
        self._spi = spi
        self._select = select
        self._chips = chips
        self._row = bytearray(2 * chips)
        self.show(bytes(CHIP * chips))

    def show(self, rows: bytes | bytearray) -> None:
        """Show a picture: 8 rows (or digits) for each chip, the leftmost chip's first."""
        for register, value in ((_TEST, 0), (_DECODE, 0), (_SCAN, 7), (_INTENSITY, _BRIGHT)):
            self._put(register, bytes((value,)) * self._chips, 1)
        for row in range(_ROWS):
            self._put(row + 1, rows[row:], CHIP)
        self._put(_RUN, b"\1" * self._chips, 1)

    def _put(self, register: int, values: bytes | bytearray, step: int) -> None:
        for chip in range(self._chips):
            self._row[2 * chip] = register
            self._row[2 * chip + 1] = values[chip * step]
        self._select(0)
        self._spi.write(self._row)
        self._select(1)


def segments_of(text: str, digits: int) -> bytearray:
    """Return the segments of a text; a point lights up in the digit before it."""
    out = bytearray()
    for letter in text.upper():
        if letter == "." and out and not out[-1] & _POINT:
            out[-1] |= _POINT
        else:
            out.append(_SEGMENTS.get(letter, 0))
    return out[:digits] + bytearray(max(digits - len(out), 0))


def columns_of(picture: bytes | bytearray, width: int) -> bytearray:
    """Return a picture of 8 rows from left to right, as 8 rows for each chip."""
    chips = width // CHIP
    out = bytearray(len(picture))
    for chip in range(chips):
        for row in range(_ROWS):
            out[chip * _ROWS + row] = picture[row * chips + chip]
    return out
