"""Symbols in a picture: zxing-cpp first, then zxing-cpp on the picture sharpened, then zbar.

Of 12 specimen photographs blurred by 2.3 px zxing-cpp alone reads 4, sharpened 7, zbar none; of the
sharp pictures of zxing's own test set zbar adds 5 of 137.

zbar guesses the charset of a QR without ECI and returns Vietnamese UTF-8 as if it were Shift-JIS or
Latin-1 (mchehab/zbar #212), so its texts are turned back into bytes and read as UTF-8 (ID-6).
"""

import unicodedata
from collections.abc import Iterable

import numpy as np
import zxingcpp
from PIL import Image, ImageFilter

from devices.camera.picture import Picture

_FORMATS = (
    zxingcpp.BarcodeFormat.QRCode,
    zxingcpp.BarcodeFormat.Code128,
    zxingcpp.BarcodeFormat.Code39,
    zxingcpp.BarcodeFormat.EAN13,
    zxingcpp.BarcodeFormat.EAN8,
)
_GUESSED_CHARSETS = ("latin-1", "cp1252", "shift_jis", "cp932", "big5")
_SHORTEST_BAR_CODE = 4  # one-dimensional codes of fewer letters are mostly imagined
_QR_WITH_ECI = "]Q2"  # ISO/IEC 15424
_PLANE = 2
_DENOISED = ImageFilter.GaussianBlur(1)
_SHARPENED = ImageFilter.UnsharpMask(radius=4, percent=400, threshold=0)


def read_symbols(picture: Picture) -> list[str]:
    """Return the texts of the QR and bar codes seen, each once; blocks for some 10 to 100 ms."""
    gray = as_gray(picture)
    return read_with_zxing(gray) or read_with_zxing(sharpened(gray)) or read_with_zbar(gray)


def read_with_zxing(gray: Picture) -> list[str]:
    """Return what zxing-cpp sees; what is not UTF-8 counts only with a declared charset (ECI)."""
    found = zxingcpp.read_barcodes(
        gray, formats=zxingcpp.BarcodeFormats(_FORMATS), text_mode=zxingcpp.TextMode.Plain
    )
    return _sane(_zxing_text(code) for code in found)


def read_with_zbar(gray: Picture) -> list[str]:
    """Return what zbar sees; nothing when the machine lacks the library libzbar."""
    try:
        from pyzbar import pyzbar  # noqa: PLC0415 - loads a system library that may be missing
    except ImportError:
        return []
    kinds = pyzbar.ZBarSymbol
    symbols = [kinds.QRCODE, kinds.CODE128, kinds.CODE39, kinds.EAN13, kinds.EAN8]
    found = pyzbar.decode(gray, symbols=symbols)
    return _sane(_unguessed(code.data.decode(errors="replace")) for code in found)


def sharpened(gray: Picture) -> Picture:
    """Return the picture with the lens's blur taken back, noise first; some 40 ms at 2 MP."""
    return np.asarray(Image.fromarray(gray).filter(_DENOISED).filter(_SHARPENED))


def as_gray(picture: Picture) -> Picture:
    """Return the picture in grayscale (BT.601 luma), rows adjacent in memory."""
    if picture.ndim == _PLANE:
        return np.ascontiguousarray(picture)
    blue, green, red = (picture[:, :, at].astype(np.uint16) for at in range(3))
    return ((blue * 29 + green * 150 + red * 77) >> 8).astype(np.uint8)


def _sane(texts: Iterable[str]) -> list[str]:
    """Return the texts a card, code or link may hold: whole UTF-8, and no control characters."""
    kept = (text.strip("\r\n") for text in texts)
    return list(dict.fromkeys(text for text in kept if text and not _is_odd(text)))


def _is_odd(text: str) -> bool:
    return any(
        letter == "\ufffd" or (unicodedata.category(letter)[0] == "C" and letter != "\ufeff")
        for letter in text
    )


def _zxing_text(code: zxingcpp.Barcode) -> str:
    if code.format != zxingcpp.BarcodeFormat.QRCode:
        return code.text if len(code.text) >= _SHORTEST_BAR_CODE else ""
    try:
        return code.bytes.decode()
    except UnicodeDecodeError:
        return code.text if code.symbology_identifier == _QR_WITH_ECI else ""


def _unguessed(text: str) -> str:
    """Return what was encoded, when the text is UTF-8 read in a wrong charset; else the text."""
    if text.isascii():
        return text
    for charset in _GUESSED_CHARSETS:
        try:
            return text.encode(charset).decode()
        except UnicodeError:
            continue
    return text
