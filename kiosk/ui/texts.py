"""Every word on the screen, in Vietnamese and English: short, polite, concrete (domain ACC-2)."""

from dataclasses import dataclass

from kiosk.ui.state import About


@dataclass(frozen=True, kw_only=True)
class Texts:
    """One language. `{...}` are places to fill; both languages have the same ones."""

    language_name: str
    choose_service: str
    waiting: str
    waiting_none: str
    wait_minutes: str
    wait_short: str
    service_closed: str
    more_services: str
    open_find: str
    total_waiting: str
    nobody_waiting: str
    back: str
    done: str
    print_number: str
    show_number: str
    class_plain: str
    class_chosen: str
    choose_class: str
    class_note: str
    scan_card: str
    scan_card_note: str
    scanner_missing: str
    no_card_needed: str
    skip_card: str
    privacy_title: str
    privacy_purpose: str
    privacy_memory: str
    privacy_choice: str
    scan_prompt: str
    card_of: str
    greeting_man: str
    greeting_woman: str
    taking: str
    please_wait: str
    no_number: str
    no_number_help: str
    try_again: str
    your_number: str
    ahead: str
    ahead_none: str
    expected_wait: str
    printing: str
    printed: str
    keep_ticket: str
    unprinted_paper: str
    unprinted_fault: str
    unprinted_paper_help: str
    unprinted_fault_help: str
    paperless: str
    paperless_help: str
    banner_paper: str
    banner_printer: str
    closed: str
    closed_hours: str
    closed_help: str
    counter_down: str
    counter_down_help: str
    starting: str
    this_box: str
    retired: str
    retired_help: str
    technician: str
    four_words: str
    serial_number: str
    find_prompt: str
    find_prompt_typed: str
    find_hint: str
    find_go: str
    erase: str
    looking: str
    rate_question: str
    rate_3: str
    rate_2: str
    rate_1: str
    rate_anonymous: str
    skip_rating: str
    thanks: str
    thanks_note: str
    still_there: str
    wiped_in: str
    still_here: str
    leave_now: str
    rest_prompt: str
    sample_data: str
    notes: dict[About, str]


