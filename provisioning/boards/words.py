"""What went wrong, in words a technician can act on: Vietnamese, with the code to look up. Pure."""

import msgspec

from firmware_bridge.errors import (
    BoardBusyError,
    BoardError,
    BoardGoneError,
    BoardMuteError,
    BoardRestartedError,
    RefusedError,
    TableDiffersError,
)
from firmware_bridge.update.errors import (
    ExpiredError,
    ForeignTableError,
    ImageDiffersError,
    NoRevertError,
    OlderVersionError,
    RolledBackError,
    UnreadableManifestError,
    UpdateTimedOutError,
    WrongKindError,
    WrongSignatureError,
)

FAILED, BAD_DATA, UNAVAILABLE, TRY_AGAIN = 1, 65, 69, 75
"""Exit statuses: the board said no or the update failed; and of sysexits(3) EX_DATAERR (manifest or
image), EX_UNAVAILABLE (no board there), EX_TEMPFAIL (the port is held by another program)."""


class Guide(msgspec.Struct, frozen=True):
    """What is the matter, what to do about it, and the exit status that says it to scripts."""

    matter: str
    act: str
    status: int = FAILED


_GUIDES: dict[type[BoardError], Guide] = {
    BoardGoneError: Guide(
        "Không thấy bo mạch ở cổng này.",
        "Kiểm tra cáp USB, cắm lại; xem tên cổng bằng `motcua board list`.",
        UNAVAILABLE,
    ),
    BoardMuteError: Guide(
        "Cổng có, nhưng bo mạch không trả lời.",
        "Rút cáp 5 giây rồi cắm lại. Vẫn vậy: thử --baud khác, hoặc nạp lại bộ khởi động.",
        UNAVAILABLE,
    ),
    BoardRestartedError: Guide(
        "Bo mạch vừa khởi động lại giữa chừng.",
        "Chạy lại lệnh. Nếu lặp lại: kiểm tra nguồn và cáp, xem `motcua board logs`.",
    ),
    BoardBusyError: Guide(
        "Cổng đang được chương trình khác sử dụng.",
        "Dừng chương trình đó rồi chạy lại lệnh; xong thì bật lại.",
        TRY_AGAIN,
    ),
    TableDiffersError: Guide(
        "Phần mềm của bo mạch khác phiên bản với hộp: chỉ xem thông tin và cập nhật được.",
        "Cập nhật bo mạch: `motcua board flash ẢNH`.",
    ),
    RefusedError: Guide("Bo mạch từ chối.", "Xem lý do ở trên và `motcua board logs`."),
    UnreadableManifestError: Guide(
        "Không đọc được tệp kê khai (manifest).",
        "Tải lại cả hai tệp: ảnh và tệp .json cùng tên.",
        BAD_DATA,
    ),
    WrongSignatureError: Guide(
        "Tệp kê khai không do khóa được tin cậy ký: KHÔNG nạp.",
        "Lấy lại từ trung tâm tỉnh; kiểm tra khóa ở --keys.",
        BAD_DATA,
    ),
    ExpiredError: Guide(
        "Bản phần mềm đã quá hạn được nạp.",
        "Lấy bản mới; kiểm tra đồng hồ của hộp.",
        BAD_DATA,
    ),
    ImageDiffersError: Guide(
        "Ảnh không khớp tệp kê khai: tệp hỏng hoặc nhầm.", "Tải lại ảnh.", BAD_DATA
    ),
    WrongKindError: Guide("Ảnh dành cho loại bo mạch khác.", "Chọn đúng ảnh.", BAD_DATA),
    OlderVersionError: Guide(
        "Bo mạch đang chạy bản mới hơn.", "Không cần làm gì; phiên bản không đi lùi.", BAD_DATA
    ),
    ForeignTableError: Guide(
        "Ảnh không nói cùng bảng tin với phần mềm của hộp.",
        "Cập nhật phần mềm của hộp trước, hoặc lấy ảnh của đúng phiên bản hộp.",
        BAD_DATA,
    ),
    NoRevertError: Guide(
        "Bộ khởi động của bo mạch không tự quay về bản cũ: CHƯA nạp.",
        "Bản mới mà hỏng thì phải nạp lại bằng cáp. Chấp nhận: chạy lại với --one-way.",
        BAD_DATA,
    ),
    RolledBackError: Guide(
        "Bản mới không chạy tốt: bo mạch đã tự quay về bản cũ và đang chạy bình thường.",
        "Gửi kết quả `motcua board logs` về trung tâm tỉnh; chưa nạp lại bản này.",
    ),
    UpdateTimedOutError: Guide(
        "Quá thời gian cập nhật; phần đã gửi được giữ lại.",
        "Chạy lại lệnh: sẽ tiếp tục từ chỗ dừng.",
    ),
}
_OTHER = Guide("Không thực hiện được.", "Xem dòng lỗi ở trên.")

RESETS = {
    "power": "có điện lại",
    "watchdog": "bo mạch bị treo, tự khởi động lại",
    "asked": "theo lệnh",
    "update": "để cập nhật",
    "rollback": "quay về bản cũ",
    "unknown": "không rõ",
}
SWITCHES = ("cửa", "chống mở")
SWITCH_STATES = ("MỞ", "đóng")
PAPER = {0: "hết", 1: "còn", 255: "không có cảm biến"}


def guide(error: BoardError) -> Guide:
    """Return what to tell about an error."""
    return next((_GUIDES[kind] for kind in type(error).__mro__ if kind in _GUIDES), _OTHER)


def event(name: str, values: tuple[object, ...]) -> str:
    """Return an event of the board in a few words."""
    match name, values:
        case "pressed", (int(button),):
            text = f"nút {button} được bấm"
        case "switched", (int(which), int(closed)):
            text = f"công tắc {switch(which)}: {SWITCH_STATES[bool(closed)]}"
        case "restarted", (int(cause),):
            why = list(RESETS.values())[min(cause, len(RESETS) - 1)]
            text = f"bo mạch khởi động: {why}"
        case "power_cycled", (int(silent_s), int(times)):
            text = f"đã ngắt điện hộp: hộp im lặng {silent_s} giây, lần thứ {times}"
        case "paper", (int(there),):
            text = f"giấy: {PAPER.get(there, there)}"
        case "lost", (int(count),):
            text = f"{count} sự kiện bị mất: hết chỗ, hoặc chưa kịp gửi trước khi khởi động lại"
        case _:
            text = f"{name} {values}"
    return text


def switch(which: int) -> str:
    """Return what a switch is called."""
    return SWITCHES[which] if which < len(SWITCHES) else str(which)
