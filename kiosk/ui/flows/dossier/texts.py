"""Words of looking a dossier up (domain ACC-2)."""

from dataclasses import dataclass
from enum import StrEnum

from kiosk.ui.flows.dossier.pages import AboutDossier
from kiosk.ui.words import Words


@dataclass(frozen=True, kw_only=True)
class DossierTexts:
    """One language. `{...}` are places to fill; every language has the same ones."""

    open_dossier: str
    open_dossier_note: str
    prompt: str
    prompt_typed: str
    hint: str
    looking: str
    looking_note: str
    code: str
    own_code: str
    procedure: str
    received: str
    due: str
    standing: str
    ended: str
    place: str
    in_time: str
    in_time_bare: str
    due_today: str
    overdue: str
    overdue_bare: str
    done_in_time: str
    done_late: str
    done_late_bare: str
    paused: str
    ask_new_date: str
    registered: str
    accepted: str
    not_accepted: str
    in_work: str
    more_papers: str
    payment: str
    withdrawn: str
    halted: str
    done: str
    handed_over: str
    other: str
    said: str
    provisional: str
    counted: str
    doubtful: str
    old: str
    print_it: str
    another: str
    more: str
    notes: dict[StrEnum, str]


VIETNAMESE = DossierTexts(
    open_dossier="Tra cứu hồ sơ",
    open_dossier_note="Hồ sơ đến đâu rồi",
    prompt="Quét hoặc bấm mã hồ sơ",
    prompt_typed="Bấm mã hồ sơ",
    hint="Mã ghi trên giấy hẹn, ví dụ H50.34-20260713-0000001",
    looking="Đang tra cứu",
    looking_note="Đang hỏi hệ thống một cửa về hồ sơ {code}",
    code="Mã hồ sơ: {code}",
    own_code="Số tạm: {code}",
    procedure="Thủ tục",
    received="Ngày nhận",
    due="Ngày hẹn trả",
    standing="Thời hạn",
    ended="Ngày xong",
    place="Nơi giải quyết",
    in_time="Còn {days} ngày làm việc",
    in_time_bare="Chưa đến hạn trả",
    due_today="Hẹn trả hôm nay",
    overdue="Đã quá hạn {days} ngày làm việc",
    overdue_bare="Đã quá hạn",
    done_in_time="Đã giải quyết đúng hạn",
    done_late="Đã giải quyết, chậm {days} ngày làm việc",
    done_late_bare="Đã giải quyết, chậm hạn",
    paused="Đang tạm dừng, chưa có ngày hẹn mới",
    ask_new_date="Xin hỏi cán bộ tại quầy về ngày trả mới.",
    registered="Hồ sơ chờ cán bộ tiếp nhận.",
    accepted="Xin đến nhận kết quả theo ngày hẹn trả.",
    not_accepted="Xin hỏi cán bộ tại quầy về lý do không tiếp nhận.",
    in_work="Xin đến nhận kết quả theo ngày hẹn trả.",
    more_papers="Xin mang giấy tờ còn thiếu đến nộp tại quầy.",
    payment="Xin nộp tiền theo thông báo, rồi báo cán bộ tại quầy.",
    withdrawn="Hồ sơ được yêu cầu rút. Xin hỏi cán bộ tại quầy.",
    halted="Xin hỏi cán bộ tại quầy vì sao hồ sơ dừng.",
    done="Đã có kết quả. Xin mang giấy hẹn đến quầy trả kết quả.",
    handed_over="Kết quả đã được trả.",
    other="Xin hỏi cán bộ tại quầy về hồ sơ này.",
    said="Ghi chú: {note}",
    provisional="Đây là số tạm của ki-ốt, chưa phải mã hồ sơ.",
    counted="Ngày hẹn trả do máy tính theo lịch làm việc. Ngày trên giấy hẹn mới là chính thức.",
    doubtful="Lịch nghỉ năm {years} chưa công bố, số ngày có thể thay đổi.",
    old="Tình trạng lúc {time}: hệ thống một cửa đang không trả lời.",
    print_it="In tình trạng",
    another="Hồ sơ khác",
    more="Xem tiếp",
    notes={
        AboutDossier.UNKNOWN: "Không có hồ sơ mã này. Xin xem lại cả dấu chấm, dấu gạch.",
        AboutDossier.NOT_SENT: "Hồ sơ này đang chờ gửi lên tỉnh, chưa có mã chính thức.",
        AboutDossier.AWAY: "Hệ thống một cửa đang không trả lời. Xin thử lại sau.",
        AboutDossier.REFUSED: "Hệ thống một cửa không cho xem hồ sơ này. Xin hỏi tại quầy.",
        AboutDossier.NOT_CONNECTED: "Điểm này chưa kết nối hệ thống một cửa. Xin hỏi tại quầy.",
        AboutDossier.NO_ANSWER: "Máy chủ chưa trả lời. Xin thử lại.",
    },
)

ENGLISH = DossierTexts(
    open_dossier="Track a dossier",
    open_dossier_note="How far is it?",
    prompt="Scan or type the dossier code",
    prompt_typed="Type the dossier code",
    hint="On your appointment paper, such as H50.34-20260713-0000001",
    looking="Looking",
    looking_note="Asking the one-stop system about dossier {code}",
    code="Dossier {code}",
    own_code="Kiosk number {code}",
    procedure="Procedure",
    received="Received",
    due="Due",
    standing="Time",
    ended="Completed",
    place="Handled by",
    in_time="Working days left: {days}",
    in_time_bare="Not due yet",
    due_today="Due today",
    overdue="Overdue, working days: {days}",
    overdue_bare="Overdue",
    done_in_time="Completed in time",
    done_late="Completed late, working days: {days}",
    done_late_bare="Completed late",
    paused="Paused, no new date yet",
    ask_new_date="Please ask at the counter for the new date.",
    registered="An officer has yet to accept it.",
    accepted="Please collect the result on the due date.",
    not_accepted="Please ask at the counter why it was not accepted.",
    in_work="Please collect the result on the due date.",
    more_papers="Please bring the missing papers to the counter.",
    payment="Please pay as notified, then tell an officer at the counter.",
    withdrawn="Its withdrawal was requested. Please ask at the counter.",
    halted="Please ask at the counter why it was halted.",
    done="The result is ready. Please bring your paper to the results counter.",
    handed_over="The result was handed over.",
    other="Please ask at the counter about this dossier.",
    said="Note: {note}",
    provisional="This is the kiosk's own number, not yet a dossier code.",
    counted="The due date was worked out here. The one on your paper is the official one.",
    doubtful="Days off in {years} are not announced, so the days may change.",
    old="As of {time}: the one-stop system does not answer now.",
    print_it="Print the status",
    another="Another one",
    more="More",
    notes={
        AboutDossier.UNKNOWN: "No dossier of this code. Please check dots and dashes too.",
        AboutDossier.NOT_SENT: "This dossier waits to be sent; it has no official code yet.",
        AboutDossier.AWAY: "The one-stop system does not answer. Please try again later.",
        AboutDossier.REFUSED: "The one-stop system does not show it. Please ask at the counter.",
        AboutDossier.NOT_CONNECTED: "This site has no one-stop system. Please ask at the counter.",
        AboutDossier.NO_ANSWER: "The server does not answer. Please try again.",
    },
)

DOSSIER = Words("dossier", vi=VIETNAMESE, en=ENGLISH)
