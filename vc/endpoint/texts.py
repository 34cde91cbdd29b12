"""Everything the room's screen says, in Vietnamese and English."""

_TEXTS: dict[str, tuple[str, str]] = {
    "no_meeting": ("Không có hội nghị", "No meeting"),
    "no_meeting_note": (
        "Màn hình tự vào hội nghị khi đến giờ.",
        "This room joins by itself when it is time.",
    ),
    "cut_off": ("Chưa liên lạc được với trung tâm", "The centre cannot be reached"),
    "cut_off_note": (
        "Phòng tự nối lại. Gần giờ họp, xin báo cán bộ kỹ thuật.",
        "The room connects by itself. Close to a meeting, please call the technician.",
    ),
    "waiting": ("Đang chờ hội nghị lúc {time}", "Waiting for the meeting at {time}"),
    "waiting_day": (
        "Đang chờ hội nghị lúc {time} ngày {day}",
        "Waiting for the meeting at {time} on {day}",
    ),
    "joins_at": ("Phòng tự vào lúc {time}", "This room joins by itself at {time}"),
    "joining": ("Đang kết nối…", "Connecting…"),
    "rejoining": ("Mất đường truyền – đang nối lại", "Line lost – connecting again"),
    "rejoining_note": (
        "Xin giữ nguyên vị trí, phòng tự nối lại.",
        "Please stay; the room comes back by itself.",
    ),
    "refused": ("Chưa vào được hội nghị", "The meeting did not let the room in"),
    "left": ("Đã rời hội nghị", "The room has left the meeting"),
    "ended": ("Hội nghị đã kết thúc", "The meeting has ended"),
    "no_picture_yet": ("Đang chờ hình ảnh…", "Waiting for the picture…"),
    "frozen": ("Hình ảnh bị gián đoạn", "The picture has stopped"),
    "frozen_note": (
        "Hình cũ {seconds} giây – đang lấy lại",
        "The picture is {seconds} s old – being restored",
    ),
    "lobby": ("Phòng chờ – hội nghị chưa bắt đầu", "Lobby – the meeting has not begun"),
    "speaking": ("Đang phát biểu: {name}", "Speaking: {name}"),
    "invited": ("Chủ tọa mời phát biểu: {name}", "The chair invites you to speak: {name}"),
    "you_speak": ("Chủ tọa mời phát biểu", "The chair invites you to speak"),
    "time_left": ("còn {time}", "{time} left"),
    "time_over": ("quá {time}", "{time} over"),
    "asked": ("Đã đăng ký phát biểu, chờ chủ tọa duyệt", "You asked to speak; the chair decides"),
    "next": ("Đã được duyệt – đến lượt tiếp theo", "Approved – you speak next"),
    "in_list": (
        "Đã được duyệt – còn {count} đại biểu phía trước",
        "Approved – {count} before you",
    ),
    "request_refused": ("Đăng ký bị từ chối: {reason}", "Your request was refused: {reason}"),
    "not_done": ("Chưa thực hiện được: {reason}", "Not done: {reason}"),
    "no_answer": (
        "Máy chủ chưa trả lời, xin bấm lại.",
        "The server did not answer; please press again.",
    ),
    "mic_off_on_air": (
        "Micro của phòng đang tắt – bấm “Bật tiếng”",
        "The room's microphone is off – press “Unmute”",
    ),
    "speak": ("Xin phát biểu", "Ask to speak"),
    "withdraw": ("Rút đăng ký", "Withdraw request"),
    "end_speech": ("Kết thúc phát biểu", "End my speech"),
    "mic_off": ("Tắt tiếng", "Mute"),
    "mic_on": ("Bật tiếng", "Unmute"),
    "roll_call": ("Điểm danh", "Roll call"),
    "vote": ("Biểu quyết", "Vote"),
    "papers": ("Tài liệu", "Papers"),
    "language": ("English", "Tiếng Việt"),
    "close": ("Đóng", "Close"),
    "present": ("Có mặt", "Present"),
    "absent": ("Vắng mặt", "Absent"),
    "roll_call_closed": ("Chủ tọa chưa mở điểm danh.", "The roll call is not open."),
    "who_speaks": ("Đại biểu nào phát biểu?", "Who asks to speak?"),
    "voted": ("đã biểu quyết", "has voted"),
    "all_voted": ("Các đại biểu của điểm cầu đã biểu quyết.", "All delegates here have voted."),
    "cannot_vote": (
        "Điểm cầu không có đại biểu được biểu quyết.",
        "No delegate here may vote.",
    ),
    "in_step": ("Theo hội nghị", "In step"),
    "page_back": ("Trang trước", "Previous"),
    "page_on": ("Trang sau", "Next"),
    "page": ("Trang {page}/{pages}", "Page {page} of {pages}"),
    "no_papers": ("Hội nghị chưa có tài liệu.", "The meeting has no papers."),
    "line_good": ("Đường truyền tốt", "Line good"),
    "line_fair": ("Đường truyền trung bình", "Line fair"),
    "line_bad": ("Đường truyền yếu", "Line weak"),
    "recording": ("Đang ghi", "Recording"),
    "mic_badge_off": ("Micro tắt", "Microphone off"),
    "mic_badge_closed": ("Chưa mở tiếng", "Not heard"),
    "mic_badge_air": ("Đang phát", "On air"),
    "video_off": ("Hình đang tắt", "Picture off"),
    "camera_fault": ("Camera có sự cố", "Camera fault"),
    "line_fault": ("Mất liên lạc trung tâm", "No link to the centre"),
    "sound_fault": ("Âm thanh có sự cố", "Sound fault"),
    "sites": ("{connected}/{all} điểm cầu", "{connected}/{all} sites"),
}
LANGUAGES = ("vi", "en")


def say(language: str, key: str, **values: object) -> str:
    """Return a text, in Vietnamese unless English is asked for."""
    return _TEXTS[key][language == "en"].format(**values)


def keys() -> tuple[str, ...]:
    """Return the name of every text."""
    return tuple(_TEXTS)
