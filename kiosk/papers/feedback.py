"""The code that follows a piece of feedback. What was written stays off the paper (FB-1)."""

from collections.abc import Iterator
from datetime import date, datetime

import msgspec

from devices.receipt import Columns, Qr, Receipt, Rule, Size, Text
from kiosk.api.words import Names
from kiosk.papers.sheet import (
    EN,
    QR_MODULE_MM,
    VI,
    Head,
    Phrases,
    day_text,
    guide,
    moment,
    named,
    say,
    small,
)

_PHRASES: Phrases = {
    "title": {VI: "PHẢN ÁNH, KIẾN NGHỊ", EN: "FEEDBACK"},
    "code": {VI: "Mã theo dõi", EN: "Following code"},
    "category": {VI: "Lĩnh vực", EN: "About"},
    "sent": {VI: "Gửi lúc", EN: "Sent at"},
    "due": {VI: "Hẹn trả lời", EN: "Answer by"},
    "look": {
        VI: "Xem trả lời tại ki-ốt: chạm “Phản ánh, kiến nghị” rồi nhập mã này.",
        EN: "To see the answer at the kiosk, touch “Feedback” and enter this code.",
    },
    "scan": {VI: "Hoặc quét mã", EN: "Or scan"},
    "secret": {
        VI: "Xin giữ kín: ai có mã này cũng xem được trả lời.",
        EN: "Keep it to yourself: whoever has this code can see the answer.",
    },
}


class FeedbackSent(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of feedback that was taken. `due` is when it is to be answered, `url` may be ""."""

    code: str
    category: Names
    sent_at: datetime
    due: date | None = None
    url: str = ""


def feedback_slip(sent: FeedbackSent, head: Head) -> Receipt:
    """Return the paper by which the answer is found again."""
    return guide(head, say(_PHRASES, "title", head), _body(sent, head))


def _body(sent: FeedbackSent, head: Head) -> Iterator[Text | Columns | Qr | Rule]:
    yield Rule()
    yield small(say(_PHRASES, "code", head))
    yield Text(text=sent.code, size=Size.TITLE, bold=True)
    yield small(say(_PHRASES, "secret", head))
    yield Rule()
    yield Columns(name=say(_PHRASES, "category", head), value=named(sent.category, head))
    yield Columns(name=say(_PHRASES, "sent", head), value=moment(sent.sent_at))
    if sent.due:
        yield Columns(name=say(_PHRASES, "due", head), value=day_text(sent.due))
    yield Text(text=say(_PHRASES, "look", head))
    if sent.url:
        yield Qr(data=sent.url, module_mm=QR_MODULE_MM)
        yield small(say(_PHRASES, "scan", head))
