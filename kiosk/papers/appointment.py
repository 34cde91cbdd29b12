"""An appointment on paper: no name and no telephone number (QUE-9)."""

from collections.abc import Iterator

from devices.contract.clock import LOCAL
from devices.receipt import Columns, Receipt, Rule, Size, Text
from kiosk.api.bookings import Appointment, AppointmentState
from kiosk.papers.sheet import EN, VI, Head, Phrases, day_text, guide, moment, named, say, small

_PHRASES: Phrases = {
    "title": {VI: "LỊCH HẸN", EN: "APPOINTMENT"},
    "at": {VI: "{begins} đến {ends}", EN: "{begins} to {ends}"},
    "code": {VI: "Mã hẹn", EN: "Code"},
    "come": {
        VI: "Khi đến, xin chạm “Tôi có hẹn” tại ki-ốt và nhập mã hẹn.",
        EN: "When you come, touch “I have an appointment” at the kiosk and enter the code.",
    },
    "here": {VI: "Đã báo có mặt", EN: "Checked in"},
    "cancelled": {VI: "LỊCH HẸN ĐÃ HỦY", EN: "THIS APPOINTMENT IS CANCELLED"},
    "number": {
        VI: "Lịch hẹn không thay số thứ tự.",
        EN: "It does not replace a queue number.",
    },
}


def appointment_slip(appointment: Appointment, head: Head) -> Receipt:
    """Return the paper that says when to come, and what for."""
    return guide(head, say(_PHRASES, "title", head), _body(appointment, head))


def _body(appointment: Appointment, head: Head) -> Iterator[Text | Columns | Rule]:
    begins, ends = (
        f"{at.astimezone(LOCAL):%H:%M}" for at in (appointment.begins_at, appointment.ends_at)
    )
    yield Rule()
    yield Text(text=day_text(appointment.day), size=Size.TITLE, bold=True)
    yield Text(text=say(_PHRASES, "at", head, begins=begins, ends=ends), size=Size.TITLE)
    yield Text(text=named(appointment.service_names, head), bold=True)
    yield Rule()
    yield Columns(name=say(_PHRASES, "code", head), value=appointment.code)
    if appointment.state is AppointmentState.CANCELLED:
        yield Text(text=say(_PHRASES, "cancelled", head), bold=True)
        return
    if appointment.checked_in_at:
        came = moment(appointment.checked_in_at)
        yield Columns(name=say(_PHRASES, "here", head), value=came)
    else:
        yield Text(text=say(_PHRASES, "come", head))
    yield small(say(_PHRASES, "number", head))
