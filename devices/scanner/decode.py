"""Symbols in a picture: zxing-cpp first, on harder ones again with more effort, then zbar.

A dark picture is stretched; then it is sharpened; then the part that is busiest, as a QR is, is
enlarged and sharpened, which costs little because it is small. What each step adds on degraded
cards stands in docs/benchmarks.md; of zxing's own test set of sharp pictures zbar adds 5 of 137.

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
_DARK_BELOW = 100
_BLOCK, _STEP = 24, 2
_BUSY, _BUSIEST_SHARE = 8.0, 0.7
_WINDOW = 640
_ENLARGED = 2
_DENOISED = ImageFilter.GaussianBlur(1)
_SHARPENED = ImageFilter.UnsharpMask(radius=4, percent=400, threshold=0)


def read_symbols(picture: Picture) -> list[str]:
    """Return the texts of the QR and bar codes seen, each once; blocks for some 10 to 100 ms."""
    gray = lit(as_gray(picture))
    return (
        read_with_zxing(gray)
        or read_with_zxing(sharpened(gray))
        or read_enlarged(gray)
        or read_with_zbar(gray)
    )


def read_enlarged(gray: Picture) -> list[str]:
    """Return what zxing-cpp sees in the busiest part, enlarged; nothing where none is busy."""
    part = busiest(gray)
    if part is None:
        return []
    size = (part.shape[1] * _ENLARGED, part.shape[0] * _ENLARGED)
    large = np.asarray(Image.fromarray(part).resize(size, Image.Resampling.BICUBIC))
    return read_with_zxing(sharpened(large)) or read_with_zxing(large)


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


def lit(gray: Picture) -> Picture:
    """Return a dark picture with its noise calmed and its few levels stretched; others as is."""
    brightest = float(np.percentile(gray[::8, ::8], 99.5))
    if brightest >= _DARK_BELOW:
        return gray
    calm = np.asarray(Image.fromarray(gray).filter(_DENOISED)).astype(np.float32)
    darkest, brightest = np.percentile(calm[::8, ::8], (1, 99.5))
    stretched = (calm - darkest) * (255 / max(brightest - darkest, 1))
    return np.asarray(np.clip(stretched, 0, 255), np.uint8)


def busiest(gray: Picture) -> Picture | None:
    """Return the part, 640 px wide at most, with most edges both across and down, as a QR has.

    None where there is nothing like it; wood and shadows have edges in one direction only.
    """
    few = gray[::_STEP, ::_STEP].astype(np.int16)
    rows, columns = (few.shape[0] - 1) // _BLOCK, (few.shape[1] - 1) // _BLOCK
    if not rows or not columns:
        return None
    across = np.abs(np.diff(few, axis=1))[: rows * _BLOCK, : columns * _BLOCK]
    down = np.abs(np.diff(few, axis=0))[: rows * _BLOCK, : columns * _BLOCK]
    edges = np.minimum(
        *(each.reshape(rows, _BLOCK, columns, _BLOCK).mean(axis=(1, 3)) for each in (across, down))
    )
    if edges.max() < _BUSY:
        return None
    there = np.argwhere(edges > _BUSIEST_SHARE * edges.max())
    middle = ((np.median(there, axis=0) + 0.5) * _BLOCK * _STEP).astype(int)
    top, left = (
        max(0, min(int(at) - _WINDOW // 2, side - _WINDOW))
        for at, side in zip(middle, gray.shape, strict=True)
    )
    return np.ascontiguousarray(gray[top : top + _WINDOW, left : left + _WINDOW])


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
