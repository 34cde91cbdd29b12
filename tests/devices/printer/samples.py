"""A receipt with everything in it, and a comparison of pictures dot by dot."""

from pathlib import Path

from PIL import Image, ImageChops

from devices.receipt import Align, Columns, Gap, Item, Qr, Receipt, Rule, Size, Text

URL = "http://phieu.xa-nguyen-hue.example.vn/t/7F3KQ2MD"
A_RECEIPT = Receipt(
    blocks=(
        Text(text="Trung tâm Phục vụ hành chính công xã Nguyễn Huệ", bold=True),
        Rule(),
        Text(text="PHIẾU SỐ THỨ TỰ", size=Size.TITLE),
        Text(text="A012", size=Size.NUMBER, bold=True),
        Columns(name="Dự kiến chờ", value="khoảng 35 phút"),
        Item(text="Tờ khai đăng ký khai sinh"),
        Item(text="Lấy số ở quầy Hộ tịch", mark="1."),
        Gap(height_mm=1.5),
        Qr(data=URL),
        Text(text="Quét mã để theo dõi", size=Size.SMALL, align=Align.LEFT),
    )
)


def plain(text: str, size: Size = Size.BODY) -> Receipt:
    return Receipt(blocks=(Text(text=text, size=size),))


def differing_dots(came_out: Path | Image.Image, drawn: Image.Image) -> int:
    """Count the dots that differ; paper that is shorter goes on white."""
    paper = Image.open(came_out) if isinstance(came_out, Path) else came_out
    width, height = max(paper.width, drawn.width), max(paper.height, drawn.height)
    sheets = []
    for picture in (paper, drawn):
        sheet = Image.new("L", (width, height), 255)
        sheet.paste(picture.convert("L"), (0, 0))
        sheets.append(sheet)
    return sum(ImageChops.difference(*sheets).histogram()[1:])
