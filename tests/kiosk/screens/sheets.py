"""Screens side by side with captions, as small palette pictures."""

import math
from collections.abc import Sequence
from pathlib import Path

from kivy import kivy_data_dir
from PIL import Image, ImageDraw, ImageFont

_GROUND, _INK = "#e3e6ea", "#1d2530"
_GAP_PX, _CAPTION_PX, _FONT_PX = 8, 22, 15


def laid_out(
    looks: Sequence[tuple[str, Image.Image]], *, columns: int, width: int, height: int | None = None
) -> Image.Image:
    """Return the pictures in rows, each `width` wide; only their uppermost part where `height`."""
    small = [(caption, _small(picture, width, height)) for caption, picture in looks]
    caption_px = _CAPTION_PX if any(caption for caption, _ in small) else 0
    tall = max(picture.height for _, picture in small) + caption_px
    rows = math.ceil(len(small) / columns)
    size = (columns * (width + _GAP_PX) + _GAP_PX, rows * (tall + _GAP_PX) + _GAP_PX)
    sheet = Image.new("RGB", size, _GROUND)
    draw = ImageDraw.Draw(sheet)
    font = ImageFont.truetype(Path(kivy_data_dir) / "fonts" / "Roboto-Regular.ttf", _FONT_PX)
    for at, (caption, picture) in enumerate(small):
        row, column = divmod(at, columns)
        x = _GAP_PX + column * (width + _GAP_PX)
        y = _GAP_PX + row * (tall + _GAP_PX)
        draw.text((x, y), caption, fill=_INK, font=font)
        sheet.paste(picture, (x, y + caption_px))
    return sheet


def save(sheet: Image.Image, file: Path, *, colours: int = 24) -> None:
    """Write it with few colours: a screen has no more than its paints and their edges."""
    file.parent.mkdir(parents=True, exist_ok=True)
    few = sheet.quantize(colours, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    few.save(file, format="PNG", optimize=True)


def _small(picture: Image.Image, width: int, height: int | None) -> Image.Image:
    size = (width, round(picture.height * width / picture.width))
    small = picture.resize(size, Image.Resampling.BOX)
    return small.crop((0, 0, width, height)) if height else small
