"""The words of the feedback pages: Vietnamese, then English."""

from kiosk.domain.feedback import STATE_NAMES
from kiosk.register.room import Words

WORDS: Words = {
    "fb.title": ("Phản ánh, kiến nghị", "Feedback"),
    "fb.way": ("Phản ánh", "Feedback"),
    "fb.open": ("Đang mở", "Open"),
    "fb.overdue": ("Quá hạn", "Overdue"),
    "fb.closed": ("Đã trả lời", "Answered"),
    "fb.in_time": ("Trả lời đúng hạn", "Answered in time"),
    "fb.late": ("Trả lời trễ hạn", "Answered late"),
    "fb.code": ("Mã", "Code"),
    "fb.category": ("Lĩnh vực", "Field"),
    "fb.state": ("Trạng thái", "State"),
    "fb.received": ("Tiếp nhận lúc", "Received at"),
    "fb.due": ("Hạn trả lời", "Due"),
    "fb.place": ("Địa điểm", "Place"),
    "fb.what": ("Nội dung", "What was told"),
    "fb.sender": ("Người gửi", "Sender"),
    "fb.hidden": ("Người gửi không cho biết tên", "The sender gave no name"),
    "fb.photos": ("Ảnh", "Photos"),
    "fb.answers": ("Trả lời thêm", "Further answers"),
    "fb.link": ("Liên kết do người gửi đưa", "A link that the sender gave"),
    "fb.answer": ("Nội dung trả lời", "Answer"),
    "fb.answer_hint": (
        "Người dân đọc được nội dung này ở ki-ốt. Không ghi tên người khác.",
        "The citizen reads this at the kiosk. Name no other people.",
    ),
    "fb.public": ("Công khai cho mọi người xem", "Show to everybody"),
    "fb.may_not": (
        "Người gửi không đồng ý công khai.",
        "The sender did not agree to have it shown.",
    ),
    "fb.save": ("Lưu trả lời", "Save the answer"),
    "fb.history": ("Quá trình xử lý", "History"),
    "fb.none": ("Không có phản ánh nào.", "There is no feedback."),
    "feedback.stale": (
        "Người khác vừa trả lời. Hãy mở lại trang.",
        "Somebody else has just answered. Open the page again.",
    ),
    "feedback.step": (
        "Trạng thái này không đi tiếp được từ trạng thái hiện tại.",
        "This state does not follow from the present one.",
    ),
    **{f"fb.state.{state}": (names["vi"], names["en"]) for state, names in STATE_NAMES.items()},
}
