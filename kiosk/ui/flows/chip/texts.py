"""Words of reading a card's chip. They never say more than a reading shows (ID-12)."""

from dataclasses import dataclass
from enum import StrEnum

from kiosk.ui.flows.chip.pages import AboutChip
from kiosk.ui.words import Words


@dataclass(frozen=True, kw_only=True)
class ChipTexts:
    """One language. `{...}` are places to fill; every language has the same ones."""

    open_chip: str
    more: str
    consent_title: str
    consent_what: str
    consent_not: str
    consent_why: str
    consent_why_number: str
    consent_gone: str
    agree: str
    number_prompt: str
    number_prompt_typed: str
    number_hint: str
    number_hint_can: str
    birth_prompt: str
    birth_hint: str
    expiry_prompt: str
    expiry_hint: str
    no_expiry: str
    lay_title: str
    lay_note: str
    reading_title: str
    reading_note: str
    wrong_title: str
    wrong_line: str
    wrong_can: str
    tries_left: str
    mend: str
    over_title: str
    over_line: str
    no_chip_title: str
    no_chip_line: str
    unreadable_title: str
    unreadable_line: str
    no_card_title: str
    no_card_line: str
    retry: str
    reader_title: str
    other_ways: str
    review_title: str
    review_note: str
    take_card: str
    take: str
    unusable_title: str
    unusable_note: str
    notes: dict[StrEnum, str]


VIETNAMESE = ChipTexts(
    open_chip="Đọc chip căn cước",
    more="Xem tiếp",
    consent_title="Đọc chip: xin đọc trước",
    consent_what="Ki-ốt lấy họ tên, ngày sinh, giới tính, số định danh, nơi thường trú trong chip.",
    consent_not="Không đọc ảnh, không đọc vân tay. Những mục khác bị bỏ ngay.",
    consent_why="Chỉ để điền tờ khai thay cho gõ tay. Ông/bà xem lại rồi mới dùng.",
    consent_why_number="Chỉ để xưng hô và gợi ý diện ưu tiên theo tuổi.",
    consent_gone="Ki-ốt và đầu đọc xóa hết ngay khi ông/bà rời đi. Không bắt buộc phải đọc chip.",
    agree="Tôi đồng ý",
    number_prompt="Quét mã QR trên thẻ hoặc bấm số căn cước",
    number_prompt_typed="Bấm số căn cước",
    number_hint="12 chữ số",
    number_hint_can="12 chữ số, hoặc 6 số CAN",
    birth_prompt="Ngày sinh trên thẻ",
    birth_hint="8 số, ví dụ 20051990",
    expiry_prompt="Thẻ có giá trị đến ngày nào?",
    expiry_hint="8 số. Không thời hạn: 31122099",
    no_expiry="Không thời hạn",
    lay_title="Xin đặt thẻ lên đầu đọc",
    lay_note="Đặt thẻ nằm yên. Ki-ốt báo xong hãy nhấc thẻ.",
    reading_title="Xin giữ thẻ nằm yên",
    reading_note="Đang đọc: {percent} %",
    wrong_title="Chip chưa mở được",
    wrong_line="Số căn cước, ngày sinh hoặc ngày hết hạn không đúng với thẻ này.",
    wrong_can="Số CAN không đúng, hoặc thẻ này không mở bằng số CAN.",
    tries_left="Còn được ghi lại {count} lần.",
    mend="Ghi lại",
    over_title="Ki-ốt không thử thêm",
    over_line="Thử nhiều lần có thể làm chip tạm khóa.",
    no_chip_title="Đây không phải căn cước gắn chip",
    no_chip_line="Xin đặt thẻ căn cước, không kèm thẻ khác.",
    unreadable_title="Chưa đọc được chip này",
    unreadable_line="Xin đặt thẻ ngay giữa đầu đọc và giữ yên.",
    no_card_title="Chưa thấy thẻ trên đầu đọc",
    no_card_line="Xin bỏ thẻ ra khỏi ví, đặt nằm trên đầu đọc.",
    retry="Thử lại",
    reader_title="Đầu đọc chip không trả lời",
    other_ways="Ông/bà vẫn quét được mã QR, gõ tay, hoặc hỏi cán bộ.",
    review_title="Đọc từ chip, xin xem lại",
    review_note="Điều lần đọc này cho thấy:",
    take_card="Xin cầm lại thẻ.",
    take="Dùng dữ liệu này",
    unusable_title="Không dùng được dữ liệu này",
    unusable_note="Xin hỏi cán bộ.",
    notes={
        AboutChip.CODE_READ: "Đã đọc mã QR. Xin ghi tiếp phần còn thiếu.",
        AboutChip.NOT_A_CARD: "Không phải mã trên căn cước. Xin đưa mặt có mã QR.",
        AboutChip.BAD_NUMBER: "Số căn cước có đủ 12 chữ số.",
        AboutChip.BAD_DAY: "Ngày chưa đúng. Xin ghi đủ ngày, tháng, năm: 8 số.",
        AboutChip.CARD_MOVED: "Thẻ bị nhấc ra khi đang đọc. Xin đặt lại, giữ yên.",
        AboutChip.TOO_SLOW: "Chip trả lời chậm. Xin đặt lại ngay giữa đầu đọc.",
    },
)

