"""Feedback to show on the glass."""

import io
from datetime import UTC, date, datetime

from msgspec.structs import replace
from PIL import Image, ImageDraw

from kiosk.api.site_feedback import (
    FeedbackCategory,
    FeedbackLookup,
    FeedbackOffer,
    FeedbackTaken,
)
from kiosk.domain.feedback import FeedbackState
from kiosk.ui.flows.feedback.answer_pages import AnswerSheet, AskAnswer, RateFeedback
from kiosk.ui.flows.feedback.pages import (
    FeedbackAbout,
    FeedbackContact,
    FeedbackDone,
    FeedbackDoor,
    FeedbackDraft,
    FeedbackEdit,
    FeedbackMethod,
    FeedbackName,
    FeedbackNotice,
    FeedbackPhone,
    FeedbackPhoto,
    FeedbackPlace,
    FeedbackPlaces,
    FeedbackReview,
    FeedbackText,
)
from kiosk.ui.keyboard.keys import Kind
from kiosk.ui.keyboard.typing import field

CODE = "NYJK-YF33-PMKM"
TEXT = "Đèn đường trước chợ hỏng ba tuần nay, tối rất nguy hiểm cho người đi bộ."
LONG = (
    "Cống thoát nước đầu thôn bị tắc từ sau bão, mỗi lần mưa nước tràn vào sân trường tiểu học,"
    " các cháu phải lội qua. Bà con đã nhiều lần báo trưởng thôn nhưng chưa thấy ai đến sửa. "
) * 4


def category(ident: str, vi: str, en: str, icon: str, day: int) -> FeedbackCategory:
    return FeedbackCategory(
        id=ident, names={"vi": vi, "en": en}, icon=icon, due=date(2026, 11, day)
    )


OFFER = FeedbackOffer(
    categories=(
        category("moi-truong", "Môi trường, rác thải", "Environment and waste", "land", 30),
        category("den-duong", "Đèn đường hỏng", "Broken street lamp", "speech", 26),
        category("duong-hong", "Đường hỏng, ổ gà", "Damaged road, pothole", "land", 26),
        category("thai-do", "Thái độ phục vụ, thủ tục", "Service and procedures", "person", 30),
    ),
    places=(
        "Chợ Cầu, xã Gio Linh",
        "Thôn Hà Thượng, xã Gio Linh",
        "Thôn Lại An, xã Gio Linh",
        "Trạm Y tế xã Gio Linh",
    ),
    connected=True,
    contents_days=90,
    rating_scale=3,
)


def _photo() -> bytes:
    picture = Image.new("RGB", (640, 480), (70, 90, 120))
    ImageDraw.Draw(picture).ellipse((220, 140, 420, 340), fill=(240, 220, 120))
    file = io.BytesIO()
    picture.save(file, "JPEG")
    return file.getvalue()


PHOTO = _photo()
DRAFT = FeedbackDraft(offer=OFFER, takes_photos=True, ask=1)
WRITTEN = replace(
    DRAFT,
    category="den-duong",
    text=TEXT,
    place="Chợ Cầu, xã Gio Linh",
    photo=PHOTO,
    name="Nguyễn Thị Mẫu",
    phone="0912345678",
    whole=True,
)
TAKEN = FeedbackTaken(
    code=CODE,
    category_names={"vi": "Đèn đường hỏng", "en": "Broken street lamp"},
    sent_at=datetime(2026, 11, 23, 1, 30, tzinfo=UTC),
    due=date(2026, 11, 26),
    connected=True,
)
OPEN = FeedbackLookup(
    code=CODE,
    category_names=TAKEN.category_names,
    sent_at=TAKEN.sent_at,
    due=TAKEN.due,
    state=FeedbackState.IN_WORK,
    told_at=TAKEN.sent_at,
    at=TAKEN.sent_at,
    rating_scale=3,
)
ANSWERED = replace(
    OPEN,
    state=FeedbackState.DONE,
    answer="Đã thay đèn mới ngày 24/11. Cảm ơn ông/bà đã phản ánh.",
    answered=date(2026, 11, 24),
    in_time=True,
)
ANSWERS = {
    "open": OPEN,
    "waits": replace(OPEN, state=FeedbackState.RECEIVED, waits=True),
    "overdue": replace(OPEN, overdue=True, live=False, expected=date(2026, 12, 1)),
    "answered": ANSWERED,
    "long": replace(ANSWERED, answer=LONG, answered=date(2026, 11, 30), in_time=False),
    "refused": replace(ANSWERED, state=FeedbackState.REFUSED, answer="Ngoài thẩm quyền của xã."),
    "rated": replace(ANSWERED, rating=3),
}
FEEDBACK_PAGES = (
    FeedbackDoor(),
    FeedbackNotice(draft=DRAFT),
    FeedbackAbout(draft=DRAFT),
    FeedbackMethod(draft=DRAFT),
    FeedbackText(draft=DRAFT, typing=field(Kind.TEXT, max_length=1500).filled(TEXT)),
    FeedbackPlaces(draft=DRAFT),
    FeedbackPlace(draft=DRAFT, typing=field(Kind.PLACE).filled("Thôn")),
    FeedbackPhoto(draft=DRAFT),
    FeedbackContact(draft=DRAFT),
    FeedbackName(draft=DRAFT, typing=field(Kind.NAME).filled("Nguyễn Thị Mẫu")),
    FeedbackPhone(draft=DRAFT, typing=field(Kind.PHONE).filled("0912345678")),
    FeedbackReview(draft=WRITTEN),
    FeedbackEdit(draft=WRITTEN),
    FeedbackDone(taken=TAKEN),
    AskAnswer(typing=field(Kind.CODE).filled("NYJK-YF")),
    AnswerSheet(told=ANSWERED),
    RateFeedback(told=ANSWERED),
)
"""One of each page."""
