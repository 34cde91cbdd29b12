"""What is said around what stands on a page."""

from dataclasses import dataclass

from kiosk.ui.words import Words


@dataclass(frozen=True, kw_only=True)
class SpeechTexts:
    """One language."""

    intro: str
    tile: str
    row: str
    chosen: str
    closed: str
    button: str
    key: str
    bottom_left: str
    bottom_middle: str
    bottom_right: str
    top_right: str
    keyboard: str
    typed: str
    nothing_typed: str
    keys: dict[str, str]
    qr: str
    picture: str
    hidden: str
    withheld: str
    ask_title: str
    ask_text: str
    ask_yes: str
    ask_no: str


VIETNAMESE = SpeechTexts(
    intro="Đang đọc thành tiếng. Chạm một lần để nghe, chạm lần nữa để chọn."
    " Chạm vào thanh trên cùng để nghe lại cả trang.",
    tile="Ô {at} trên {count}: {text}",
    row="Dòng {at} trên {count}: {text}",
    chosen="đang chọn",
    closed="không chọn được",
    button="Nút: {text}",
    key="Phím {text}",
    bottom_left="Nút dưới cùng bên trái: {text}",
    bottom_middle="Nút dưới cùng ở giữa: {text}",
    bottom_right="Nút dưới cùng bên phải: {text}",
    top_right="Nút trên cùng bên phải: {text}",
    keyboard="Bàn phím ở nửa dưới màn hình.",
    typed="Đã gõ: {text}",
    nothing_typed="Chưa gõ gì. {text}",
    keys={
        "space": "dấu cách",
        "shift": "chữ hoa",
        "erase": "xóa",
        "check": "xong",
        "back": "quay lại",
        "hat": "dấu mũ",
        "horn": "dấu móc",
        "bar": "chữ đ",
        "grave": "dấu huyền",
        "acute": "dấu sắc",
        "hook": "dấu hỏi",
        "tilde": "dấu ngã",
        "dot": "dấu nặng",
    },
    qr="Trên màn hình có mã QR cho điện thoại.",
    picture="Trên màn hình là ảnh vừa chụp.",
    hidden="các số được che",
    withheld="Trang này có thông tin riêng, máy không đọc ra. Xin mời cán bộ giúp.",
    ask_title="Đọc cả thông tin riêng của ông/bà?",
    ask_text="Xin đeo tai nghe trước. Người bên cạnh có thể nghe thấy.",
    ask_yes="Có, đọc cho tôi",
    ask_no="Không đọc",
)

ENGLISH = SpeechTexts(
    intro="Reading aloud. Touch once to hear, touch again to choose."
    " Touch the bar at the top to hear the page again.",
    tile="Field {at} of {count}: {text}",
    row="Line {at} of {count}: {text}",
    chosen="chosen",
    closed="not available",
    button="Button: {text}",
    key="Key {text}",
    bottom_left="Button, bottom left: {text}",
    bottom_middle="Button, bottom middle: {text}",
    bottom_right="Button, bottom right: {text}",
    top_right="Button, top right: {text}",
    keyboard="The keyboard is on the lower half of the screen.",
    typed="Typed: {text}",
    nothing_typed="Nothing typed yet. {text}",
    keys={
        "space": "space",
        "shift": "capitals",
        "erase": "erase",
        "check": "done",
        "back": "back",
        "hat": "circumflex",
        "horn": "horn",
        "bar": "barred d",
        "grave": "falling tone",
        "acute": "rising tone",
        "hook": "asking tone",
        "tilde": "tumbling tone",
        "dot": "heavy tone",
    },
    qr="There is a QR code for a telephone on the screen.",
    picture="The picture just taken is on the screen.",
    hidden="hidden digits",
    withheld="This page has personal information; it is not read. Please ask an officer.",
    ask_title="Read your personal information too?",
    ask_text="Please put headphones on first. People beside you might hear.",
    ask_yes="Yes, read it to me",
    ask_no="Do not read it",
)

SPEECH = Words("speech", vi=VIETNAMESE, en=ENGLISH)
