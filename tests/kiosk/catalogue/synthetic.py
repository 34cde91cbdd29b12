"""A catalogue of any size, made up of the words that names of procedures are made of."""

import random
from collections.abc import Iterator
from datetime import date
from itertools import islice, product

from kiosk.catalogue.procedure import Government, OnlineLevel, Procedure

_ACTS = (
    "Cấp Giấy phép",
    "Cấp lại Giấy phép",
    "Gia hạn Giấy phép",
    "Thu hồi Giấy phép",
    "Đăng ký",
    "Đăng ký lại",
    "Xóa đăng ký",
    "Thẩm định",
    "Phê duyệt phương án",
    "Cấp Giấy chứng nhận",
    "Cấp đổi Giấy chứng nhận",
    "Công nhận",
    "Thông báo",
    "Hỗ trợ kinh phí",
    "Trợ cấp",
    "Xác nhận",
    "Điều chỉnh Quyết định",
    "Chấp thuận",
)
_THINGS = (
    "hoạt động của trường mầm non",
    "hoạt động của cơ sở giáo dục nghề nghiệp",
    "khai thác khoáng sản làm vật liệu xây dựng",
    "xả nước thải vào công trình thủy lợi",
    "xây dựng nhà ở riêng lẻ",
    "kinh doanh karaoke",
    "bán lẻ sản phẩm thuốc lá",
    "sản xuất rượu thủ công",
    "đủ điều kiện an toàn thực phẩm",
    "vùng nuôi trồng thủy sản",
    "giống cây trồng lâm nghiệp",
    "hành nghề thú y",
    "quyền sử dụng đất nông nghiệp",
    "tàu cá khai thác ven bờ",
    "phương tiện thủy nội địa",
    "bến khách ngang sông",
    "quảng cáo ngoài trời",
    "thư viện cộng đồng",
    "di tích lịch sử văn hóa",
    "lễ hội truyền thống",
    "câu lạc bộ thể thao",
    "người khuyết tật nặng",
    "thân nhân liệt sĩ",
    "thương binh và người hưởng chính sách",
    "hộ gia đình bị thiệt hại do thiên tai",
    "trẻ em có hoàn cảnh đặc biệt",
    "người lao động làm việc ở nước ngoài",
    "hợp tác xã nông nghiệp",
    "liên hiệp hợp tác xã",
    "doanh nghiệp khoa học và công nghệ",
    "chất lượng công trình xây dựng",
    "đấu nối đường giao thông",
    "tổ chức tôn giáo trực thuộc",
    "hội đặc thù của huyện cũ",
    "giám định tư pháp",
    "luật sư hành nghề với tư cách cá nhân",
    "khám bệnh chữa bệnh",
    "cơ sở bán lẻ thuốc",
)
_WHERE = (
    "",
    "cấp xã",
    "cấp tỉnh",
    "lần đầu",
    "đối với tổ chức",
    "đối với cá nhân",
    "có yếu tố nước ngoài",
    "do bị mất hoặc hư hỏng",
    "theo yêu cầu của người đề nghị",
)


def procedures(many: int, seed: int = 1) -> tuple[Procedure, ...]:
    """Return so many procedures (5,000 at most), no two with one name."""
    rows = list(product(_ACTS, _THINGS, _WHERE))
    random.Random(seed).shuffle(rows)
    return tuple(
        _procedure(number, " ".join(filter(None, row)))
        for number, row in enumerate(islice(rows, many))
    )


def keystrokes(query: str) -> Iterator[str]:
    """Yield the query as it grows, letter by letter."""
    yield from (query[:end] for end in range(1, len(query) + 1))


def _procedure(number: int, name: str) -> Procedure:
    return Procedure(
        code=f"{number % 9 + 1}.{(number * 7919) % 1_000_000:06}",
        names={"vi": name},
        sector="mau",
        government=Government.COMMUNE,
        agency={"vi": "Ủy ban nhân dân cấp xã"},
        online=OnlineLevel.PART,
        data_date=date(2026, 11, 21),
        sample=True,
        keywords={"vi": (" ".join(name.split()[-4:]), f"thủ tục {name.split()[-2]}")},
    )