ENGLISH = ChipTexts(
    open_chip="Read the card's chip",
    more="More",
    consent_title="Reading the chip: please read first",
    consent_what="We take name, birth, sex, personal number and residence from the chip.",
    consent_not="No picture and no fingerprint is read. All else is dropped at once.",
    consent_why="Only to fill the declaration instead of typing. You check it before it is used.",
    consent_why_number="Only to greet you and to suggest the priority of your age.",
    consent_gone="Kiosk and reader forget it when you leave. You need not have the chip read.",
    agree="I agree",
    number_prompt="Scan the card's QR code or type its number",
    number_prompt_typed="Type the number of the card",
    number_hint="12 digits",
    number_hint_can="12 digits, or the CAN of 6",
    birth_prompt="Date of birth on the card",
    birth_hint="8 digits, day first: 20051990",
    expiry_prompt="Until when is the card valid?",
    expiry_hint="8 digits. No expiry: 31122099",
    no_expiry="No expiry",
    lay_title="Please lay the card on the reader",
    lay_note="Leave it there until the kiosk says that it has finished.",
    reading_title="Please keep the card still",
    reading_note="Reading: {percent} %",
    wrong_title="The chip does not open",
    wrong_line="Number, birth or expiry date are not those of this card.",
    wrong_can="The CAN is wrong, or this card does not open with one.",
    tries_left="You may write it again, times left: {count}.",
    mend="Write again",
    over_title="The kiosk stops trying",
    over_line="A chip may shut itself for a while when it is tried too often.",
    no_chip_title="This is no identity card with a chip",
    no_chip_line="Please lay the identity card alone, without other cards.",
    unreadable_title="This chip could not be read",
    unreadable_line="Please lay the card in the middle of the reader and keep it still.",
    no_card_title="No card is seen on the reader",
    no_card_line="Please take it out of its wallet and lay it flat.",
    retry="Try again",
    reader_title="The chip reader does not answer",
    other_ways="You can still scan the QR code, type, or ask an officer.",
    review_title="From the chip, please check",
    review_note="What this reading shows:",
    take_card="Please take your card back.",
    take="Use this",
    unusable_title="This data cannot be used",
    unusable_note="Please ask an officer.",
    notes={
        AboutChip.CODE_READ: "The QR code was read. Please write what is missing.",
        AboutChip.NOT_A_CARD: "This is no identity card's code. Please show its QR side.",
        AboutChip.BAD_NUMBER: "The card's number has 12 digits.",
        AboutChip.BAD_DAY: "This is no date. Please give day, month, year: 8 digits.",
        AboutChip.CARD_MOVED: "The card was moved. Please lay it again and keep it still.",
        AboutChip.TOO_SLOW: "The chip is slow. Please lay it in the middle of the reader.",
    },
)

CHIP = Words("chip", vi=VIETNAMESE, en=ENGLISH, good=(AboutChip.CODE_READ,))
