"""Pictures for packets: whole, numbered, told apart; nobody decodes them."""

import random

SPS, PPS = b"\x67\x42\xe0\x1f\xda\x01\x40\x16", b"\x68\xce\x06\xe2"


def h264_picture(number: int, size: int = 6_000, *, keyframe: bool = False) -> bytes:
    """Return an Annex B picture that carries its number; no start code inside."""
    body = random.Random(number).randbytes(size).replace(b"\0", b"\1")
    unit = bytes((0x65 if keyframe else 0x41,)) + b"%08d" % number + body
    start = b"\0\0\0\1"
    head = start + SPS + start + PPS if keyframe else b""
    return head + start + unit


def h264_number(data: bytes) -> int:
    """Return the number of a picture."""
    at = data.rindex(b"\0\0\0\1") + 5
    return int(data[at : at + 8])


def vp8_picture(number: int, size: int = 6_000, *, keyframe: bool = False) -> bytes:
    """Return what VP8's packets carry; the first bit tells a keyframe."""
    first = 0x10 if keyframe else 0x11
    return bytes((first,)) + b"%08d" % number + random.Random(number).randbytes(size)


def vp8_number(data: bytes) -> int:
    """Return the number of a picture."""
    return int(data[1:9])
