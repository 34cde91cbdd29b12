"""The model of a NOR flash: what is programmed, what is not, and what half an operation leaves."""

import io

import pytest

from firmware_bridge.firmware.nor import BLOCK, Nor

ERASE = 6


def erased(blocks: int = 2) -> tuple[Nor, io.BytesIO]:
    file = io.BytesIO(b"\xff" * (blocks * BLOCK))
    return Nor(file, blocks), file


def read(flash: Nor, block: int, size: int, offset: int = 0) -> bytes:
    data = bytearray(size)
    assert flash.readblocks(block, data, offset) == 0
    return bytes(data)


def test_what_was_programmed_is_read_and_nothing_beside_it() -> None:
    flash, _ = erased()
    assert flash.writeblocks(1, b"hello", 256) == 0
    assert read(flash, 1, 7, 255) == b"\xffhello\xff"
    assert read(flash, 0, BLOCK) == b"\xff" * BLOCK


def test_programming_clears_bits_and_only_an_erase_sets_them() -> None:
    flash, _ = erased()
    flash.writeblocks(0, b"\x0f\xf0", 0)
    flash.writeblocks(0, b"\x3c\xff", 0)
    assert read(flash, 0, 2) == b"\x0c\xf0"
    assert flash.ioctl(ERASE, 0) == 0
    assert read(flash, 0, 2) == b"\xff\xff"


@pytest.mark.parametrize(("halves", "left"), [(0, b"\xff" * 8), (1, b"abcd" + b"\xff" * 4)])
def test_a_cut_leaves_part_of_an_operation_and_darkness(halves: int, left: bytes) -> None:
    flash, file = erased()
    flash.cut, flash.share = 2, halves
    assert flash.writeblocks(1, b"first", 0) == 0
    assert flash.writeblocks(0, b"abcdefgh", 0) < 0
    assert flash.writeblocks(0, b"x", 100) < 0
    assert flash.ioctl(ERASE, 1) < 0
    assert flash.readblocks(1, bytearray(5)) < 0
    assert file.getvalue()[:8] == left
    assert file.getvalue()[BLOCK : BLOCK + 5] == b"first"


def test_half_an_erase_erases_half() -> None:
    flash, file = erased()
    flash.writeblocks(0, b"\0" * BLOCK, 0)
    flash.cut, flash.share = 2, 1
    assert flash.ioctl(ERASE, 0) < 0
    assert file.getvalue()[:BLOCK] == b"\xff" * (BLOCK // 2) + b"\0" * (BLOCK // 2)
