"""A drawing as ESC/POS bytes (Epson ESC/POS Command Reference): bands of dots, trimmed of white.

Every piece is whole commands, so that the printer may be asked how it is between any two. A page
of text is mostly white: rows of white are fed (ESC J), and each band is cut off at its left (GS
L) and right.
"""

import functools
import itertools
from collections.abc import Iterator

from PIL import Image, ImageChops

from devices.printer.raster import Drawing, Ink, Symbol

MAX_ROWS = 256
MAX_BAND_BYTES = 4096  # what a printer, or a serial line at 9600 bits/s, swallows in some seconds
RESET = b"\x1b@"
CUT = b"\x1dVB\x00"  # feed to the cutter, then cut
CLEAR = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"  # DLE DC4 fn 8: forget what is not printed yet
ASK_PROCESSED = b"\x1dr\x01"  # GS r 1 is answered in its turn, after everything before it is done
_LAST_BYTES = 512  # ink for a line of small print: without it a receipt is seen to be torn
_BLANK_ROWS_WORTH_A_FEED = 4
_FEED_DOTS = b"\x1bJ"
_MAX_FEED = 255
_CUT_WORTH_BYTES = 64

_Extent = tuple[int, int]  # first byte with ink, and the one after the last


def ask(question: int) -> bytes:
    """Return DLE EOT `question`: answered at once, before what waits to be printed."""
    return bytes((0x10, 0x04, question))


def start(dots_per_inch: int) -> bytes:
    """Return the reset, and GS P: margins and feeds count in dots from here on."""
    return RESET + b"\x1dP" + bytes((dots_per_inch, dots_per_inch))


def raster(drawing: Drawing) -> Iterator[bytes]:
    """Yield the drawing with its QR symbols as dots: for every printer there is."""
    yield from bands(drawing.whole())


def native(drawing: Drawing) -> Iterator[bytes]:
    """Yield the drawing with its QR symbols as GS ( k, drawn by the printer itself."""
    for piece in drawing.pieces:
        match piece:
            case Ink():
                yield from bands(piece.picture)
            case Symbol():
                yield _qr(piece)


def parted(commands: list[bytes]) -> tuple[list[bytes], bytes]:
    """Return a receipt's commands up to its last line, and from there on as one.

    Whoever holds the first part has no whole receipt, and sees it.
    """
    ink = 0
    for at in reversed(range(len(commands))):
        if not commands[at].startswith(_FEED_DOTS):
            ink += len(commands[at])
        if ink >= _LAST_BYTES:
            return commands[:at], b"".join(commands[at:])
    return commands[:1], b"".join(commands[1:])


def untrimmed(picture: Image.Image) -> bytes:
    """Return the picture as full-width bands: what trimming is measured against."""
    rows = _rows(picture)
    return b"".join(_band(rows[top : top + MAX_ROWS]) for top in range(0, len(rows), MAX_ROWS))


def bands(picture: Image.Image) -> Iterator[bytes]:
    """Yield a picture (mode "1", 0 is ink, width a multiple of 8) as trimmed bands and feeds."""
    rows = _rows(picture)
    for top, bottom in _runs(rows):
        if any(rows[top]):
            for part in _parts(rows[top:bottom]):
                rows_each = min(MAX_ROWS, MAX_BAND_BYTES // len(part[0]))
                for at in range(0, len(part), rows_each):
                    yield _trimmed(part[at : at + rows_each])
        else:
            yield _feed(bottom - top)


def _rows(picture: Image.Image) -> list[bytes]:
    """Return the rows, eight dots a byte, the leftmost in the highest bit, 1 is ink."""
    if picture.width % 8:
        raise ValueError(f"{picture.width} dots are no whole bytes")
    raw = ImageChops.invert(picture).tobytes()
    stride = picture.width // 8
    return [raw[at : at + stride] for at in range(0, len(raw), stride)]


def _runs(rows: list[bytes]) -> Iterator[tuple[int, int]]:
    """Yield `[top, bottom)` of runs, either all white or beginning and ending with ink."""
    top = 0
    for first, last in _white(rows):
        if first > top:
            yield top, first
        yield first, last
        top = last
    if top < len(rows):
        yield top, len(rows)


def _white(rows: list[bytes]) -> Iterator[tuple[int, int]]:
    first = 0
    for at in range(len(rows) + 1):
        if at == len(rows) or any(rows[at]):
            if at - first >= _BLANK_ROWS_WORTH_A_FEED or (at > first and first == 0):
                yield first, at
            first = at + 1


def _parts(rows: list[bytes]) -> Iterator[list[bytes]]:
    """Yield the rows in parts, cut where a wide line of text touches a narrow one, if that pays."""
    above = list(itertools.accumulate(map(_extent, rows), _union))
    below = list(itertools.accumulate(map(_extent, reversed(rows)), _union))[::-1]
    at, size = min(
        (
            (at, _area(above[at - 1], at) + _area(below[at], len(rows) - at))
            for at in range(1, len(rows))
        ),
        key=lambda cut: cut[1],
        default=(0, 0),
    )
    if at and size + _CUT_WORTH_BYTES < _area(above[-1], len(rows)):
        yield from _parts(rows[:at])
        yield from _parts(rows[at:])
    else:
        yield rows


def _extent(row: bytes) -> _Extent:
    return len(row) - len(row.lstrip(b"\0")), len(row.rstrip(b"\0"))


def _union(one: _Extent, other: _Extent) -> _Extent:
    return min(one[0], other[0]), max(one[1], other[1])


def _area(extent: _Extent, rows: int) -> int:
    return max(0, extent[1] - extent[0]) * rows


def _trimmed(rows: list[bytes]) -> bytes:
    left, right = functools.reduce(_union, map(_extent, rows))
    if right <= left:
        return _feed(len(rows))  # white between two lines: a picture of no width is no command
    return b"\x1dL" + (left * 8).to_bytes(2, "little") + _band([row[left:right] for row in rows])


def _band(rows: list[bytes]) -> bytes:
    size = len(rows[0]).to_bytes(2, "little") + len(rows).to_bytes(2, "little")
    return b"\x1dv0\x00" + size + b"".join(rows)


def _feed(rows: int) -> bytes:
    whole, rest = divmod(rows, _MAX_FEED)
    return (_FEED_DOTS + bytes((_MAX_FEED,))) * whole + (
        _FEED_DOTS + bytes((rest,)) if rest else b""
    )


def _qr(symbol: Symbol) -> bytes:
    stored = (len(symbol.data) + 3).to_bytes(2, "little") + b"1P0" + symbol.data
    return b"".join(
        (
            b"\x1dL\x00\x00\x1ba\x01",  # no margin, centred: whatever version the printer chooses
            b"\x1d(k\x04\x001A2\x00",  # model 2
            b"\x1d(k\x03\x001C" + bytes((symbol.module,)),
            b"\x1d(k\x03\x001E1",  # level M
            b"\x1d(k" + stored,
            b"\x1d(k\x03\x001Q0",
            b"\x1ba\x00",
        )
    )
