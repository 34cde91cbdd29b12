"""An RTP packet's header (RFC 3550 §5.1), read with as little work as can be. Pure."""

import struct

import msgspec

_FIXED = 12
_FIELDS = struct.Struct("!HII")


class RtpPacket(msgspec.Struct, gc=False):
    """A packet that came; `at_us` is when."""

    payload_type: int
    marker: bool
    seq: int
    rtp_time: int
    ssrc: int
    payload: bytes
    at_us: int


def parse(data: bytes, at_us: int) -> RtpPacket | None:
    """Return the packet of at least 12 bytes, None when it is malformed."""
    first, second = data[0], data[1]
    start, end = _FIXED, len(data)
    if first & 0x1F:
        start = _payload_start(data)
    if first & 0x20:
        end -= data[-1]
    if start > end:
        return None
    seq, rtp_time, ssrc = _FIELDS.unpack_from(data, 2)
    return RtpPacket(
        second & 0x7F,
        second > 0x7F,  # noqa: PLR2004 - the marker bit
        seq,
        rtp_time,
        ssrc,
        data[start:end],
        at_us,
    )


def _payload_start(data: bytes) -> int:
    """Return where the payload begins behind CSRCs and extension; past the end if malformed."""
    start = _FIXED + 4 * (data[0] & 0x0F)
    if data[0] & 0x10:
        if start + 4 > len(data):
            return len(data) + 1
        start += 4 + 4 * int.from_bytes(data[start + 2 : start + 4], "big")
    return start
