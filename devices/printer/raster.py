"""A receipt drawn: black dots on paper of a given width, shaped by HarfBuzz, NFC (domain G-4).

Black is 0 and paper is 255 in a picture of mode "1" (Pillow). A QR symbol stays a piece of its
own, because some printers draw it themselves.
"""

import functools
import math
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import fontpkg_be_vietnam_pro
import segno
from PIL import Image, ImageDraw, ImageFont

from devices.lettering import BOLD, REGULAR, Lettering
from devices.printer.port import ReceiptTooLargeError
from devices.printer.wrap import wrap
from devices.receipt import Align, Columns, Gap, Item, Qr, Receipt, Rule, Size, Text

PAPER, INK = 255, 0
LONGEST_MM = 1500
_FONTS = Path(fontpkg_be_vietnam_pro.__file__).parent / "files"
_THRESHOLD = 150  # of 255: thin strokes survive, and round letters stay open
_QUIET_MODULES = 4  # ISO/IEC 18004 §5.3.8
_SMALLEST_MODULE = 3  # dots; below this a telephone's camera fails on thermal paper
_RULE_DOTS = 3
_COLUMN_GAP = 16
_INDENT_MM = 5.0  # of a list's text
_BOX_MM = 2.8
_BOX_DOTS = 2
_BLANKS = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+")
_NUMBER_SHARE = 0.94  # of the paper's width, at most


@dataclass(frozen=True)
class _Face:
    """A face of the typeface: its file, size in eighths of a millimetre, and line pitch."""

    weight: str
    bold_weight: str
    eighths: int
    pitch: float


_FACES = {
    Size.SMALL: _Face("Medium", "Bold", 24, 1.28),
    Size.BODY: _Face("Medium", "Bold", 28, 1.28),
    Size.TITLE: _Face("SemiBold", "ExtraBold", 38, 1.25),
    Size.NUMBER: _Face("ExtraBold", "Black", 172, 1.0),
}


_HEAVY = (Size.TITLE, Size.NUMBER)


@dataclass(frozen=True)
class Ink:
    """Rows of dots, as wide as the paper."""

    picture: Image.Image


@dataclass(frozen=True)
class Symbol:
    """A QR symbol in the middle of the paper: its data, and its modules drawn `module` dots large.

    The picture is the bare square, without quiet zone; that is paper of the pieces around it.
    """

    data: bytes
    module: int
    picture: Image.Image


