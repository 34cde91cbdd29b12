"""The words of the payments pages: Vietnamese, then English."""

from kiosk.register.room import Words

WORDS: Words = {
    "pay.title": ("Phí, lệ phí và đối soát", "Fees and reconciliation"),
    "pay.way": ("Phí", "Fees"),
    "pay.day": ("Ngày", "Day"),
    "pay.show": ("Xem", "Show"),
    "pay.pending": ("Chờ xác nhận", "Pending"),
    "pay.confirmed": ("Đã xác nhận", "Confirmed"),
    "pay.cancelled": ("Đã hủy", "Cancelled"),
    "pay.confirm": ("Xác nhận đã thu", "Confirm that it came"),
    "pay.cancel": ("Hủy", "Cancel"),
    "pay.reference": ("Nội dung chuyển khoản", "Reference"),
    "pay.dossier": ("Mã hồ sơ", "Dossier"),
    "pay.amount": ("Số tiền (đồng)", "Amount (VND)"),
    "pay.asked": ("Yêu cầu lúc", "Asked at"),
    "pay.settled": ("Xác nhận", "Settled"),
    "pay.what": ("Khoản thu", "What for"),
    "pay.ask": ("Thêm khoản phải thu", "Ask a fee"),
    "pay.add": ("Thêm", "Add"),
    "pay.fees_of_day": ("Khoản thu trong ngày", "Fees of the day"),
    "pay.notices": ("Ngân hàng báo có", "What banks told"),
    "pay.odd": (
        "Tiền vào cần kiểm tra: không khớp khoản thu nào, hoặc đã thu rồi",
        "Money to look at: no such fee, or paid before",
    ),
    "pay.outcome.confirmed": ("khớp", "matched"),
    "pay.outcome.agreed": ("khớp, cán bộ đã xác nhận trước", "matched, an officer was first"),
    "pay.outcome.unmatched": ("không khớp", "unmatched"),
    "pay.outcome.twice": ("trả hai lần", "paid twice"),
    "pay.sum_confirmed": ("Tổng đã xác nhận", "Confirmed in all"),
    "pay.sum_told": ("Tổng ngân hàng báo có", "Told by banks in all"),
    "pay.csv": ("Tải bảng đối soát (CSV)", "Download as CSV"),
    "pay.none": ("Không có khoản nào.", "There is nothing."),
    "pay.no_receipt": (
        "Đây là thông tin thanh toán, không phải biên lai.",
        "This is payment information, no receipt.",
    ),
    "fee.reference_taken": (
        "Nội dung chuyển khoản này là của khoản thu khác.",
        "This reference is of another fee.",
    ),
    "fee.settled": (
        "Khoản này đã được xác nhận hoặc hủy. Hãy mở lại trang.",
        "This fee is settled. Open the page again.",
    ),
}
