"""Words of feedback (domain ACC-2)."""

from dataclasses import dataclass
from enum import StrEnum

from kiosk.ui.flows.feedback.pages import AboutFeedback
from kiosk.ui.words import Words


@dataclass(frozen=True, kw_only=True)
class FeedbackTexts:
    """One language. `{...}` are places to fill; every language has the same ones."""

    open_feedback: str
    open_feedback_note: str
    door_prompt: str
    start: str
    start_note: str
    answer: str
    answer_note: str
    asking: str
    asking_note: str
    notice_title: str
    notice_goes_on: str
    notice_stays: str
    notice_due: str
    notice_kept: str
    notice_gone: str
    go_on: str
    about_prompt: str
    by_day: str
    method_prompt: str
    signs: str
    signs_note: str
    telex: str
    telex_note: str
    vni: str
    vni_note: str
    text_prompt: str
    text_hint: str
    places_prompt: str
    type_place: str
    no_place: str
    place_prompt: str
    place_hint: str
    photo_title: str
    photo_lay: str
    photo_shoot: str
    photo_shooting: str
    photo_good: str
    photo_again: str
    photo_drop: str
    skip: str
    contact_prompt: str
    nameless: str
    nameless_note: str
    my_name: str
    my_name_note: str
    public: str
    public_yes: str
    public_no: str
    name_prompt: str
    name_hint: str
    phone_prompt: str
    phone_hint: str
    review_title: str
    category: str
    place: str
    photo: str
    sender: str
    nobody: str
    one_photo: str
    none: str
    change: str
    change_prompt: str
    send: str
    send_again: str
    sending: str
    sending_note: str
    give_up: str
    more: str
    taken_title: str
    keep_code: str
    sent: str
    due: str
    print_code: str
    code_caption: str
    code_prompt: str
    code_prompt_typed: str
    code_hint: str
    looking: str
    looking_note: str
    waits: str
    overdue: str
    given_up: str
    expected: str
    answered: str
    in_time: str
    late: str
    no_answer_yet: str
    old: str
    another: str
    rate: str
    rate_question: str
    rate_note: str
    text: str
    notes: dict[StrEnum, str]


