"""Sheets as files of their own, and all of them as one PDF that tells nothing but the sheets."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image

from devices.camera.picture import Picture

_MM_PER_INCH, _POINTS_PER_INCH = 25.4, 72.0
_QUALITY = 72
_PLANE = 2


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page's file: a G4 TIFF or a JPEG, and the paper's size."""

    data: bytes
    width_mm: float
    height_mm: float


def as_jpeg(picture: Picture, quality: int = _QUALITY) -> bytes:
    """Return a gray picture (height, width), or one in blue, green, red, without metadata."""
    image = Image.fromarray(picture if picture.ndim == _PLANE else picture[:, :, ::-1])
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()


def as_g4(inked: Picture) -> bytes:
    """Return a picture of 0 and 255 as a TIFF of ITU-T T.6 (Group 4), losslessly."""
    out = io.BytesIO()
    Image.fromarray(inked).convert("1", dither=Image.Dither.NONE).save(
        out, "TIFF", compression="group4"
    )
    return out.getvalue()


def bound(sheets: Sequence[Sheet]) -> bytes:
    """Return a PDF with each sheet as a page of its paper's size: no dates, names or programs.

    The pictures' bytes are taken over as they are. The same sheets give the same bytes.
    """
    import img2pdf  # noqa: PLC0415 - with pikepdf behind it 14 MB, only where papers are scanned

    sizes = iter([(_points(sheet.width_mm), _points(sheet.height_mm)) for sheet in sheets])

    def fills_its_page(_width: int, _height: int, _dpi: object) -> tuple[float, ...]:
        width, height = next(sizes)
        return width, height, width, height

    pdf: bytes = img2pdf.convert(
        [sheet.data for sheet in sheets],
        layout_fun=fills_its_page,
        engine=img2pdf.Engine.internal,
        nodate=True,
        producer="",
    )
    return pdf


def _points(mm: float) -> float:
    return mm / _MM_PER_INCH * _POINTS_PER_INCH
