"""The conference the tests speak of: a centre and nine sites (VC-9, Quảng Trị 2021)."""

from datetime import UTC, datetime

from vc.state import AgendaItem, ConferencePlan, Delegate, Paper, Policy, Site

NAMES = {
    "trung-tam": "Văn phòng UBND tỉnh",
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
STARTS_AT = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
"""07:30 in Viet Nam."""


def example_plan(policy: Policy = Policy(), sites: int = 10) -> ConferencePlan:  # noqa: B008 - frozen
    """Return the plan: the centre chairs; every site has two delegates, `{site}-1` and `-2`."""
    chosen = list(NAMES.items())[:sites]
    return ConferencePlan(
        id="giao-ban-thang-11",
        title="Hội nghị trực tuyến giao ban tháng 11",
        starts_at=STARTS_AT,
        centre="trung-tam",
        chair="trung-tam-1",
        sites=tuple(
            Site(
                id=site,
                name=name,
                box=f"{site}-room",
                delegates=tuple(
                    Delegate(id=f"{site}-{n}", name=f"Đại biểu {n} {name}") for n in (1, 2)
                ),
            )
            for site, name in chosen
        ),
        agenda=(
            AgendaItem(id="khai-mac", title="Khai mạc"),
            AgendaItem(id="bao-cao", title="Báo cáo kinh tế - xã hội", papers=("bao-cao",)),
            AgendaItem(id="thao-luan", title="Thảo luận"),
        ),
        papers=(Paper(id="bao-cao", title="Báo cáo tháng 11", pages=3),),
        policy=policy,
    )
