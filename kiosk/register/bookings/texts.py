"""The words of the bookings page: Vietnamese, then English."""

from kiosk.register.room import Words

WORDS: Words = {
    "bk.title": ("Lịch hẹn", "Appointments"),
    "bk.way": ("Lịch hẹn", "Appointments"),
    "bk.day": ("Ngày", "Day"),
    "bk.show": ("Xem", "Show"),
    "bk.code": ("Mã hẹn", "Code"),
    "bk.time": ("Giờ", "Time"),
    "bk.service": ("Việc", "Matter"),
    "bk.who": ("Người hẹn", "Who"),
    "bk.name": ("Họ và tên", "Name"),
    "bk.phone": ("Điện thoại", "Telephone"),
    "bk.state": ("Trạng thái", "State"),
    "bk.state.booked": ("đã hẹn", "booked"),
    "bk.state.checked_in": ("đã đến", "is here"),
    "bk.state.cancelled": ("đã hủy", "cancelled"),
    "bk.check_in": ("Đã đến", "Is here"),
    "bk.cancel": ("Hủy hẹn", "Cancel"),
    "bk.make": ("Đặt lịch hẹn", "Make an appointment"),
    "bk.left": ("còn", "left"),
    "bk.full": (
        "Ngày này không còn chỗ, hoặc là ngày nghỉ.",
        "No place is left on this day, or it is a day off.",
    ),
    "bk.none": ("Chưa có lịch hẹn nào.", "There are no appointments."),
    "bk.no_services": (
        "Chưa có việc nào nhận đặt lịch: xem mục bookings của tệp cấu hình.",
        "Nothing can be booked: see bookings in the configuration.",
    ),
    "booking.taken": (
        "Giờ này đã hết chỗ hoặc không còn nữa. Hãy chọn giờ khác.",
        "This time is full or gone. Choose another.",
    ),
    "booking.not_today": ("Lịch hẹn không phải của hôm nay.", "It is not for today."),
    "booking.cancelled": ("Lịch hẹn đã hủy.", "It was cancelled."),
    "booking.checked_in": ("Người này đã đến rồi.", "Already checked in."),
}
