"""VP8 in RTP (RFC 7741): pictures to payloads with a descriptor, and back. Pure."""

_PLAIN_START = b"\x10"  # S=1, partition 0, no extension
_PLAIN = b"\x00"


def is_keyframe(data: bytes) -> bool:
    """Whether the picture is a keyframe (RFC 6386 §9.1)."""
    return bool(data) and not data[0] & 1


def size(data: bytes) -> tuple[int, int]:
    """Return width and height of a keyframe (RFC 6386 §9.1); (0, 0) when it does not say."""
    if len(data) < 10 or data[3:6] != b"\x9d\x01\x2a":  # noqa: PLR2004 - a keyframe's header
        return 0, 0
    width, height = (int.from_bytes(data[at : at + 2], "little") & 0x3FFF for at in (6, 8))
    return width, height


def payloads(data: bytes, limit: int) -> tuple[bytes, ...]:
    """Return a picture's RTP payloads of at most `limit` bytes."""
    room = limit - 1
    return tuple(
        (_PLAIN if at else _PLAIN_START) + data[at : at + room] for at in range(0, len(data), room)
    )


def descriptor_size(payload: bytes) -> int:
    """Return the length of the payload descriptor, 0 when it is cut off (RFC 7741 §4.2)."""
    size = 1
    if payload[0] & 0x80:
        if len(payload) < 2:  # noqa: PLR2004 - the X octet
            return 0
        flags, size = payload[1], 2
        if flags & 0x80:
            if len(payload) <= size:
                return 0
            size += 2 if payload[size] & 0x80 else 1
        size += bool(flags & 0x40) + bool(flags & 0x30)
    return size if len(payload) > size else 0


def begins(payload: bytes) -> bool:
    """Whether a picture begins with this payload."""
    return payload[0] & 0x17 == 0x10  # noqa: PLR2004 - S=1, partition 0


class Vp8Picture:
    """A picture that arrives: payloads in order become a picture."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self.keyframe = False
        self.whole = True
        """Whether the first payload began a picture and none was cut off."""

    def add(self, payload: bytes) -> None:
        """Take the next payload."""
        size = descriptor_size(payload)
        if not size:
            self.whole = False
            return
        if not self._parts:
            self.whole &= begins(payload)
            self.keyframe = not payload[size] & 1
        self._parts.append(payload[size:])

    def data(self) -> bytes:
        """Return the picture so far."""
        return b"".join(self._parts)
