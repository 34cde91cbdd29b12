"""The words that all pages of the register share: Vietnamese, then English."""

from kiosk.register.room import Words

WORDS: Words = {
    "register": ("Sổ hồ sơ một cửa", "One-stop register"),
    "sample": ("Dữ liệu mẫu", "Sample data"),
    "sign_in": ("Đăng nhập", "Sign in"),
    "sign_out": ("Thoát", "Sign out"),
    "officer_id": ("Tên đăng nhập", "User name"),
    "password": ("Mật khẩu hoặc mã PIN", "Password or PIN"),
    "other_language": ("English", "Tiếng Việt"),
    "back": ("Quay lại", "Back"),
    "refused": ("Chưa làm được", "This was not done"),
    "nothing": ("Không có gì ở đây", "Nothing is here"),
    "home": ("Về trang đầu", "To the first page"),
    "head": ("Phụ trách", "Head"),
    "print": ("In", "Print"),
    "skip": ("Đến nội dung", "Skip to content"),
    # refusals, by code
    "sign_in.wrong": (
        "Sai tên đăng nhập hoặc mật khẩu.",
        "The user name or the password is wrong.",
    ),
    "too_often": (
        "Thử quá nhiều lần. Hãy đợi một phút rồi thử lại.",
        "Too many tries. Wait a minute, then try again.",
    ),
    "not_found": ("Không tìm thấy.", "There is no such thing."),
    "not_allowed": ("Việc này cần quyền phụ trách.", "This needs the role of head."),
    "not_signed_in": ("Hãy đăng nhập.", "Sign in first."),
    "origin.foreign": (
        "Yêu cầu không đến từ trang này. Hãy mở lại trang rồi thử lại.",
        "The request does not come from this page. Open the page again, then try again.",
    ),
    "storage.failed": (
        "Không ghi được vào đĩa. Chưa có gì được lưu. Hãy báo kỹ thuật viên.",
        "The disk refused. Nothing was stored. Tell the technician.",
    ),
    "busy": ("Máy chủ đang bận. Hãy thử lại.", "The server is busy. Try again."),
    "bug": (
        "Lỗi của phần mềm; đã ghi lại. Hãy báo kỹ thuật viên.",
        "An error of the software; it was logged. Tell the technician.",
    ),
}