VIETNAMESE = Texts(
    language_name="Tiếng Việt",
    choose_service="Chạm vào việc cần làm để lấy số",
    waiting="{count} người chờ",
    waiting_none="Chưa có ai chờ",
    wait_minutes="khoảng {minutes} phút",
    wait_short="dưới 1 phút",
    service_closed="Tạm ngừng nhận",
    more_services="Việc khác",
    open_find="Xem số, đánh giá",
    total_waiting="{count} người đang chờ",
    nobody_waiting="Không có ai đang chờ",
    back="Quay lại",
    done="Xong",
    print_number="In phiếu số",
    show_number="Lấy số",
    class_plain="Chạm nếu được ưu tiên",
    class_chosen="Chạm để đổi",
    choose_class="Ông/bà thuộc diện nào?",
    class_note="Cán bộ có thể hỏi giấy tờ chứng minh",
    scan_card="Quét thẻ căn cước",
    scan_card_note="Không bắt buộc",
    scanner_missing="Máy quét đang hỏng",
    no_card_needed="Không cần quét thẻ",
    skip_card="Bỏ qua, không quét",
    privacy_title="Trước khi quét thẻ",
    privacy_purpose="Máy đọc mã QR trên thẻ chỉ để gợi ý diện ưu tiên theo tuổi.",
    privacy_memory="Thông tin không được lưu, không gửi đi, xóa ngay khi xong.",
    privacy_choice="Không quét thẻ vẫn lấy được số.",
    scan_prompt="Đưa mã QR trên thẻ vào máy quét",
    card_of="Thẻ {number}",
    greeting_man="Xin chào ông {name}",
    greeting_woman="Xin chào bà {name}",
    taking="Đang lấy số",
    please_wait="Xin chờ trong giây lát",
    no_number="Chưa lấy được số",
    no_number_help="Xin thử lại, hoặc đến quầy hướng dẫn để được giúp.",
    try_again="Thử lại",
    your_number="Số của ông/bà",
    ahead="Trước ông/bà: {count} người",
    ahead_none="Ông/bà là người tiếp theo",
    expected_wait="Chờ khoảng {minutes} phút",
    printing="Đang in phiếu",
    printed="Xin nhận phiếu ở khe in",
    keep_ticket="Xin giữ phiếu đến khi xong việc",
    unprinted_paper="Máy in hết giấy",
    unprinted_fault="Máy in chưa in được",
    unprinted_paper_help="Xin ghi lại số hoặc chụp ảnh. Có giấy là máy in phiếu ngay.",
    unprinted_fault_help="Xin ghi lại số hoặc chụp ảnh. Máy in chạy lại là in phiếu ngay.",
    paperless="Xin nhớ số này",
    paperless_help="Xin ghi lại số hoặc chụp ảnh mã.",
    banner_paper="Máy in hết giấy. Vẫn lấy được số trên màn hình.",
    banner_printer="Máy in đang lỗi. Vẫn lấy được số trên màn hình.",
    closed="Hiện chưa nhận số",
    closed_hours="Giờ lấy số: {opens} - {closes}",
    closed_help="Việc gấp xin hỏi cán bộ trực.",
    counter_down="Máy lấy số tạm ngừng",
    counter_down_help="Xin mời đến quầy hướng dẫn, cán bộ sẽ cấp số.",
    starting="Máy đang khởi động",
    this_box="Đây là máy cần tìm:",
    retired="Máy đã ngừng phục vụ",
    retired_help="Xin mời ông/bà lấy số ở máy khác, hoặc đến quầy hướng dẫn.",
    technician="Kỹ thuật viên",
    four_words="Bốn từ đối chiếu",
    serial_number="Số sê-ri",
    find_prompt="Quét mã trên phiếu, hoặc bấm số phiếu",
    find_prompt_typed="Bấm số trên phiếu",
    find_hint="Ví dụ: A012",
    find_go="Tìm",
    erase="Xóa",
    looking="Đang tìm",
    rate_question="Ông/bà thấy phục vụ thế nào?",
    rate_3="Rất hài lòng",
    rate_2="Hài lòng",
    rate_1="Không hài lòng",
    rate_anonymous="Đánh giá không ghi tên. Phiếu số {number}",
    skip_rating="Không đánh giá",
    thanks="Cảm ơn ông/bà",
    thanks_note="Ý kiến đã được ghi nhận.",
    still_there="Ông/bà còn ở đây không?",
    wiped_in="Màn hình sẽ xóa sau {seconds} giây",
    still_here="Tôi còn ở đây",
    leave_now="Xong, xóa ngay",
    rest_prompt="Chạm vào màn hình để lấy số",
    sample_data="Dữ liệu mẫu",
    notes={
        About.CARD_READ: "Đã đọc thẻ căn cước.",
        About.CARD_UNASKED: "Đây là thẻ căn cước. Máy không giữ gì của thẻ.",
        About.HEALTH_INSURANCE: "Đây là thẻ bảo hiểm y tế. Việc này không cần thẻ đó.",
        About.DOSSIER: "Đây là mã hồ sơ. Xin đưa mã này cho cán bộ ở quầy.",
        About.PAYMENT: "Đây là mã thanh toán. Máy này không thu tiền.",
        About.LINK: "Đây là một liên kết. Máy không mở liên kết.",
        About.NOT_A_CARD: "Chưa đọc được mã này hay VNeID. Xin dùng thẻ, hoặc bỏ qua.",
        About.UNKNOWN_CODE: "Máy không đọc được mã này, kể cả VNeID.",
        About.SENIOR_SUGGESTED: "Đã đọc thẻ. Chọn sẵn diện người cao tuổi.",
        About.NOT_FOUND: "Không có số {number} hôm nay. Xin xem lại phiếu.",
        About.ALREADY_RATED: "Số này đã được đánh giá. Xin cảm ơn.",
        About.WAITING: "Số {number}: trước ông/bà {ahead} người, chờ khoảng {minutes} phút.",
        About.CALLED: "Số {number}: xin mời đến {counter}.",
        About.HELD: "Số {number} đang được giữ. Xin hỏi {counter}.",
        About.MISSED: "Số {number} đã gọi, chưa thấy đến. Xin hỏi quầy hướng dẫn.",
        About.EXPIRED: "Số {number} đã hết hạn. Xin lấy số mới.",
        About.NO_ANSWER: "Máy chủ chưa trả lời. Xin thử lại.",
    },
)

