"""The front of a specimen identity card (G-6).

It carries the QR of a real card (domain 1.2) and deliberately not its looks: no emblem, no face,
"DỮ LIỆU MẪU" across it. The person is the domain's synthetic example.
"""

from pathlib import Path

import fontpkg_be_vietnam_pro
import numpy as np
import segno
from PIL import Image, ImageDraw, ImageFont

from devices.camera.picture import Picture
from devices.messages import IdentityCard

HOA = IdentityCard(
    number="045190001234",
    old_number="197123456",
    name="Nguyễn Thị Hoa",
    birth="20051990",
    sex="Nữ",
    address="Thôn 2, Xã Gio Linh, Tỉnh Quảng Trị",
    issued="15042022",
)

CARD_MM = (85.6, 53.98)  # ISO/IEC 7810 ID-1
DOTS_PER_MM = 20
_QR_MM = 17.0
_QUIET_MODULES = 4  # ISO/IEC 18004 §5.3.8
_FONTS = Path(fontpkg_be_vietnam_pro.ROOT) / "files"
_INK, _RED, _FAINT = "#26343b", "#b3261e", "#5d7078"


def card_text(card: IdentityCard) -> str:
    """Return the seven fields as the card's QR holds them."""
    fields = (card.number, card.old_number, card.name, card.birth, card.sex, card.address)
    return "|".join((*fields, card.issued))


def draw_card(card: IdentityCard, text: str | None = None) -> Picture:
    """Return the card's front at 20 dots/mm, blue, green, red.

    `text` replaces what the QR holds; an empty one leaves it out.
    """
    picture = _ground()
    pen = ImageDraw.Draw(picture)
    _print_fields(pen, card)
    text = card_text(card) if text is None else text
    if text:
        code = _qr(text)
        picture.paste(code, (picture.width - code.width - _dots(2.5), _dots(2.5)))
    return np.ascontiguousarray(np.asarray(picture)[:, :, ::-1])


def _ground() -> Image.Image:
    """Return pale waves, a silhouette's box and the specimen's label."""
    width, height = (_dots(side) for side in CARD_MM)
    across, down = np.meshgrid(np.arange(width), np.arange(height))
    waves = np.sin((down + 60 * np.sin(across / 170)) / 7) + np.sin((across + down) / 90)
    tint = np.array([214, 236, 232]) + waves[..., None] * np.array([5, 3, 3])
    picture = Image.fromarray(tint.astype(np.uint8))
    pen = ImageDraw.Draw(picture)
    pen.rounded_rectangle(_box(3, 17, 26, 47), _dots(1.5), fill="#c4d8d6")
    pen.ellipse(_box(10, 22, 19, 32), fill="#9fb9b8")
    pen.pieslice(_box(5.5, 33.5, 23.5, 60.5), 180, 360, fill="#9fb9b8")
    label = Image.new("RGBA", (width, height))
    ImageDraw.Draw(label).text(
        (_dots(53), _dots(37)),
        "DỮ LIỆU MẪU",
        font=_font("Bold", 9),
        anchor="mm",
        fill=(179, 38, 30, 64),
    )
    turned = label.rotate(11, center=(_dots(53), _dots(37)))
    picture.paste(turned, mask=turned)
    return picture


def _print_fields(pen: ImageDraw.ImageDraw, card: IdentityCard) -> None:
    def put(
        x_mm: float, y_mm: float, text: str, mm: float, *, weight: str = "Medium", ink: str = _INK
    ) -> None:
        pen.text((_dots(x_mm), _dots(y_mm)), text, font=_font(weight, mm), fill=ink, anchor="ls")

    put(3, 7, "THẺ MẪU ĐỂ THỬ MÁY", 3.4, weight="Bold", ink=_RED)
    put(3, 11, "Dữ liệu mẫu · không phải giấy tờ tùy thân", 2.1, ink=_RED)
    put(29, 26, "Số", 2.3, ink=_FAINT)
    put(34, 26.3, card.number, 4.4, weight="Bold", ink=_RED)
    put(29, 30.3, "Họ và tên", 2, ink=_FAINT)
    put(29, 34.3, card.name.upper(), 3.6, weight="Bold")
    put(29, 38.4, f"Ngày sinh  {_spelled(card.birth)}", 2.5)
    put(61, 38.4, f"Giới tính  {card.sex}", 2.5)
    put(29, 42.2, "Nơi thường trú", 2, ink=_FAINT)
    put(29, 45.4, card.address, 2.5)
    put(29, 50, f"Ngày cấp  {_spelled(card.issued)}", 2.3, ink=_FAINT)


def _qr(text: str) -> Image.Image:
    """Return the QR, level M, with its quiet zone."""
    code = segno.make_qr(text, error="m", encoding="utf-8")
    modules = np.array(
        [[not dark for dark in row] for row in code.matrix_iter(border=_QUIET_MODULES)]
    )
    side = round(_dots(_QR_MM) * len(modules) / code.symbol_size(border=0)[0])
    plain = Image.fromarray((modules * np.uint8(255)).astype(np.uint8))
    return plain.resize((side, side), Image.Resampling.NEAREST).convert("RGB")


def _spelled(day: str) -> str:
    return f"{day[:2]}/{day[2:4]}/{day[4:]}" if len(day) == len("ddMMyyyy") else day


def _font(weight: str, mm: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(_FONTS / f"BeVietnamPro-{weight}.ttf", _dots(mm))


def _dots(mm: float) -> int:
    return round(mm * DOTS_PER_MM)


def _box(*mm: float) -> tuple[int, int, int, int]:
    left, top, right, bottom = (_dots(side) for side in mm)
    return (left, top, right, bottom)
