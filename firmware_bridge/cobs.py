"""Consistent overhead byte stuffing (Cheshire and Baker, 1999): packets without a zero byte.

One source for CPython and MicroPython.
"""

_FULL = 254  # bytes without a zero in one run


def encode(data: bytes | bytearray) -> bytearray:
    """Return data without zeros, one byte longer and one more for each 254."""
    out = bytearray()
    start = 0
    while True:
        end = data.find(b"\0", start)
        stop = end if end >= 0 else len(data)
        while stop - start >= _FULL:
            out.append(_FULL + 1)
            out += data[start : start + _FULL]
            start += _FULL
        out.append(stop - start + 1)
        out += data[start:stop]
        if end < 0:
            return out
        start = end + 1


def decode(packet: bytes | bytearray) -> bytearray | None:
    """Return what was encoded; None for what no encoder makes."""
    out = bytearray()
    at, size = 0, len(packet)
    while at < size:
        run = packet[at]
        if run == 0 or at + run > size:
            return None
        out += packet[at + 1 : at + run]
        at += run
        if run <= _FULL and at < size:
            out.append(0)
    return out
