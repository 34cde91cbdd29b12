"""Words of looking a number up and rating a visit (domain ACC-2)."""

from dataclasses import dataclass
from enum import StrEnum

from kiosk.ui.flows.visit.pages import AboutVisit
from kiosk.ui.words import Words


@dataclass(frozen=True, kw_only=True)
class VisitTexts:
    """One language. `{...}` are places to fill; every language has the same ones."""

    open_find: str
    open_find_note: str
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
    five_5: str
    five_4: str
    five_3: str
    five_2: str
    five_1: str
    rate_anonymous: str
    skip_rating: str
    thanks: str
    thanks_note: str
    notes: dict[StrEnum, str]


VIETNAMESE = VisitTexts(
    open_find="Xem số, đánh giá",
    open_find_note="Số đã lấy hôm nay",
    find_prompt="Quét hoặc bấm số phiếu",
    find_prompt_typed="Bấm số trên phiếu",
    find_hint="Ví dụ: A012",
    find_go="Tìm",
    erase="Xóa",
    looking="Đang tìm",
    rate_question="Ông/bà thấy phục vụ thế nào?",
    rate_3="Rất hài lòng",
    rate_2="Hài lòng",
    rate_1="Không hài lòng",
    five_5="Rất hài lòng",
    five_4="Hài lòng",
    five_3="Bình thường",
    five_2="Không hài lòng",
    five_1="Rất không hài lòng",
    rate_anonymous="Đánh giá không ghi tên. Phiếu số {number}",
    skip_rating="Không đánh giá",
    thanks="Cảm ơn ông/bà",
    thanks_note="Ý kiến đã được ghi nhận.",
    notes={
        AboutVisit.NOT_FOUND: "Không có số {number} hôm nay. Xin xem lại phiếu.",
        AboutVisit.ALREADY_RATED: "Số này đã được đánh giá. Xin cảm ơn.",
        AboutVisit.WAITING: "Số {number}: trước ông/bà {ahead} người, chờ khoảng {minutes} phút.",
        AboutVisit.CALLED: "Số {number}: xin mời đến {counter}.",
        AboutVisit.HELD: "Số {number} đang được giữ. Xin hỏi {counter}.",
        AboutVisit.MISSED: "Số {number} đã gọi, chưa thấy đến. Xin hỏi quầy hướng dẫn.",
        AboutVisit.EXPIRED: "Số {number} đã hết hạn. Xin lấy số mới.",
        AboutVisit.NO_ANSWER: "Máy chủ chưa trả lời. Xin thử lại.",
    },
)

ENGLISH = VisitTexts(
    open_find="My number, rate",
    open_find_note="A number of today",
    find_prompt="Scan or type your number",
    find_prompt_typed="Type your number",
    find_hint="Such as A012",
    find_go="Find",
    erase="Erase",
    looking="Looking",
    rate_question="How were you served?",
    rate_3="Very satisfied",
    rate_2="Satisfied",
    rate_1="Not satisfied",
    five_5="Very good",
    five_4="Good",
    five_3="Fair",
    five_2="Poor",
    five_1="Very poor",
    rate_anonymous="No names are kept. Ticket {number}",
    skip_rating="Do not rate",
    thanks="Thank you",
    thanks_note="Your answer is stored.",
    notes={
        AboutVisit.NOT_FOUND: "No number {number} today. Please check your ticket.",
        AboutVisit.ALREADY_RATED: "This number has been rated. Thank you.",
        AboutVisit.WAITING: "Number {number}: {ahead} before you, about {minutes} min.",
        AboutVisit.CALLED: "Number {number}: please go to {counter}.",
        AboutVisit.HELD: "Number {number} is on hold. Please ask {counter}.",
        AboutVisit.MISSED: "Number {number} was missed. Please ask the help desk.",
        AboutVisit.EXPIRED: "Number {number} has expired. Please take a new one.",
        AboutVisit.NO_ANSWER: "The server does not answer. Please try again.",
    },
)

VISIT = Words("visit", vi=VIETNAMESE, en=ENGLISH, good=(AboutVisit.WAITING, AboutVisit.CALLED))
