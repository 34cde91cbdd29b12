"""The house's typeface for pictures: Be Vietnam Pro, shaped by HarfBuzz (domain G-4)."""

import functools
import re
import unicodedata
from pathlib import Path

import fontpkg_be_vietnam_pro
from PIL import ImageFont

_FONTS = Path(fontpkg_be_vietnam_pro.__file__).parent / "files"
_BLANKS = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+")


@functools.cache
def face(weight: str, size: int) -> ImageFont.FreeTypeFont:
    """Return a face (`Regular`, `Medium`, `SemiBold`, `Bold` ...) of a size in pixels."""
    path = _FONTS / f"BeVietnamPro-{weight}.ttf"
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.RAQM)


def written(text: str) -> str:
    """Return the text composed (NFC), with one space for any run of blanks and controls."""
    return _BLANKS.sub(" ", unicodedata.normalize("NFC", text)).strip()


def fitted(text: str, font: ImageFont.FreeTypeFont, width: float) -> str:
    """Return the text, cut with `…` when it is wider than `width` pixels; empty if nothing fits."""
    text = written(text)
    if font.getlength(text) <= width:
        return text
    for end in range(len(text) - 1, 0, -1):
        cut = text[:end].rstrip() + "…"
        if font.getlength(cut) <= width:
            return cut
    return ""
