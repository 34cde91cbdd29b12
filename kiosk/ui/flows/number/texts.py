"""Words of taking a number (domain ACC-2)."""

from dataclasses import dataclass
from enum import StrEnum

from kiosk.ui.flows.number.pages import AboutNumber
from kiosk.ui.words import Words


@dataclass(frozen=True, kw_only=True)
class NumberTexts:
    """One language. `{...}` are places to fill; every language has the same ones."""

    print_number: str
    show_number: str
    class_title: str
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
    scan_prompt: str
    card_of: str
    greeting_man: str
    greeting_woman: str
    taking: str
    no_number: str
    no_number_help: str
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
    notes: dict[StrEnum, str]


VIETNAMESE = NumberTexts(
    print_number="In phiếu số",
    show_number="Lấy số",
    class_title="Diện ưu tiên",
    class_plain="Chạm nếu có",
    class_chosen="Chạm để đổi",
    choose_class="Ông/bà thuộc diện nào?",
    class_note="Cán bộ có thể hỏi giấy tờ chứng minh",
    scan_card="Quét thẻ căn cước",
    scan_card_note="Không bắt buộc",
    scanner_missing="Máy quét hỏng",
    no_card_needed="Không cần quét thẻ",
    skip_card="Bỏ qua, không quét",
    privacy_title="Trước khi quét thẻ",
    privacy_purpose="Chỉ đọc mã QR để biết tuổi, gợi ý ưu tiên.",
    privacy_memory="Không lưu, không gửi. Xong là xóa.",
    scan_prompt="Đưa mã QR trên thẻ vào máy quét",
    card_of="Thẻ {number}",
    greeting_man="Xin chào ông {name}",
    greeting_woman="Xin chào bà {name}",
    taking="Đang lấy số",
    no_number="Chưa lấy được số",
    no_number_help="Xin thử lại, hoặc đến quầy hướng dẫn để được giúp.",
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
    notes={
        AboutNumber.CARD_READ: "Đã đọc thẻ căn cước.",
        AboutNumber.NOT_A_CARD: "Không đọc được mã này hay mã VNeID. Xin dùng thẻ, hoặc bỏ qua.",
        AboutNumber.SENIOR_SUGGESTED: "Đã đọc thẻ. Chọn sẵn diện người cao tuổi.",
    },
)

ENGLISH = NumberTexts(
    print_number="Print my number",
    show_number="Take a number",
    class_title="Priority",
    class_plain="Touch if you have it",
    class_chosen="Touch to change",
    choose_class="Which of these are you?",
    class_note="An officer may ask for a proof",
    scan_card="Scan identity card",
    scan_card_note="Not required",
    scanner_missing="Scanner broken",
    no_card_needed="No card is needed",
    skip_card="Skip, do not scan",
    privacy_title="Before you scan",
    privacy_purpose="Its QR code is read to suggest priority by age.",
    privacy_memory="Nothing is stored or sent. It is wiped at the end.",
    scan_prompt="Hold the card's QR code to the scanner",
    card_of="Card {number}",
    greeting_man="Hello, {name}",
    greeting_woman="Hello, {name}",
    taking="Taking your number",
    no_number="No number yet",
    no_number_help="Please try again, or ask at the help desk.",
    your_number="Your number",
    ahead="Before you: {count}",
    ahead_none="You are next",
    expected_wait="Wait about {minutes} min",
    printing="Printing",
    printed="Please take your ticket",
    keep_ticket="Please keep it until you have finished",
    unprinted_paper="No paper in the printer",
    unprinted_fault="Printer out of order",
    unprinted_paper_help="Note it or take a photo. It prints once there is paper.",
    unprinted_fault_help="Note it or take a photo. It prints once the printer works.",
    paperless="Keep this number",
    paperless_help="Please note it or take a photo.",
    notes={
        AboutNumber.CARD_READ: "Your identity card was read.",
        AboutNumber.NOT_A_CARD: "This code (or VNeID) cannot be read. Use a card, or skip.",
        AboutNumber.SENIOR_SUGGESTED: "Card read. The class for older people is chosen.",
    },
)

NUMBER = Words(
    "number", vi=VIETNAMESE, en=ENGLISH, good=(AboutNumber.CARD_READ, AboutNumber.SENIOR_SUGGESTED)
)
