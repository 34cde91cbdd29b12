"""A prepared dossier on the second screen, for its citizen to check. Pure."""

from datetime import datetime

from devices.contract.clock import LOCAL
from devices.scanner.masking import mask_number
from kiosk.api.words import Names
from kiosk.counter.facing.sheets import FacingSheet
from kiosk.sealed.prepared import Prepared

_NONE: Names = {"vi": "không ghi", "en": "not given"}
_NO_PAPER: Names = {
    "vi": "Đây không phải Giấy tiếp nhận hồ sơ và hẹn trả kết quả.",
    "en": "This is no acknowledgement of receipt.",
}


def about(draft: str) -> str:
    """Return what the sheets of a draft are about."""
    return f"draft:{draft}"


def sheet_to_check(draft: str, procedure: Names, told: Prepared) -> FacingSheet:
    """Return the declaration; the personal number and the telephone are masked (PRI-1)."""
    said = told.declaration
    said_of: tuple[tuple[Names, str], ...] = (
        ({"vi": "Họ tên", "en": "Name"}, said.name),
        ({"vi": "Ngày sinh", "en": "Born"}, said.birth),
        ({"vi": "Giới tính", "en": "Sex"}, said.sex),
        ({"vi": "Số định danh", "en": "Personal number"}, _masked(said.number)),
        ({"vi": "Nơi thường trú", "en": "Address"}, said.address),
        ({"vi": "Điện thoại", "en": "Telephone"}, _masked(said.phone)),
    )
    papers = f"{len(told.papers)}"
    return FacingSheet(
        about=about(draft),
        title={"vi": "Xin kiểm tra tờ khai", "en": "Please check your declaration"},
        pairs=(
            ({"vi": "Thủ tục", "en": "Procedure"}, procedure),
            *((label, value or _NONE) for label, value in said_of),
            ({"vi": "Giấy tờ đã chụp", "en": "Papers scanned"}, papers),
        ),
        note={
            "vi": "Nếu có chỗ sai, xin báo cán bộ sửa.",
            "en": "If anything is wrong, please tell the officer.",
        },
    )


def sheet_of_accepted(
    draft: str, procedure: Names, local_code: str, official: str, at: datetime, *, by_hand: bool
) -> FacingSheet:
    """Return what became of it; never more than is known (DOS-3, G-7)."""
    waits: Names = {"vi": "chờ hệ thống một cửa cấp", "en": "given later by the office's system"}
    hand: Names = {"vi": "cán bộ nhận bằng tay", "en": "taken by hand"}
    return FacingSheet(
        about=about(draft),
        title={"vi": "Cán bộ đã nhận hồ sơ", "en": "The officer has taken your dossier"},
        pairs=(
            ({"vi": "Thủ tục", "en": "Procedure"}, procedure),
            ({"vi": "Số tạm", "en": "Provisional number"}, local_code),
            ({"vi": "Mã hồ sơ", "en": "Dossier code"}, official or (hand if by_hand else waits)),
            ({"vi": "Nhận lúc", "en": "Taken at"}, f"{at.astimezone(LOCAL):%H:%M %d/%m/%Y}"),
        ),
        note=_NO_PAPER,
        qr=official,
    )


def _masked(number: str) -> str:
    return mask_number(number) if number else ""