@dataclass(frozen=True)
class Drawing:
    """The pieces of a receipt from top to bottom, `width` dots wide."""

    width: int
    pieces: tuple[Ink | Symbol, ...]

    def whole(self) -> Image.Image:
        """Return everything as one picture."""
        height = sum(piece.picture.height for piece in self.pieces)
        picture = Image.new("1", (self.width, height), PAPER)
        top = 0
        for piece in self.pieces:
            picture.paste(piece.picture, ((self.width - piece.picture.width) // 2, top))
            top += piece.picture.height
        return picture


def draw(receipt: Receipt, paper_dots: int, dots_per_mm: int = 8) -> Drawing:
    """Return the receipt drawn; raises ReceiptTooLargeError when a QR symbol does not fit."""
    return Drawing(paper_dots, tuple(_pieces(receipt, _Sheet(paper_dots, dots_per_mm))))


@dataclass(frozen=True)
class _Sheet:
    width: int
    dots_per_mm: int

    def font(self, size: Size, *, bold: bool) -> Lettering:
        face = _FACES[size]
        house = _font(face.bold_weight if bold else face.weight, self.dots(face.eighths / 8))
        return Lettering(house, BOLD if bold or size in _HEAVY else REGULAR)

    def pitch(self, size: Size) -> int:
        return self.dots(_FACES[size].eighths / 8 * _FACES[size].pitch)

    def dots(self, mm: float) -> int:
        return round(mm * self.dots_per_mm)

    def blank(self, height: int) -> Image.Image:
        return Image.new("L", (self.width, height), PAPER)


def _pieces(receipt: Receipt, sheet: _Sheet) -> Iterator[Ink | Symbol]:
    strips: list[Image.Image] = []
    left = sheet.dots(LONGEST_MM)
    for block in receipt.blocks:
        if isinstance(block, Qr):
            symbol = _symbol(block, sheet)
            quiet = sheet.blank(_QUIET_MODULES * symbol.module)
            yield _ink([*strips, quiet], sheet)
            yield symbol
            strips = [quiet]
            left -= symbol.picture.height
        else:
            added = list(_strips(block, sheet))
            strips += added
            left -= sum(strip.height for strip in added)
        if left < 0:
            raise ReceiptTooLargeError(f"It is longer than {LONGEST_MM} mm.")
    if strips:
        yield _ink(strips, sheet)


def _ink(strips: list[Image.Image], sheet: _Sheet) -> Ink:
    picture = sheet.blank(sum(strip.height for strip in strips))
    top = 0
    for strip in strips:
        picture.paste(strip, (0, top))
        top += strip.height
    return Ink(picture.point(lambda grey: PAPER if grey > _THRESHOLD else INK).convert("1"))


def _strips(block: Text | Columns | Item | Rule | Gap, sheet: _Sheet) -> Iterator[Image.Image]:
    match block:
        case Text():
            yield from _text(block, sheet)
        case Columns():
            yield from _columns(block, sheet)
        case Item():
            yield from _item(block, sheet)
        case Rule():
            strip = sheet.blank(sheet.dots(2.25) * 2 + _RULE_DOTS)
            top = sheet.dots(2.25)
            ImageDraw.Draw(strip).rectangle((0, top, sheet.width, top + _RULE_DOTS - 1), fill=INK)
            yield strip
        case Gap():
            yield sheet.blank(max(1, sheet.dots(block.height_mm)))


def _text(block: Text, sheet: _Sheet) -> Iterator[Image.Image]:
    text = _written(block.text)
    if block.size is Size.NUMBER:
        yield _number(text, sheet, bold=block.bold)
        return
    font = sheet.font(block.size, bold=block.bold)
    for line in wrap(text, sheet.width, font.getlength):
        free = sheet.width - font.getlength(line)
        left = {Align.LEFT: 0.0, Align.CENTRE: free / 2, Align.RIGHT: free}[block.align]
        yield _line(sheet, block.size, (left, line, font))


def _number(text: str, sheet: _Sheet, *, bold: bool) -> Image.Image:
    """Draw the number as large as the paper allows at most, without the font's leading."""
    font = sheet.font(Size.NUMBER, bold=bold)
    if (length := font.getlength(text)) > sheet.width * _NUMBER_SHARE:
        font = font.sized(math.floor(font.size * sheet.width * _NUMBER_SHARE / length))
    left, top, right, bottom = font.getbbox(text)
    air = sheet.dots(2)
    strip = sheet.blank(math.ceil(bottom - top) + 2 * air)
    at = ((sheet.width - (right - left)) / 2 - left, air - top)
    font.draw(ImageDraw.Draw(strip), at, text, INK)
    return strip


def _columns(block: Columns, sheet: _Sheet) -> Iterator[Image.Image]:
    plain, bold = sheet.font(Size.BODY, bold=False), sheet.font(Size.BODY, bold=True)
    name, value = _written(block.name), _written(block.value)
    name_width = min(plain.getlength(name), sheet.width * 0.6)
    names = wrap(name, name_width, plain.getlength)
    value_width = sheet.width - name_width - _COLUMN_GAP
    values = wrap(value, value_width, bold.getlength)
    if len(values) > 1:
        names = wrap(name, sheet.width, plain.getlength)
        values = ["" for _ in names] + wrap(value, sheet.width, bold.getlength)
    for row in range(max(len(names), len(values))):
        shown = []
        if row < len(names):
            shown.append((0.0, names[row], plain))
        if row < len(values):
            shown.append((sheet.width - bold.getlength(values[row]), values[row], bold))
        yield _line(sheet, Size.BODY, *shown)


def _item(block: Item, sheet: _Sheet) -> Iterator[Image.Image]:
    plain, bold = sheet.font(Size.BODY, bold=False), sheet.font(Size.BODY, bold=True)
    mark = _written(block.mark)
    indent = max(sheet.dots(_INDENT_MM), math.ceil(bold.getlength(f"{mark} ")))
    for row, line in enumerate(wrap(_written(block.text), sheet.width - indent, plain.getlength)):
        marked = [(0.0, mark, bold)] if mark.strip() and not row else []
        strip = _line(sheet, Size.BODY, *marked, (float(indent), line, plain))
        if not mark.strip() and not row:
            _tick_box(strip, sheet)
        yield strip


def _tick_box(strip: Image.Image, sheet: _Sheet) -> None:
    side = sheet.dots(_BOX_MM)
    top = (strip.height - side) // 2
    corners = (_BOX_DOTS, top, _BOX_DOTS + side, top + side)
    ImageDraw.Draw(strip).rectangle(corners, outline=INK, width=_BOX_DOTS)


def _line(sheet: _Sheet, size: Size, *shown: tuple[float, str, Lettering]) -> Image.Image:
    """Return one line of text, higher where a capital's two accents rise above the ascent."""
    pitch = sheet.pitch(size)
    above = below = 0
    for _, text, font in shown:
        _, top, _, bottom = font.getbbox(text)
        above, below = max(above, math.ceil(-top)), max(below, math.ceil(bottom))
    strip = sheet.blank(max(pitch, above + below + 1))
    for left, text, font in shown:
        font.draw(ImageDraw.Draw(strip), (round(left), above), text, INK)
    return strip


def _symbol(block: Qr, sheet: _Sheet) -> Symbol:
    data = block.data.encode()
    try:
        matrix = segno.make_qr(data, error="m", boost_error=False).matrix
    except segno.DataOverflowError as error:
        raise ReceiptTooLargeError(f"{len(data)} bytes do not fit in a QR symbol.") from error
    side = len(matrix)
    fitting = sheet.width // (side + 2 * _QUIET_MODULES)
    module = min(sheet.dots(block.module_mm), fitting)
    if module < min(_SMALLEST_MODULE, sheet.dots(block.module_mm)):
        raise ReceiptTooLargeError(
            f"A QR symbol of {side} modules does not fit on {sheet.width} dots."
        )
    dots = bytes(INK if dark else PAPER for row in matrix for dark in row)
    picture = Image.frombytes("L", (side, side), dots).convert("1")
    return Symbol(data, module, picture.resize((side * module,) * 2, Image.Resampling.NEAREST))


def _written(text: str) -> str:
    """Return the text composed (domain G-4), with one space for any run of blanks and controls."""
    return _BLANKS.sub(" ", unicodedata.normalize("NFC", text))


@functools.cache
def _font(weight: str, size: int) -> ImageFont.FreeTypeFont:
    path = _FONTS / f"BeVietnamPro-{weight}.ttf"
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.RAQM)
