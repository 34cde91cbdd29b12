"""Words of no flow in particular: short, polite, concrete (domain ACC-2)."""

from dataclasses import dataclass
from enum import StrEnum

from kiosk.ui.state import About, State
from kiosk.ui.words import Words


@dataclass(frozen=True, kw_only=True)
class GeneralTexts:
    """One language. `{...}` are places to fill; every language has the same ones."""

    language_name: str
    choose_service: str
    waiting: str
    waiting_none: str
    tile_waiting: str
    tile_waiting_none: str
    wait_minutes: str
    wait_short: str
    service_closed: str
    more_services: str
    total_waiting: str
    nobody_waiting: str
    back: str
    done: str
    please_wait: str
    try_again: str
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
    still_there: str
    wiped_in: str
    still_here: str
    leave_now: str
    rest_prompt: str
    sample_data: str
    notes: dict[StrEnum, str]


VIETNAMESE = GeneralTexts(
    language_name="Tiếng Việt",
    choose_service="Chạm vào việc cần làm để lấy số",
    waiting="{count} người chờ",
    waiting_none="Chưa có ai chờ",
    tile_waiting="Chờ: {count}",
    tile_waiting_none="Không chờ",
    wait_minutes="khoảng {minutes} phút",
    wait_short="dưới 1 phút",
    service_closed="Tạm ngừng nhận",
    more_services="Xem thêm",
    total_waiting="{count} người đang chờ",
    nobody_waiting="Không có ai đang chờ",
    back="Quay lại",
    done="Xong",
    please_wait="Xin chờ trong giây lát",
    try_again="Thử lại",
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
    still_there="Ông/bà còn ở đây không?",
    wiped_in="Màn hình sẽ xóa sau {seconds} giây",
    still_here="Tôi còn ở đây",
    leave_now="Xong, xóa ngay",
    rest_prompt="Chạm vào màn hình để lấy số",
    sample_data="Dữ liệu mẫu",
    notes={
        About.CARD_UNASKED: "Đây là thẻ căn cước. Máy không giữ gì của thẻ.",
        About.HEALTH_INSURANCE: "Đây là thẻ bảo hiểm y tế. Việc này không cần thẻ đó.",
        About.DOSSIER: "Đây là mã hồ sơ. Xin đưa mã này cho cán bộ ở quầy.",
        About.PAYMENT: "Đây là mã thanh toán. Máy này không thu tiền.",
        About.LINK: "Đây là một liên kết. Máy không mở liên kết.",
        About.UNKNOWN_CODE: "Máy không đọc được mã này. Mã VNeID cũng vậy.",
        About.PRINTING: "Đang in. Xin chờ trong giây lát.",
        About.TAKE_PAPER: "Đã in xong. Xin nhận giấy ở khe in.",
        About.NO_PAPER: "Máy in hết giấy. Xin ghi lại hoặc chụp ảnh.",
        About.NO_PRINTER: "Máy này không in. Xin ghi lại hoặc chụp ảnh.",
        About.PRINTER_FAULT: "Máy in đang lỗi. Xin ghi lại hoặc chụp ảnh.",
    },
)

ENGLISH = GeneralTexts(
    language_name="English",
    choose_service="Touch what you came for to take a number",
    waiting="{count} waiting",
    waiting_none="Nobody is waiting",
    tile_waiting="Waiting: {count}",
    tile_waiting_none="No waiting",
    wait_minutes="about {minutes} min",
    wait_short="under 1 min",
    service_closed="Not given now",
    more_services="More",
    total_waiting="{count} people waiting",
    nobody_waiting="Nobody is waiting",
    back="Back",
    done="Done",
    please_wait="One moment, please",
    try_again="Try again",
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
    still_there="Are you still there?",
    wiped_in="The screen is wiped in {seconds} s",
    still_here="I am still here",
    leave_now="Done, wipe it now",
    rest_prompt="Touch the screen to take a number",
    sample_data="Sample data",
    notes={
        About.CARD_UNASKED: "This is an identity card. Nothing of it was kept.",
        About.HEALTH_INSURANCE: "This is a health insurance card. It is not needed here.",
        About.DOSSIER: "This is a dossier code. Please show it at the counter.",
        About.PAYMENT: "This is a payment code. No payments are made here.",
        About.LINK: "This is a link. Links are not opened here.",
        About.UNKNOWN_CODE: "This code cannot be read. Nor can VNeID codes.",
        About.PRINTING: "Printing. One moment, please.",
        About.TAKE_PAPER: "Printed. Please take your paper.",
        About.NO_PAPER: "No paper in the printer. Please note it or take a photo.",
        About.NO_PRINTER: "This kiosk does not print. Please note it or take a photo.",
        About.PRINTER_FAULT: "The printer is out of order. Please note it or take a photo.",
    },
)

GENERAL = Words("general", vi=VIETNAMESE, en=ENGLISH, good=(About.PRINTING, About.TAKE_PAPER))


def language_name(state: State, code: str) -> str:
    """Return a language's name in itself."""
    if built_in := GENERAL.built_in().get(code):
        return built_in.language_name
    return next((pack.name for pack in state.packs if pack.code == code), code)
