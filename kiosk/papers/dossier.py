"""How a dossier stands, on paper (domain DOS-14, DOS-15). Nothing of the applicant is on it."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime

import msgspec

from devices.receipt import Columns, Qr, Receipt, Rule, Size, Text
from kiosk.api.words import Names
from kiosk.domain.deadline import Account, Due, Standing, TimeUnit, Told
from kiosk.domain.dossier_state import DossierState
from kiosk.papers.sheet import (
    EN,
    QR_MODULE_MM,
    VI,
    Head,
    Phrases,
    day_text,
    days_text,
    guide,
    moment,
    named,
    say,
    small,
)

_PHRASES: Phrases = {
    "title": {VI: "TÌNH TRẠNG HỒ SƠ", EN: "DOSSIER STATUS"},
    "provisional": {
        VI: "Số tạm của ki-ốt, chưa phải mã hồ sơ",
        EN: "The kiosk's own provisional number, not yet a dossier code",
    },
    "received": {VI: "Ngày nhận", EN: "Received"},
    "due": {VI: "Ngày hẹn trả", EN: "Due"},
    "counted": {
        VI: "Ngày hẹn trả do ki-ốt tính theo lịch làm việc. Ngày chính thức ghi trên giấy hẹn.",
        EN: "The due date was worked out by the kiosk. The official one is on your appointment.",
    },
    "doubtful": {
        VI: "Lịch nghỉ năm {years} chưa công bố: ngày hẹn trả có thể thay đổi.",
        EN: "Days off in {years} are not announced yet: the due date may change.",
    },
    "told": {
        VI: "Theo hệ thống một cửa lúc {time}",
        EN: "As told by the one-stop system at {time}",
    },
    "scan": {VI: "Quét để xem lại tại ki-ốt", EN: "Scan at the kiosk to look again"},
    "ask": {
        VI: "Xin hỏi cán bộ tại quầy về ngày trả mới.",
        EN: "Please ask at the counter for the new date.",
    },
}

_STANDINGS: Mapping[Standing, Mapping[str, str]] = {
    Standing.IN_TIME: {VI: "Còn {days}", EN: "{days} left"},
    Standing.DUE_TODAY: {VI: "Hẹn trả hôm nay", EN: "Due today"},
    Standing.OVERDUE: {VI: "Đã quá hạn {days}", EN: "Overdue by {days}"},
    Standing.DONE_IN_TIME: {VI: "Đã giải quyết đúng hạn", EN: "Completed in time"},
    Standing.DONE_LATE: {
        VI: "Đã giải quyết, chậm {days}",
        EN: "Completed {days} late",
    },
    Standing.PAUSED: {
        VI: "Thời gian giải quyết đang tạm dừng. Ngày hẹn trả sẽ được tính lại.",
        EN: "The time is paused. The due date will be set anew.",
    },
}
_WITHOUT_DAYS: Mapping[Standing, Mapping[str, str]] = {
    Standing.IN_TIME: {VI: "Chưa đến hạn trả", EN: "Not due yet"},
    Standing.OVERDUE: {VI: "Đã quá hạn", EN: "Overdue"},
    Standing.DONE_LATE: {VI: "Đã giải quyết, chậm hạn", EN: "Completed late"},
}


class DossierStatus(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a dossier. `told_at`: when the one-stop system said so.

    `code` is a kiosk's own number where `provisional` (DOS-3).
    """

    code: str
    procedure: Names
    state: DossierState
    account: Account
    told_at: datetime
    received: date | None = None
    due: Due | None = None
    provisional: bool = False


def dossier_slip(status: DossierStatus, head: Head) -> Receipt:
    """Return the paper that tells a dossier's state, due date and delay."""
    return guide(head, say(_PHRASES, "title", head), _body(status, head))


def standing_text(account: Account, language: str) -> str:
    """Return how a dossier stands in words, or "" when there is nothing to say."""
    phrases = _STANDINGS if account.working_days else {**_STANDINGS, **_WITHOUT_DAYS}
    said = phrases.get(account.standing, {})
    days = days_text(account.working_days, TimeUnit.WORKING_DAYS, language)
    return (said.get(language) or said.get(VI, "")).format(days=days)


def _body(status: DossierStatus, head: Head) -> Iterator[Text | Columns | Qr | Rule]:
    yield Text(text=status.code, bold=True)
    if status.provisional:
        yield small(say(_PHRASES, "provisional", head))
    yield Text(text=named(status.procedure, head))
    yield Rule()
    yield Text(text=named(status.state.names, head), size=Size.TITLE, bold=True)
    if standing := standing_text(status.account, head.spoken):
        yield Text(text=standing, bold=True)
    if status.account.standing is Standing.OVERDUE:
        yield Text(text=say(_PHRASES, "ask", head))
    yield Rule()
    if status.received:
        yield Columns(name=say(_PHRASES, "received", head), value=day_text(status.received))
    if status.due:
        yield from _due(status.due, head)
    yield small(say(_PHRASES, "told", head, time=moment(status.told_at)))
    yield Qr(data=status.code, module_mm=QR_MODULE_MM)
    yield small(say(_PHRASES, "scan", head))


def _due(due: Due, head: Head) -> Iterator[Text | Columns]:
    yield Columns(name=say(_PHRASES, "due", head), value=day_text(due.day))
    if due.told is Told.COUNTED:
        yield small(say(_PHRASES, "counted", head))
    if due.doubtful_years:
        years = ", ".join(map(str, due.doubtful_years))
        yield small(say(_PHRASES, "doubtful", head, years=years))
