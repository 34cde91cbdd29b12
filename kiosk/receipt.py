"""A ticket as a receipt. Pure.

It is a "phiếu số thứ tự" and nothing else: no reception slip, no fee receipt (DOS-9, G-7).
"""

import math
from datetime import datetime

from devices.contract.clock import LOCAL
from devices.receipt import Gap, Qr, Receipt, Rule, Size, Text
from kiosk.api.queue import Site, Ticket
from kiosk.api.words import Names

VI, EN = "vi", "en"
_MINUTE_S = 60
_ROUND_MINUTES = 5

_TEXTS: dict[str, dict[str, str]] = {
    "office": {
        VI: "Bộ phận Tiếp nhận và Trả kết quả",
        EN: "One-Stop Service Desk",
    },
    "title": {VI: "PHIẾU SỐ THỨ TỰ", EN: "QUEUE TICKET"},
    "priority": {VI: "Ưu tiên: {name}", EN: "Priority: {name}"},
    "appointment": {VI: "Có hẹn lúc {time}", EN: "Appointment at {time}"},
    "ahead": {VI: "Trước ông/bà còn {ahead} người", EN: "People ahead of you: {ahead}"},
    "first": {VI: "Trước ông/bà không còn ai", EN: "Nobody is ahead of you"},
    "wait": {VI: "Dự kiến chờ khoảng {minutes} phút", EN: "Expected wait: about {minutes} min"},
    "soon": {VI: "Sắp đến lượt ông/bà", EN: "It will be your turn soon"},
    "scan": {VI: "Quét mã để theo dõi lượt của ông/bà", EN: "Scan to follow your turn"},
    "issued": {VI: "Lấy số lúc {time} ngày {date}", EN: "Taken at {time} on {date}"},
    "keep": {
        VI: "Vui lòng giữ phiếu và chờ gọi số",
        EN: "Please wait for your number",
    },
    "sample": {VI: "DỮ LIỆU MẪU", EN: "SAMPLE DATA (dữ liệu mẫu)"},
}


def ticket_receipt(ticket: Ticket, site: Site) -> Receipt:
    """Return the ticket as it is printed, in the ticket's language, or in Vietnamese."""
    language = ticket.language if ticket.language in (VI, EN) else VI

    def say(key: str) -> str:
        return _TEXTS[key][language]

    blocks: list[Text | Rule | Gap | Qr] = [
        Text(text=_named(site.names, language), bold=True),
        Text(text=say("office")),
        Rule(),
        Text(text=say("title"), size=Size.TITLE),
        Text(text=ticket.number, size=Size.NUMBER, bold=True),
        Text(text=_named(ticket.service_names, language), size=Size.TITLE, bold=True),
        *_appointment(ticket, language),
        *_priority(ticket, site, language),
        Rule(),
        Text(text=_ahead(ticket.ahead, language)),
        Text(text=_expected(ticket.expected_wait_s, language), bold=True),
        Rule(),
        Qr(data=ticket.url),
        Text(text=say("scan"), size=Size.SMALL),
        Gap(height_mm=1.5),
        Text(text=say("keep"), bold=True),
        Text(text=_issued(ticket.issued_at, language), size=Size.SMALL),
    ]
    if site.sample_data:  # domain G-6
        blocks.append(Text(text=say("sample"), size=Size.SMALL, bold=True))
    return Receipt(blocks=tuple(blocks))


def _appointment(ticket: Ticket, language: str) -> tuple[Text, ...]:
    """Name the hour at which the number's turn comes."""
    if ticket.appointment_at is None:
        return ()
    at = ticket.appointment_at.astimezone(LOCAL)
    return (Text(text=_TEXTS["appointment"][language].format(time=f"{at:%H:%M}"), bold=True),)


def _priority(ticket: Ticket, site: Site, language: str) -> tuple[Text, ...]:
    """Name the declared class, when it is one that is called earlier (domain QUE-2)."""
    for declared in site.priority_classes:
        if declared.id == ticket.priority_class and declared.priority:
            name = _named(declared.names, language)
            return (Text(text=_TEXTS["priority"][language].format(name=name)),)
    return ()


def _ahead(ahead: int, language: str) -> str:
    return _TEXTS["ahead" if ahead else "first"][language].format(ahead=ahead)


def _expected(seconds: int, language: str) -> str:
    """Return the wait rounded up to five minutes: it is only guessed."""
    minutes = math.ceil(seconds / _MINUTE_S / _ROUND_MINUTES) * _ROUND_MINUTES
    key = "wait" if minutes else "soon"
    return _TEXTS[key][language].format(minutes=minutes)


def _issued(moment: datetime, language: str) -> str:
    local = moment.astimezone(LOCAL)  # domain G-3
    time, date = local.strftime("%H:%M"), local.strftime("%d/%m/%Y")
    return _TEXTS["issued"][language].format(time=time, date=date)


def _named(names: Names, language: str) -> str:
    return names.get(language) or names[VI]