VIETNAMESE = FeedbackTexts(
    open_feedback="Phản ánh, kiến nghị",
    open_feedback_note="Gửi, xem trả lời",
    door_prompt="Ông/bà muốn làm gì?",
    start="Viết phản ánh mới",
    start_note="Không cần để lại tên",
    answer="Xem trả lời",
    answer_note="Cần mã trên phiếu",
    asking="Xin chờ",
    asking_note="Đang hỏi máy chủ",
    notice_title="Trước khi viết",
    notice_goes_on="Được chuyển đến hệ thống của tỉnh.",
    notice_stays="Do cơ quan này xem và trả lời.",
    notice_due="Trả lời chậm nhất {day}. Không cần tên.",
    notice_kept="Giữ kín, hủy {days} ngày sau khi trả lời.",
    notice_gone="Chuyển xong, ở đây không giữ lại.",
    go_on="Tiếp tục",
    about_prompt="Phản ánh về việc gì?",
    by_day="Trả lời chậm nhất {day}",
    method_prompt="Ông/bà gõ chữ cách nào?",
    signs="Nút dấu",
    signs_note="Dễ nhất",
    telex="Gõ Telex",
    telex_note="aa thành â",
    vni="Gõ VNI",
    vni_note="a6 thành â",
    text_prompt="Viết phản ánh",
    text_hint="Việc gì, ở đâu, từ khi nào",
    places_prompt="Ở đâu?",
    type_place="Gõ địa điểm khác",
    no_place="Không nêu địa điểm",
    place_prompt="Địa điểm",
    place_hint="Ví dụ: trước nhà văn hóa thôn",
    photo_title="Ảnh kèm theo",
    photo_lay="Đặt ảnh hoặc giấy dưới máy chụp.",
    photo_shoot="Chụp",
    photo_shooting="Đang chụp",
    photo_good="Gửi kèm ảnh này?",
    photo_again="Chụp lại",
    photo_drop="Bỏ ảnh",
    skip="Bỏ qua",
    contact_prompt="Ông/bà có muốn để lại tên không?",
    nameless="Không để lại tên",
    nameless_note="Vẫn được trả lời",
    my_name="Để lại tên",
    my_name_note="Để hỏi thêm",
    public="Cho công khai",
    public_yes="Có",
    public_no="Không",
    name_prompt="Họ và tên",
    name_hint="Có thể để trống",
    phone_prompt="Số điện thoại",
    phone_hint="Có thể để trống",
    review_title="Xem lại rồi gửi",
    category="Về việc",
    place="Địa điểm",
    photo="Ảnh",
    sender="Người gửi",
    nobody="Không để lại tên",
    one_photo="1 ảnh",
    none="Không có",
    change="Sửa",
    change_prompt="Sửa phần nào?",
    send="Gửi",
    send_again="Gửi lại",
    sending="Đang gửi",
    sending_note="Xin chờ một lát",
    give_up="Kết thúc",
    more="Xem tiếp",
    taken_title="Đã nhận: {code}",
    keep_code="Giữ kín mã này: ai có mã cũng xem được trả lời.",
    sent="Gửi lúc",
    due="Hẹn trả lời",
    print_code="In mã",
    code_caption="Quét để lưu mã",
    code_prompt="Quét hoặc bấm mã theo dõi",
    code_prompt_typed="Bấm mã theo dõi",
    code_hint="Ví dụ: NYJK-YF33-PMKM",
    looking="Đang tìm",
    looking_note="Đang hỏi về phản ánh {code}",
    waits="Đang chờ gửi lên hệ thống của tỉnh.",
    overdue="Đã quá hạn trả lời. Xin hỏi cán bộ tại quầy.",
    given_up="Đã quá hạn trả lời từ lâu: máy không còn tự hỏi hệ thống của tỉnh nữa."
    " Xin hỏi cán bộ tại quầy.",
    expected="Hệ thống tỉnh hẹn",
    answered="Ngày trả lời",
    in_time="{day}, đúng hạn",
    late="{day}, trễ hạn",
    no_answer_yet="Chưa có trả lời.",
    old="Tình trạng lúc {time}: hệ thống của tỉnh đang không trả lời.",
    another="Mã khác",
    rate="Đánh giá",
    rate_question="Ông/bà có hài lòng với trả lời không?",
    rate_note="Không bắt buộc. Phản ánh {code}",
    text="Nội dung",
    notes={
        AboutFeedback.NO_ANSWER: "Máy chủ chưa trả lời. Xin thử lại.",
        AboutFeedback.NOT_SURE: "Chưa rõ đã gửi được chưa. Xin gửi lại, không bị trùng.",
        AboutFeedback.FULL: "Chưa gửi: hộp thư đã đầy. Xin báo cán bộ tại quầy.",
        AboutFeedback.REFUSED: "Chưa gửi: máy chủ không nhận. Xin báo cán bộ tại quầy.",
        AboutFeedback.BAD_PHOTO: "Chưa gửi: ảnh không dùng được. Xin bỏ hoặc chụp lại.",
        AboutFeedback.NO_PHOTO: "Chưa chụp được. Có thể gửi không kèm ảnh.",
        AboutFeedback.UNKNOWN: "Không có phản ánh mã này. Xin xem lại phiếu.",
        AboutFeedback.MISTYPED: "Mã chưa đúng: có chữ gõ nhầm. Xin xem lại phiếu.",
        AboutFeedback.NOTHING_WRITTEN: "Xin viết vài chữ về việc phản ánh.",
        AboutFeedback.SHORT_PHONE: "Số điện thoại còn thiếu số.",
        AboutFeedback.THANKS: "Cảm ơn ông/bà đã đánh giá.",
        AboutFeedback.RATED: "Trả lời này đã được đánh giá. Xin cảm ơn.",
    },
)

