"""Papers that citizens bring, with sample text on them: what a twin's camera is shown (G-6)."""

from enum import StrEnum
from pathlib import Path

import fontpkg_be_vietnam_pro
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from devices.camera.paper import SIZES_MM, PaperFormat
from devices.camera.picture import Picture

_DOTS_PER_MM = 200 / 25.4
_FONTS = Path(fontpkg_be_vietnam_pro.ROOT) / "files"
_INK, _SEAL = "#1c1c22", "#c8202a"
_LINES = """\
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc

GIẤY MẪU ĐỂ THỬ MÁY - DỮ LIỆU MẪU
không phải giấy tờ của ai

Kính gửi: Ủy ban nhân dân xã Gio Linh
Họ, chữ đệm, tên: {name}
Nơi cư trú: Thôn 2, Xã Gio Linh, Tỉnh Quảng Trị
Số định danh: {number}
Đề nghị cấp bản sao trích lục theo nội dung dưới đây.
Số lượng bản sao: 03 (ba) bản, nhận tại nơi nộp.
Tôi cam đoan những điều khai trên đây là đúng và chịu
trách nhiệm về nội dung cam đoan của mình.
Mục đích: bổ sung vào hồ sơ đăng ký của gia đình.
Giấy tờ kèm theo: một bản chụp, một bản chính để xem.
Ghi chú: điền bằng chữ in hoa có dấu ở các ô bên dưới.""".splitlines()


class Specimen(StrEnum):
    """A paper of ours."""

    DECLARATION = "declaration"
    CERTIFICATE = "certificate"
    SLIP = "slip"
    CARD = "card"


FORMATS = {
    Specimen.DECLARATION: PaperFormat.A4,
    Specimen.CERTIFICATE: PaperFormat.A4,
    Specimen.SLIP: PaperFormat.A5,
    Specimen.CARD: PaperFormat.CARD,
}


def draw_paper(
    sheet: Specimen = Specimen.DECLARATION,
    *,
    name: str = "Nguyễn Thị Hoa",
    number: str = "045190001234",
) -> Picture:
    """Return a paper at 200 dpi as it is read, blue, green, red; a certificate has seal and photo.

    A card lies on its long side.
    """
    short, long = SIZES_MM[FORMATS[sheet]]
    width_mm, height_mm = (long, short) if sheet is Specimen.CARD else (short, long)
    size = (round(width_mm * _DOTS_PER_MM), round(height_mm * _DOTS_PER_MM))
    ground = "#d6ece8" if sheet is Specimen.CARD else "#fafaf8"
    picture = Image.new("RGB", size, ground)
    pen = ImageDraw.Draw(picture)
    margin, line = width_mm * 0.1, height_mm * (0.075 if sheet is Specimen.CARD else 0.042)
    lines = _LINES[3:4] + _LINES[7:10] if sheet is Specimen.CARD else _LINES
    for row, text in enumerate(lines):
        words = text.format(name=name, number=number)
        heavy = "Bold" if row in (0, 3) else "Medium"
        font = ImageFont.truetype(
            _FONTS / f"BeVietnamPro-{heavy}.ttf",
            _dots(line * (0.5 if sheet is not Specimen.CARD else 0.55)),
        )
        pen.text((_dots(margin), _dots(margin + row * line)), words, font=font, fill=_INK)
    if sheet is not Specimen.CARD:
        _table(pen, width_mm, height_mm)
    if sheet in (Specimen.CERTIFICATE, Specimen.CARD):
        _photo(picture, pen, width_mm, height_mm)
    if sheet is Specimen.CERTIFICATE:
        _seal(pen, width_mm, height_mm)
    return np.ascontiguousarray(np.asarray(picture)[:, :, ::-1])


def _table(pen: ImageDraw.ImageDraw, width_mm: float, height_mm: float) -> None:
    top, left = height_mm * 0.78, width_mm * 0.1
    for row in range(4):
        y = _dots(top + row * height_mm * 0.04)
        pen.line((_dots(left), y, _dots(width_mm * 0.9), y), fill=_INK, width=2)
    for column in range(6):
        x = _dots(left + column * width_mm * 0.16)
        pen.line((x, _dots(top), x, _dots(top + height_mm * 0.12)), fill=_INK, width=2)


def _photo(
    picture: Image.Image, pen: ImageDraw.ImageDraw, width_mm: float, height_mm: float
) -> None:
    """Draw a portrait's tones, and nobody's face."""
    wide = min(30.0, width_mm * 0.24)
    left, top = width_mm * 0.7, height_mm * (0.4 if width_mm > height_mm else 0.17)
    box = (_dots(left), _dots(top), _dots(left + wide), _dots(top + wide * 4 / 3))
    tones = np.linspace(120, 205, box[3] - box[1])[:, None, None] * np.array([0.8, 0.95, 1.0])
    shape = (box[3] - box[1], box[2] - box[0], 3)
    picture.paste(Image.fromarray(np.broadcast_to(tones, shape).astype(np.uint8)), box[:2])
    centre = _dots(left + wide / 2)
    pen.ellipse((centre - _dots(wide * 0.22), _dots(top + wide * 0.2), centre + _dots(wide * 0.22),
                 _dots(top + wide * 0.75)), fill="#a9836b")  # fmt: skip
    pen.rectangle((_dots(left + wide * 0.15), _dots(top + wide * 0.95), _dots(left + wide * 0.85),
                   box[3] - 1), fill="#3d4a63")  # fmt: skip


def _seal(pen: ImageDraw.ImageDraw, width_mm: float, height_mm: float) -> None:
    x, y, radius = _dots(width_mm * 0.72), _dots(height_mm * 0.7), _dots(16)
    pen.ellipse((x - radius, y - radius, x + radius, y + radius), outline=_SEAL, width=_dots(1))
    font = ImageFont.truetype(_FONTS / "BeVietnamPro-Bold.ttf", _dots(5))
    pen.text((x, y), "MẪU", font=font, fill=_SEAL, anchor="mm")


def _dots(mm: float) -> int:
    return round(mm * _DOTS_PER_MM)
