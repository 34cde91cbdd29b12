"""A number written into a picture so that a machine can read it again after scaling and coding.

Four rows of 16 blocks at the top, in the middle: the number's first half, its complement, the
second half, its complement; the last 8 of 32 bits check the others. A block is 1/40 of the
picture's width. Whoever knows when number N was sent knows how long the picture took.
"""

import av
import numpy as np

from vc.media.yuv import Plane, planes

BITS = 24
BLOCKS_ACROSS = 40
_COLUMNS, _ROWS = 16, 4
_LEFT = (BLOCKS_ACROSS - _COLUMNS) // 2
_TOP = 1
_DARK, _LIGHT = 32, 220
_LEAST_CONTRAST = 40
_POLYNOMIAL = 0x07  # CRC-8/SMBUS

Region = tuple[int, int, int, int]
"""x, y, width, height of a whole picture in a larger one, in luma pixels."""


def stamp(frame: av.VideoFrame, number: int) -> None:
    """Write the number (modulo 2**24) into a yuv420p frame at least 160 wide."""
    luma, u, v = planes(frame)
    block = luma.shape[1] / BLOCKS_ACROSS
    across = np.round(np.arange(_LEFT, _LEFT + _COLUMNS + 1) * block).astype(int)
    down = np.round(np.arange(_TOP, _TOP + _ROWS + 1) * block).astype(int)
    for row, bits in enumerate(_pattern(number % (1 << BITS))):
        for column, bit in enumerate(bits):
            rows, columns = down[row : row + 2], across[column : column + 2]
            luma[slice(*rows), slice(*columns)] = _LIGHT if bit else _DARK
    for plane in (u, v):
        plane[down[0] // 2 : down[-1] // 2, across[0] // 2 : across[-1] // 2] = 128


def read(luma: Plane, region: Region | None = None) -> int | None:
    """Return the number in the picture that fills `region` of `luma`; None when none is legible.

    A region at least 160 wide survives x264 at a conference's bit rates.
    """
    x, y, width, height = region or (0, 0, luma.shape[1], luma.shape[0])
    block = width / BLOCKS_ACROSS
    if block < 2 or height < (_TOP + _ROWS) * block:  # noqa: PLR2004 - a block of one pixel says nothing
        return None
    inset = block / 4
    values = np.empty((_ROWS, _COLUMNS))
    for row in range(_ROWS):
        top = y + (_TOP + row) * block
        rows = luma[round(top + inset) : max(round(top + inset) + 1, round(top + block - inset))]
        for column in range(_COLUMNS):
            left = x + (_LEFT + column) * block
            end = max(round(left + inset) + 1, round(left + block - inset))
            values[row, column] = rows[:, round(left + inset) : end].mean()
    contrast = values[::2] - values[1::2]
    if np.abs(contrast).min() < _LEAST_CONTRAST:
        return None
    word = int("".join("1" if one > 0 else "0" for one in contrast.ravel()), 2)
    number, check = word >> 8, word & 0xFF
    return number if check == _crc(number) else None


def _pattern(number: int) -> list[list[int]]:
    word = f"{number << 8 | _crc(number):032b}"
    first, second = ([int(bit) for bit in half] for half in (word[:16], word[16:]))
    return [first, [1 - bit for bit in first], second, [1 - bit for bit in second]]


def _crc(number: int) -> int:
    rest = 0xA5  # so that a number of all zeros has a check that is not
    for byte in number.to_bytes(3, "big"):
        rest ^= byte
        for _ in range(8):
            rest = (rest << 1 ^ (_POLYNOMIAL if rest & 0x80 else 0)) & 0xFF
    return rest
