"""H.264 in RTP (RFC 6184, packetization-mode 1): Annex B to payloads, payloads to Annex B. Pure."""

from collections.abc import Iterator

from vc.rtp.h264_size import picture_size

START = b"\0\0\0\1"
_STAP_A, _FU_A = 24, 28
_IDR, _SPS, _DELIMITER = 5, 7, 9
_LAST_SINGLE = 23
_STARTS = tuple(START + bytes((octet,)) for octet in range(256))


def units(data: bytes) -> Iterator[bytes]:
    """Yield the NAL units of an Annex B byte stream, without start codes."""
    at = data.find(b"\0\0\1")
    while at >= 0:
        begin = at + 3
        at = data.find(b"\0\0\1", begin)
        unit = data[begin:] if at < 0 else data[begin:at]
        if at >= 0:
            unit = unit.rstrip(b"\0")
        if unit:
            yield unit


def is_keyframe(data: bytes) -> bool:
    """Whether the Annex B picture is an IDR."""
    at = data.find(b"\0\0\1")
    while 0 <= at < len(data) - 3:
        kind = data[at + 3] & 31
        if kind == _IDR:
            return True
        if 1 <= kind < _IDR:
            return False
        at = data.find(b"\0\0\1", at + 3)
    return False


def size(data: bytes) -> tuple[int, int]:
    """Return width and height of an Annex B keyframe; (0, 0) when it does not say."""
    at = data.find(b"\0\0\1")
    while 0 <= at < len(data) - 3 and data[at + 3] & 31 != _IDR:
        if data[at + 3] & 31 == _SPS:
            return picture_size(data[at + 3 : at + 80])
        at = data.find(b"\0\0\1", at + 3)
    return 0, 0


def payloads(data: bytes, limit: int) -> tuple[bytes, ...]:
    """Return a picture's RTP payloads of at most `limit` bytes: single, STAP-A, FU-A."""
    found: list[bytes] = []
    small: list[bytes] = []
    room = limit - 1
    for unit in units(data):
        if small and len(unit) + 2 > room:
            found.append(_aggregate(small))
            small, room = [], limit - 1
        if len(unit) > limit:
            found.extend(_fragments(unit, limit))
        else:
            small.append(unit)
            room -= len(unit) + 2
    if small:
        found.append(_aggregate(small))
    return tuple(found)


def _aggregate(small: list[bytes]) -> bytes:
    if len(small) == 1:
        return small[0]
    nri = max(unit[0] & 0x60 for unit in small)
    return bytes((nri | _STAP_A,)) + b"".join(len(unit).to_bytes(2, "big") + unit for unit in small)


def _fragments(unit: bytes, limit: int) -> Iterator[bytes]:
    """Yield FU-A payloads; all but the last are of one size."""
    room = limit - 2
    indicator, kind = unit[0] & 0xE0 | _FU_A, unit[0] & 31
    for at in range(1, len(unit), room):
        begin, end = at == 1, at + room >= len(unit)
        flags = begin << 7 | end << 6 | kind
        yield bytes((indicator, flags)) + unit[at : at + room]


class H264Picture:
    """A picture that arrives: payloads in order become Annex B."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._open = False
        self.keyframe = False
        self.whole = True
        """Whether every payload was usable, and every fragmented unit began and ended."""

    def add(self, payload: bytes) -> None:
        """Take the next payload."""
        kind = payload[0] & 31
        if kind == _FU_A and len(payload) > 2:  # noqa: PLR2004 - indicator and header
            self._add_fragment(payload)
        elif kind == _STAP_A:
            self._add_aggregate(payload)
        elif 1 <= kind <= _LAST_SINGLE:
            self._add_unit(payload)
        else:
            self.whole = False

    def data(self) -> bytes:
        """Return the picture so far as Annex B."""
        if self._open:
            self.whole = False
        return b"".join(self._parts)

    def _add_fragment(self, payload: bytes) -> None:
        flags = payload[1]
        if flags & 0x80:
            self._open = True
            self.keyframe |= flags & 31 == _IDR
            self._parts.append(_STARTS[payload[0] & 0xE0 | flags & 31])
        elif not self._open:
            self.whole = False
        self._parts.append(payload[2:])
        if flags & 0x40:
            self._open = False

    def _add_aggregate(self, payload: bytes) -> None:
        at = 1
        while at + 2 < len(payload):
            size = int.from_bytes(payload[at : at + 2], "big")
            at += 2
            if not size or at + size > len(payload):
                self.whole = False
                return
            self._add_unit(payload[at : at + size])
            at += size

    def _add_unit(self, unit: bytes) -> None:
        if self._open:
            self.whole = False
        self.keyframe |= unit[0] & 31 == _IDR
        self._parts.append(START)
        self._parts.append(unit)


def begins(payload: bytes) -> bool:
    """Whether a picture surely begins with this payload: parameter sets or a delimiter come first.

    Only keyframes need to be known: what comes between is not shown before one anyway.
    """
    kind = payload[0] & 31
    if kind == _STAP_A and len(payload) > 3:  # noqa: PLR2004 - header and size
        kind = payload[3] & 31
    return kind in (_SPS, _DELIMITER)