ENGLISH = FeedbackTexts(
    open_feedback="Feedback",
    open_feedback_note="Send, see answers",
    door_prompt="What would you like to do?",
    start="Write feedback",
    start_note="No name needed",
    answer="See an answer",
    answer_note="With your code",
    asking="Please wait",
    asking_note="Asking the server",
    notice_title="Before you write",
    notice_goes_on="It goes on to the province.",
    notice_stays="This office answers it.",
    notice_due="Answered by {day}. No name needed.",
    notice_kept="Sealed; destroyed {days} days after the answer.",
    notice_gone="Once sent, nothing of it stays here.",
    go_on="Go on",
    about_prompt="What is it about?",
    by_day="Answered by {day}",
    method_prompt="How do you type Vietnamese?",
    signs="Keys with signs",
    signs_note="Easiest",
    telex="Telex keys",
    telex_note="aa makes â",
    vni="VNI keys",
    vni_note="a6 makes â",
    text_prompt="Your feedback",
    text_hint="What, where, since when",
    places_prompt="Where is it?",
    type_place="Type another place",
    no_place="Name no place",
    place_prompt="Place",
    place_hint="Such as: by the village hall",
    photo_title="A photo",
    photo_lay="Lay a photo or paper under the camera.",
    photo_shoot="Take it",
    photo_shooting="Taking it",
    photo_good="Send this photo too?",
    photo_again="Again",
    photo_drop="No photo",
    skip="Skip",
    contact_prompt="Would you like to leave your name?",
    nameless="Leave no name",
    nameless_note="That is fine",
    my_name="Leave my name",
    my_name_note="To ask more",
    public="May be public",
    public_yes="Yes",
    public_no="No",
    name_prompt="Your name",
    name_hint="May stay empty",
    phone_prompt="Phone number",
    phone_hint="May stay empty",
    review_title="Check, then send",
    category="About",
    place="Place",
    photo="Photo",
    sender="Sender",
    nobody="no name",
    one_photo="1 photo",
    none="None",
    change="Change",
    change_prompt="Change what?",
    send="Send",
    send_again="Send again",
    sending="Sending",
    sending_note="A moment, please",
    give_up="Finish",
    more="More",
    taken_title="Received: {code}",
    keep_code="Keep this code: who has it sees the answer.",
    sent="Sent at",
    due="Answer by",
    print_code="Print the code",
    code_caption="Scan to keep it",
    code_prompt="Scan or type your code",
    code_prompt_typed="Type your code",
    code_hint="Such as NYJK-YF33-PMKM",
    looking="Looking",
    looking_note="Asking about {code}",
    waits="It waits to be sent to the province's system.",
    overdue="The answer is overdue. Please ask at the counter.",
    given_up="The answer is long overdue: this machine no longer asks the province's system by"
    " itself. Please ask at the counter.",
    expected="The system says",
    answered="Answered",
    in_time="{day}, in time",
    late="{day}, late",
    no_answer_yet="No answer yet.",
    old="As of {time}: the province's system does not answer now.",
    another="Another code",
    rate="Rate it",
    rate_question="How good was the answer?",
    rate_note="Not required. Feedback {code}",
    text="Text",
    notes={
        AboutFeedback.NO_ANSWER: "The server does not answer. Please try again.",
        AboutFeedback.NOT_SURE: "Not sure it was sent. Send again: it counts once.",
        AboutFeedback.FULL: "Not sent: the box is full. Please tell an officer.",
        AboutFeedback.REFUSED: "Not sent: the server refused. Please tell an officer.",
        AboutFeedback.BAD_PHOTO: "Not sent: bad photo. Drop it or take another.",
        AboutFeedback.NO_PHOTO: "No photo was taken. You can send without one.",
        AboutFeedback.UNKNOWN: "No feedback of this code. Please check your slip.",
        AboutFeedback.MISTYPED: "The code is mistyped. Please check your slip.",
        AboutFeedback.NOTHING_WRITTEN: "Please write a few words.",
        AboutFeedback.SHORT_PHONE: "The phone number is too short.",
        AboutFeedback.THANKS: "Thank you for your rating.",
        AboutFeedback.RATED: "This answer has been rated. Thank you.",
    },
)

FEEDBACK = Words("feedback", vi=VIETNAMESE, en=ENGLISH, good=(AboutFeedback.THANKS,))
