"""How makers of LED panels want text in their registers. Pure."""

from enum import StrEnum

_PLACES_OF_BCD = 4
_BLANK_NIBBLE = "f"
_PLACES_OF_ONE_REGISTER = 4
_REGISTER_BITS, _REGISTER_MOST = 16, 0xFFFF


class Digits(StrEnum):
    """A way to write text. The first character is in the first register, and in its high end.

    `ASCII`: a character each register. `ASCII_PAIRS`: two. `BCD`: four digits, 0xF where it is
    dark. `SEGMENTS`: a character each register, its bits 0 to 6 the segments a to g. `VALUE`: the
    whole as a number, in two registers when it may have more than four digits; 0 when it is dark.
    """

    ASCII = "ascii"
    ASCII_PAIRS = "ascii_pairs"
    BCD = "bcd"
    SEGMENTS = "segments"
    VALUE = "value"


_SEGMENTS = {
    **dict(zip("0123456789", (63, 6, 91, 79, 102, 109, 125, 7, 127, 111), strict=True)),
    **dict(zip("ABCDEFGHIJLNOPQRSTUY-_", (
        119, 124, 57, 94, 121, 113, 61, 118, 48, 30, 56, 84, 92, 115, 103, 80, 109, 120, 62, 110,
        64, 8,
    ), strict=True)),
}  # fmt: skip


def registers(text: str, digits: Digits, places: int) -> tuple[int, ...]:
    """Return the text, right-aligned in so many places, as the contents of registers.

    What has no room on the left, and characters the way does not know, are left out.
    """
    known = "".join(one for one in text.upper() if _is_known(one, digits))
    shown = known[-places:]
    if digits is Digits.VALUE:
        value = int(shown or "0")
        high = (value >> _REGISTER_BITS,) if places > _PLACES_OF_ONE_REGISTER else ()
        return (*high, value & _REGISTER_MOST)
    if digits is Digits.BCD:
        size = -(-places // _PLACES_OF_BCD) * _PLACES_OF_BCD
        nibbles = shown.rjust(size, _BLANK_NIBBLE)
        return tuple(int(nibbles[at : at + 4], 16) for at in range(0, size, _PLACES_OF_BCD))
    if digits is Digits.SEGMENTS:
        return tuple(_SEGMENTS.get(one, 0) for one in shown.rjust(places))
    if digits is Digits.ASCII_PAIRS:
        data = shown.rjust(places + places % 2).encode("ascii")
        return tuple(data[at] << 8 | data[at + 1] for at in range(0, len(data), 2))
    return tuple(shown.rjust(places).encode("ascii"))


def _is_known(one: str, digits: Digits) -> bool:
    if digits in (Digits.BCD, Digits.VALUE):
        return one.isascii() and one.isdigit()
    return one in _SEGMENTS if digits is Digits.SEGMENTS else one.isascii() and one.isprintable()