ENGLISH = Texts(
    language_name="English",
    choose_service="Touch what you came for to take a number",
    waiting="{count} waiting",
    waiting_none="No waiting",
    wait_minutes="about {minutes} min",
    wait_short="under 1 min",
    service_closed="Not given now",
    more_services="More services",
    open_find="My number, rate",
    total_waiting="{count} people waiting",
    nobody_waiting="Nobody is waiting",
    back="Back",
    done="Done",
    print_number="Print my number",
    show_number="Take a number",
    class_plain="Touch if you have priority",
    class_chosen="Touch to change",
    choose_class="Which of these are you?",
    class_note="An officer may ask for a proof",
    scan_card="Scan identity card",
    scan_card_note="Not required",
    scanner_missing="Scanner out of order",
    no_card_needed="No card is needed",
    skip_card="Skip, do not scan",
    privacy_title="Before you scan",
    privacy_purpose="The code on your card is read only to suggest priority by age.",
    privacy_memory="Nothing is stored or sent; it is wiped when you finish.",
    privacy_choice="You get a number without a card too.",
    scan_prompt="Hold the card's QR code to the scanner",
    card_of="Card {number}",
    greeting_man="Hello, {name}",
    greeting_woman="Hello, {name}",
    taking="Taking your number",
    please_wait="One moment, please",
    no_number="No number yet",
    no_number_help="Please try again, or ask at the help desk.",
    try_again="Try again",
    your_number="Your number",
    ahead="Before you: {count}",
    ahead_none="You are next",
    expected_wait="Wait about {minutes} min",
    printing="Printing",
    printed="Please take your ticket",
    keep_ticket="Please keep it until you have finished",
    unprinted_paper="No paper in the printer",
    unprinted_fault="The printer is out of order",
    unprinted_paper_help="Note it or take a photo. It prints once there is paper.",
    unprinted_fault_help="Note it or take a photo. It prints once the printer works.",
    paperless="Keep this number",
    paperless_help="Please write it down or take a photo of the code.",
    banner_paper="The printer is out of paper. Numbers are shown on the screen.",
    banner_printer="The printer is out of order. Numbers are shown on the screen.",
    closed="No numbers now",
    closed_hours="Numbers are given {opens} - {closes}",
    closed_help="If it is urgent, please ask the officer on duty.",
    counter_down="Out of service",
    counter_down_help="Please go to the help desk; an officer will give you a number.",
    starting="Starting",
    this_box="This is the box:",
    retired="This kiosk is no longer in use",
    retired_help="Please use another kiosk, or ask at the help desk.",
    technician="Technician",
    four_words="Four words",
    serial_number="Serial",
    find_prompt="Scan the code on your ticket, or type its number",
    find_prompt_typed="Type the number of your ticket",
    find_hint="Such as A012",
    find_go="Find",
    erase="Erase",
    looking="Looking",
    rate_question="How were you served?",
    rate_3="Very satisfied",
    rate_2="Satisfied",
    rate_1="Not satisfied",
    rate_anonymous="No names are kept. Ticket {number}",
    skip_rating="Do not rate",
    thanks="Thank you",
    thanks_note="Your answer is stored.",
    still_there="Are you still there?",
    wiped_in="The screen is wiped in {seconds} s",
    still_here="I am still here",
    leave_now="Done, wipe it now",
    rest_prompt="Touch the screen to take a number",
    sample_data="Sample data",
    notes={
        About.CARD_READ: "Your identity card was read.",
        About.CARD_UNASKED: "This is an identity card. Nothing of it was kept.",
        About.HEALTH_INSURANCE: "This is a health insurance card. It is not needed here.",
        About.DOSSIER: "This is a dossier code. Please show it at the counter.",
        About.PAYMENT: "This is a payment code. No payments are made here.",
        About.LINK: "This is a link. Links are not opened here.",
        About.NOT_A_CARD: "This code (or VNeID) cannot be read. Use a card, or skip.",
        About.UNKNOWN_CODE: "This code cannot be read, VNeID included.",
        About.SENIOR_SUGGESTED: "Card read. The class for older people is chosen.",
        About.NOT_FOUND: "No number {number} today. Please check your ticket.",
        About.ALREADY_RATED: "This number has been rated. Thank you.",
        About.WAITING: "Number {number}: {ahead} before you, about {minutes} min.",
        About.CALLED: "Number {number}: please go to {counter}.",
        About.HELD: "Number {number} is on hold. Please ask {counter}.",
        About.MISSED: "Number {number} was missed. Please ask the help desk.",
        About.EXPIRED: "Number {number} has expired. Please take a new one.",
        About.NO_ANSWER: "The server does not answer. Please try again.",
    },
)

TEXTS = {"vi": VIETNAMESE, "en": ENGLISH}
