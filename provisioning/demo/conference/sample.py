"""Sample data of the demo's conference (VC-9): a centre and nine sites; nobody in it is real."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image, ImageDraw

from vc.media.lettering import face
from vc.state import AgendaItem, ConferencePlan, Delegate, Policy, Site

CONFERENCE = "giao-ban-mau"
SERVER_BOX = "hoi-nghi"
CENTRE = "trung-tam"
SITES = {
    CENTRE: "Văn phòng UBND tỉnh",
    "dong-ha": "Thành phố Đông Hà",
    "quang-tri": "Thị xã Quảng Trị",
    "vinh-linh": "Huyện Vĩnh Linh",
    "gio-linh": "Huyện Gio Linh",
    "cam-lo": "Huyện Cam Lộ",
    "trieu-phong": "Huyện Triệu Phong",
    "hai-lang": "Huyện Hải Lăng",
    "huong-hoa": "Huyện Hướng Hóa",
    "dakrong": "Huyện Đakrông",
}
UNITS = {
    CENTRE: "18880",
    "dong-ha": "19333",
    "quang-tri": "19360",
    "vinh-linh": "19363",
    "gio-linh": "19495",
    "cam-lo": "19597",
    "trieu-phong": "19624",
    "hai-lang": "19702",
    "huong-hoa": "19429",
    "dakrong": "19564",
}
"""The communes that the rooms stand in today (domain ADM-7)."""
PAPER_TITLE = "Báo cáo mẫu tháng 11"
_PAGES = (
    ("Báo cáo mẫu", "Dữ liệu mẫu cho bản trình diễn, không phải số liệu thật."),
    ("1. Tiếp nhận và trả kết quả", "Hồ sơ nhận trong tháng: 1.240. Đúng hạn: 98,2 %."),
    ("2. Việc tháng tới", "Lắp ki-ốt ở các xã còn lại; tập huấn cán bộ một cửa."),
)
_PAGE_SIZE = (1280, 720)
PAPER_BLUE = "#15315f"
"""The head of each page."""
_INK = "#1c232e"


def room_box(site: str) -> str:
    """Return the box of a site's room."""
    return f"{site}-room"


def plan(begins: datetime, sites: Mapping[str, str] = SITES) -> ConferencePlan:
    """Return the conference of these sites, names by id; the centre is one of them."""
    return ConferencePlan(
        id=CONFERENCE,
        title="Hội nghị giao ban trực tuyến (mẫu)",
        starts_at=begins.astimezone(UTC),
        centre=CENTRE,
        chair=f"{CENTRE}-1",
        sites=tuple(
            Site(
                id=site,
                name=name,
                box=room_box(site),
                delegates=(
                    Delegate(id=f"{site}-1", name=f"Đại biểu mẫu {at}A", position="Lãnh đạo"),
                    Delegate(id=f"{site}-2", name=f"Đại biểu mẫu {at}B", position="Chuyên viên"),
                ),
            )
            for at, (site, name) in enumerate(sites.items(), 1)
        ),
        agenda=(
            AgendaItem(id="khai-mac", title="Khai mạc, điểm danh"),
            AgendaItem(id="bao-cao", title="Báo cáo tháng"),
            AgendaItem(id="thao-luan", title="Thảo luận"),
            AgendaItem(id="bieu-quyet", title="Biểu quyết, kết luận"),
        ),
        policy=Policy(speech_limit_s=180),
    )


def write_paper(path: Path) -> None:
    """Write the sample paper, a PDF of three pages."""
    pages = [_page(at, head, words) for at, (head, words) in enumerate(_PAGES, 1)]
    pages[0].save(path, "PDF", save_all=True, append_images=pages[1:], resolution=96)


def _page(at: int, head: str, words: str) -> Image.Image:
    page = Image.new("RGB", _PAGE_SIZE, "white")
    draw = ImageDraw.Draw(page)
    width, height = _PAGE_SIZE
    draw.rectangle((0, 0, width, 150), fill=PAPER_BLUE)
    draw.text((70, 75), head, font=face("Bold", 52), fill="white", anchor="lm")
    draw.text((70, 270), words, font=face("Regular", 34), fill=_INK, anchor="lm")
    number = f"{at}/{len(_PAGES)}"
    draw.text((width - 50, height - 40), number, font=face("Regular", 22), fill=_INK, anchor="rm")
    return page
