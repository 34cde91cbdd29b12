"""A NOR flash over a file, for MicroPython's unix port: what a Pico's filesystem stands on.

An erase sets a block's bits, programming only clears bits, and either may be cut off half-way: then
the power is gone, and nothing is read or written any more (`Nor.cut`, `Nor.share`).
"""

import time

try:
    from typing import Any
except ImportError:  # MicroPython reads no annotation
    pass

BLOCK = 4096
_EIO = 5
_BLOCK_COUNT, _BLOCK_SIZE, _ERASE = 4, 5, 6  # MicroPython's block devices


class Nor:
    """A block device of MicroPython, on a file (or BytesIO) of `blocks` blocks."""

    def __init__(self, file: "Any", blocks: int, erase_ms: int = 0) -> None:
        """`erase_ms` is how long an erase takes; programming a page a 64th of it."""
        self.operations = 0
        self.cut = -1  # the operation at which the power fails
        self.share = 0  # of it that is done, in halves
        self.dark = False
        self._file = file
        self._blocks = blocks
        self._erase_ms = erase_ms
        self._blank = memoryview(b"\xff" * BLOCK)
        self._old = memoryview(bytearray(BLOCK))

    def readblocks(self, block: int, buffer: "Any", offset: int = 0) -> int:
        """Fill the buffer."""
        if self.dark:
            return -_EIO
        self._file.seek(block * BLOCK + offset)
        self._file.readinto(buffer)
        return 0

    def writeblocks(self, block: int, buffer: "Any", offset: int = 0) -> int:
        """Clear the bits that are clear in the buffer."""
        if self.dark:
            return -_EIO
        size = self._begun(len(buffer))
        old = self._old[:size]
        self._file.seek(block * BLOCK + offset)
        self._file.readinto(old)
        both = int.from_bytes(old, "little") & int.from_bytes(memoryview(buffer)[:size], "little")
        return self._put(block * BLOCK + offset, both.to_bytes(size, "little"), len(buffer) / 16384)

    def ioctl(self, request: int, argument: int) -> int:
        """Answer what a filesystem asks, and erase a block."""
        if request == _BLOCK_COUNT:
            return self._blocks
        if request == _BLOCK_SIZE:
            return BLOCK
        if request == _ERASE:
            if self.dark:
                return -_EIO
            return self._put(argument * BLOCK, self._blank[: self._begun(BLOCK)], 1)
        return 0

    def _begun(self, size: int) -> int:
        """Return how many bytes of an operation come about."""
        self.operations += 1
        self.dark = self.operations == self.cut
        return size * self.share // 2 if self.dark else size

    def _put(self, at: int, data: "Any", erases: float) -> int:
        self._file.seek(at)
        self._file.write(data)
        if self._erase_ms:
            time.sleep(self._erase_ms * erases / 1000)
        return -_EIO if self.dark else 0
