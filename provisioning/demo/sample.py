"""Sample data of the demo: a commune's one-stop office (domain G-6: labelled as sample data)."""

from pathlib import Path

from kiosk.counter.config import DeskConfig, ServiceConfig
from kiosk.domain.hours import Hours, Week
from kiosk.ui import languages

SHIPPED_LANGUAGES = Path(languages.__file__).with_name("sample")
BOX_A = "gio-linh-1"
BOX_B = "gio-linh-2"
SITE = "Xã Gio Linh"
UNIT = "19495"
"""Its code (domain ADM-7)."""
SERIALS = "10000000a1b2c3"
SITE_NAMES = {
    "vi": "Trung tâm Phục vụ hành chính công xã Gio Linh",
    "en": "Gio Linh Public Service Centre",
}
NOTICE = {
    "vi": "Dữ liệu mẫu: đây là bản trình diễn.",
    "en": "Sample data: this is a demonstration.",
}
BOX_NAMES = {
    BOX_A: "Ki-ốt số 1, cửa chính",
    BOX_B: "Ki-ốt số 2, đọc thẻ bằng máy ảnh",
}
LANGUAGES = {name: SHIPPED_LANGUAGES / name for name in ("km", "bru")}
"""The sample language packs, by the folders they are installed in."""
PIN = "1234"
"""Every sample officer's PIN, shown on the demo's page."""
LOGIN, PASSWORD = "quan-tri", "hoa sen nở tháng năm"
ADMINISTRATOR = "Nguyễn Văn Mẫu"
"""Who may look at the sample dashboard; shown on the demo's page too."""

_ALL_DAY = ("00:00-24:00",)
HOURS = Hours(
    week=Week(
        mon=_ALL_DAY,
        tue=_ALL_DAY,
        wed=_ALL_DAY,
        thu=_ALL_DAY,
        fri=_ALL_DAY,
        sat=_ALL_DAY,
        sun=_ALL_DAY,
    )
)

SERVICES = (
    ServiceConfig(
        id="chung-thuc",
        names={"vi": "Chứng thực bản sao, chữ ký", "en": "Certified copies and signatures"},
        prefix="A",
        icon="stamp",
        typical_min=6,
    ),
    ServiceConfig(
        id="ho-tich",
        names={"vi": "Hộ tịch: khai sinh, kết hôn", "en": "Births and marriages"},
        prefix="B",
        icon="family",
        typical_min=12,
    ),
    ServiceConfig(
        id="dat-dai",
        names={"vi": "Đất đai, nhà ở", "en": "Land and housing"},
        prefix="C",
        icon="house",
        typical_min=18,
    ),
    ServiceConfig(
        id="bao-tro",
        names={"vi": "Bảo trợ xã hội, người có công", "en": "Social assistance"},
        prefix="D",
        icon="heart",
        typical_min=12,
    ),
    ServiceConfig(
        id="kinh-doanh",
        names={"vi": "Hộ kinh doanh", "en": "Household businesses"},
        prefix="E",
        icon="shop",
        typical_min=15,
    ),
    ServiceConfig(
        id="tra-ket-qua",
        names={"vi": "Nhận kết quả hồ sơ", "en": "Collect a result"},
        prefix="R",
        icon="result",
        typical_min=4,
    ),
)


FACED = "quay-2"
"""The counter whose second screen the demo's page leads to."""


def counters(pin_hash: str) -> tuple[DeskConfig, ...]:
    """Return the site's counters, all with one PIN."""
    served = (
        ("chung-thuc", "tra-ket-qua"),
        ("ho-tich", "chung-thuc"),
        ("dat-dai", "kinh-doanh"),
        ("bao-tro", "tra-ket-qua"),
    )
    return tuple(
        DeskConfig(
            id=f"quay-{number}",
            number=number,
            names={"vi": f"Quầy {number}", "en": f"Counter {number}"},
            services=services,
            pin_hash=pin_hash,
        )
        for number, services in enumerate(served, 1)
    )
