"""BER-TLV as chips and CMS use it (ISO/IEC 7816-4 §6, X.690 §8.1): definite lengths only. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from devices.chip.errors import BadAnswerError

LONGEST = 0xFFFF
"""Nothing on a chip that we read is longer, in bytes."""

SEQUENCE, SET, INTEGER, OCTETS, OID = 0x30, 0x31, 0x02, 0x04, 0x06

_MORE_TAG, _MORE_OCTETS = 0x1F, 0x80
_CONSTRUCTED = 0x20
_LONGEST_TAG, _LONGEST_LENGTH = 3, 4
_SHORT = 0x80


@dataclass(frozen=True, slots=True, repr=False)
class Tlv:
    """One data object. `raw` is the whole of it as it came, which is what is hashed and signed."""

    tag: int
    value: bytes
    raw: bytes

    @property
    def is_constructed(self) -> bool:
        """Whether it says that it holds other objects."""
        return bool(self.raw[0] & _CONSTRUCTED)

    def parts(self) -> tuple["Tlv", ...]:
        """Return what is inside; raises BadAnswerError."""
        return read_all(self.value)


@dataclass(frozen=True, slots=True)
class Header:
    """Tag, and how many bytes the header and the value have."""

    tag: int
    header: int
    value: int


def header_of(data: bytes) -> Header:
    """Return the header the data begins with; raises BadAnswerError. The value may be short."""
    tag, at = _tag(data)
    length, at = _length(data, at)
    return Header(tag, at, length)


def read_all(data: bytes) -> tuple[Tlv, ...]:
    """Return the objects that the data is made of, to its last byte; raises BadAnswerError."""
    return tuple(_read(data))


def read_one(data: bytes, tag: int) -> Tlv:
    """Return the only object of the data, which has this tag; raises BadAnswerError."""
    found = read_all(data)
    if len(found) != 1 or found[0].tag != tag:
        raise BadAnswerError(f"The chip's data is not one object {tag:02X}.")
    return found[0]


def by_tag(objects: tuple[Tlv, ...]) -> dict[int, Tlv]:
    """Return the objects by their tags; raises BadAnswerError when one comes twice."""
    found = {one.tag: one for one in objects}
    if len(found) != len(objects):
        raise BadAnswerError("The chip's data has the same object twice.")
    return found


def encode(tag: int, *values: bytes) -> bytes:
    """Return an object with the values one after another, its length as short as can be (DER)."""
    value = b"".join(values)
    size = len(value)
    if size < _SHORT:
        length = bytes((size,))
    else:
        octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
        length = bytes((_SHORT | len(octets),)) + octets
    return tag.to_bytes((tag.bit_length() + 7) // 8 or 1, "big") + length + value


def whole_number(one: Tlv) -> int:
    """Return an INTEGER's value; raises BadAnswerError."""
    if one.tag != INTEGER or not one.value:
        raise BadAnswerError("The chip's data has no number where one belongs.")
    return int.from_bytes(one.value, "big", signed=True)


def dotted(one: Tlv) -> str:
    """Return an OBJECT IDENTIFIER in dots (X.690 §8.19); raises BadAnswerError."""
    if one.tag != OID or not one.value or one.value[-1] & _MORE_OCTETS:
        raise BadAnswerError("The chip's data has no object identifier where one belongs.")
    arcs, arc = [], 0
    for octet in one.value:
        arc = arc << 7 | octet & 0x7F
        if not octet & _MORE_OCTETS:
            arcs.append(arc)
            arc = 0
    first = min(arcs[0] // 40, 2)
    return ".".join(map(str, (first, arcs[0] - 40 * first, *arcs[1:])))


def oid(text: str) -> bytes:
    """Return the value (not the object) of a dotted identifier."""
    first, second, *others = map(int, text.split("."))
    return b"".join(_base_128(arc) for arc in (40 * first + second, *others))


def _base_128(arc: int) -> bytes:
    octets = [arc & 0x7F]
    while arc := arc >> 7:
        octets.append(arc & 0x7F | _MORE_OCTETS)
    return bytes(reversed(octets))


def _read(data: bytes) -> Iterator[Tlv]:
    at = 0
    while at < len(data):
        header = header_of(data[at : at + _LONGEST_TAG + 1 + _LONGEST_LENGTH])
        end = at + header.header + header.value
        if end > len(data):
            raise BadAnswerError("The chip's data ends too early.")
        yield Tlv(header.tag, data[at + header.header : end], data[at:end])
        at = end


def _tag(data: bytes) -> tuple[int, int]:
    if not data:
        raise BadAnswerError("The chip's data ends too early.")
    at = 1
    if data[0] & _MORE_TAG == _MORE_TAG:
        while at < len(data) and data[at] & _MORE_OCTETS:
            at += 1
        at += 1
    if at > min(_LONGEST_TAG, len(data)) or (at > 1 and data[1] == _MORE_OCTETS):
        raise BadAnswerError("The chip's data has a tag that cannot be.")
    return int.from_bytes(data[:at], "big"), at


def _length(data: bytes, at: int) -> tuple[int, int]:
    if at >= len(data):
        raise BadAnswerError("The chip's data ends too early.")
    first = data[at]
    at += 1
    if first < _SHORT:
        return first, at
    count = first & ~_SHORT
    if not 1 <= count <= _LONGEST_LENGTH or at + count > len(data):
        raise BadAnswerError("The chip's data has a length that cannot be.")
    length = int.from_bytes(data[at : at + count], "big")
    if length > LONGEST:
        raise BadAnswerError(f"The chip's data is longer than {LONGEST} bytes.")
    return length, at + count
