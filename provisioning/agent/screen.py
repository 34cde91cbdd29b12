"""The box's own screen before it is in service: a picture of what is the matter, and its claim.

A picture needs no kiosk and no Kivy: it is shown by a page on loopback, by any picture viewer, or
copied to a framebuffer. Blocking.
"""

import io
from pathlib import Path

import fontpkg_be_vietnam_pro
import segno
from PIL import Image, ImageDraw, ImageFont

from provisioning.agent.matters import WORDS, MatterCode
from provisioning.agent.notice import Showing
from provisioning.claims import sheet_code

_FONTS = Path(fontpkg_be_vietnam_pro.__file__).parent / "files"
_PAPER, _INK, _FAINT = "#ffffff", "#16202b", "#5a6673"
_CALM, _BUSY, _BAD = "#1b6e3c", "#9a5b00", "#a8201a"  # each 4.5:1 and more on white
_COLOURS = {
    MatterCode.IN_SERVICE: _CALM,
    MatterCode.STARTING: _BUSY,
    MatterCode.WAITING: _BUSY,
}
_QUIET = 4  # modules around a QR symbol (ISO/IEC 18004 §6.3.8)


def png(showing: Showing, width: int, height: int) -> bytes:
    """Return the picture as PNG."""
    out = io.BytesIO()
    drawn(showing, width, height).save(out, "PNG")
    return out.getvalue()


def drawn(showing: Showing, width: int, height: int) -> Image.Image:
    """Return the picture: the headline, what to do, the words to compare, the claim as QR."""
    image = Image.new("RGB", (width, height), _PAPER)
    sheet = _Sheet(image, min(width / 1280, height / 800))
    matter = showing.foremost
    words = WORDS[matter.code]
    sheet.bar(_COLOURS.get(matter.code, _BAD))
    has_claim = bool(showing.claim)
    room = width - sheet.px(96) - (sheet.qr_room if has_claim else 0)
    y = sheet.px(56)
    y = sheet.text(y, words.headline, 58, room, weight="Bold") + sheet.px(14)
    y = sheet.text(y, words.advice, 32, room) + sheet.px(10)
    if matter.detail:
        y = sheet.text(y, matter.detail, 26, room, colour=_FAINT) + sheet.px(10)
    if has_claim:
        y += sheet.px(18)
        y = sheet.text(y, "Bốn từ đối chiếu", 26, room, colour=_FAINT)
        y = sheet.text(y, showing.words.replace("-", " "), 50, room, weight="Bold") + sheet.px(14)
        y = sheet.text(y, "Mã nhận thiết bị", 26, room, colour=_FAINT)
        y = sheet.text(y, showing.claim.replace("-", " "), 34, room) + sheet.px(10)
        sheet.qr(sheet_code(showing.serial, showing.claim))
    sheet.foot(showing, words.english)
    return image


class _Sheet:
    """The picture under the pen; lengths are in pixels of a picture of 1280 x 800."""

    def __init__(self, image: Image.Image, scale: float) -> None:
        self._image = image
        self._draw = ImageDraw.Draw(image)
        self._scale = scale
        self.qr_room = self.px(400)

    def px(self, length: float) -> int:
        return max(1, round(length * self._scale))

    def bar(self, colour: str) -> None:
        self._draw.rectangle((0, 0, self._image.width, self.px(24)), fill=colour)

    def text(
        self,
        y: int,
        text: str,
        size: int,
        room: int,
        *,
        weight: str = "Regular",
        colour: str = _INK,
    ) -> int:
        """Write lines within the room, at the left; return where they end."""
        font = ImageFont.truetype(_FONTS / f"BeVietnamPro-{weight}.ttf", self.px(size))
        for line in _lines(text, font, room):
            self._draw.text((self.px(48), y), line, font=font, fill=colour)
            y += self.px(size * 1.3)
        return y

    def qr(self, text: str) -> None:
        """Put the symbol at the right, its modules whole pixels."""
        matrix = segno.make(text, error="m", micro=False).matrix
        modules = len(matrix) + 2 * _QUIET
        each = max(1, self.qr_room // modules)
        side = each * modules
        symbol = Image.new("1", (len(matrix), len(matrix)), 1)
        symbol.putdata([0 if dark else 1 for row in matrix for dark in row])
        symbol = symbol.resize((each * len(matrix),) * 2, Image.Resampling.NEAREST)
        corner = (self._image.width - side - self.px(32), self.px(56))
        self._image.paste(symbol, (corner[0] + each * _QUIET, corner[1] + each * _QUIET))

    def foot(self, showing: Showing, english: str) -> None:
        """Write who the box is, and the headline in English."""
        own = [f"Số sê-ri {showing.serial}" if showing.serial else "", showing.box]
        size, room = 24, self._image.width - self.px(96)
        y = self._image.height - self.px(2.9 * size)
        y = self.text(y, " · ".join(filter(None, own)) or "motcua", size, room)
        self.text(y, english, size, room, colour=_FAINT)


def _lines(text: str, font: ImageFont.FreeTypeFont, room: int) -> list[str]:
    """Return the text broken into lines; a word longer than a line is broken too."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if font.getlength(longer) <= room:
            line = longer
            continue
        lines += [line] if line else []
        *whole, line = _pieces(word, font, room)
        lines += whole
    return [*lines, line] if line else lines


def _pieces(word: str, font: ImageFont.FreeTypeFont, room: int) -> list[str]:
    pieces = [""]
    for letter in word:
        if pieces[-1] and font.getlength(pieces[-1] + letter) > room:
            pieces.append("")
        pieces[-1] += letter
    return pieces
