"""Words of coming by appointment (domain ACC-2). Papers name the tile: keep them alike."""

from dataclasses import dataclass
from enum import StrEnum

from kiosk.ui.flows.appointment.pages import AboutAppointment
from kiosk.ui.words import Words


@dataclass(frozen=True, kw_only=True)
class AppointmentTexts:
    """One language. `{...}` are places to fill; every language has the same ones."""

    open_appointment: str
    open_appointment_note: str
    prompt: str
    prompt_typed: str
    hint: str
    asking: str
    when: str
    early: str
    early_help: str
    other_day: str
    other_day_help: str
    cancelled: str
    cancelled_help: str
    late: str
    late_help: str
    at_desk: str
    at_desk_help: str
    no_service: str
    no_service_help: str
    print_it: str
    notes: dict[StrEnum, str]


VIETNAMESE = AppointmentTexts(
    open_appointment="Tôi có hẹn",
    open_appointment_note="Lấy số theo lịch hẹn",
    prompt="Quét hoặc bấm mã hẹn",
    prompt_typed="Bấm mã hẹn",
    hint="Mã ghi trên giấy hẹn, ví dụ 2311-048213",
    asking="Đang xem lịch hẹn",
    when="{begins} đến {ends}, ngày {day}",
    early="Còn sớm",
    early_help="Xin quay lại lấy số từ {time}.",
    other_day="Lịch hẹn không phải hôm nay",
    other_day_help="Xin đến đúng ngày hẹn, hoặc lấy số thường.",
    cancelled="Lịch hẹn đã hủy",
    cancelled_help="Xin lấy số thường, hoặc hỏi cán bộ tại quầy.",
    late="Đã quá giờ hẹn",
    late_help="Xin lấy số thường, hoặc hỏi cán bộ tại quầy.",
    at_desk="Cán bộ đã ghi nhận ông/bà có mặt",
    at_desk_help="Xin chờ tại quầy, hoặc hỏi cán bộ.",
    no_service="Việc này không lấy số ở đây",
    no_service_help="Xin mời đến quầy hướng dẫn.",
    print_it="In lịch hẹn",
    notes={
        AboutAppointment.AT_ITS_TIME: "Có hẹn {time}: số này được mời vào giờ hẹn.",
        AboutAppointment.IN_TURN: "Đã quá giờ hẹn {time}: số này chờ theo thứ tự.",
        AboutAppointment.ALREADY: "Số {number} của lịch hẹn này đã được gọi. Xin hỏi tại quầy.",
        AboutAppointment.UNKNOWN: "Không có lịch hẹn mã này. Xin xem lại mã.",
        AboutAppointment.AWAY: "Hệ thống đặt lịch đang không trả lời. Xin lấy số thường.",
        AboutAppointment.REFUSED: "Hệ thống đặt lịch không nhận mã này. Xin lấy số thường.",
        AboutAppointment.NOT_CONNECTED: "Điểm này chưa kết nối hệ thống đặt lịch. Xin lấy số.",
        AboutAppointment.CLOSED: "Việc này hiện chưa phát số. Xin hỏi cán bộ trực.",
        AboutAppointment.NO_ANSWER: "Máy chủ chưa trả lời. Xin thử lại.",
    },
)

ENGLISH = AppointmentTexts(
    open_appointment="I have an appointment",
    open_appointment_note="Take its number",
    prompt="Scan or type your code",
    prompt_typed="Type your code",
    hint="On your appointment paper, such as 2311-048213",
    asking="Looking for your appointment",
    when="{begins} to {ends} on {day}",
    early="You are early",
    early_help="Please take the number from {time} on.",
    other_day="Your appointment is on another day",
    other_day_help="Please come then, or take a number.",
    cancelled="The appointment is cancelled",
    cancelled_help="Please take an ordinary number, or ask at the counter.",
    late="Your time has passed",
    late_help="Please take an ordinary number, or ask at the counter.",
    at_desk="An officer has noted that you are here",
    at_desk_help="Please wait at the counter, or ask an officer.",
    no_service="There are no numbers for this here",
    no_service_help="Please go to the help desk.",
    print_it="Print it",
    notes={
        AboutAppointment.AT_ITS_TIME: "Appointment at {time}: your number is called at that time.",
        AboutAppointment.IN_TURN: "{time} has passed: your number waits its turn.",
        AboutAppointment.ALREADY: "Number {number} of this appointment was called. Please ask.",
        AboutAppointment.UNKNOWN: "No appointment of this code. Please check it.",
        AboutAppointment.AWAY: "The booking system does not answer. Please take a number.",
        AboutAppointment.REFUSED: "The booking system does not take it. Please take a number.",
        AboutAppointment.NOT_CONNECTED: "This site has no booking system. Please take a number.",
        AboutAppointment.CLOSED: "No numbers are given for this now. Please ask an officer.",
        AboutAppointment.NO_ANSWER: "The server does not answer. Please try again.",
    },
)

APPOINTMENT = Words("appointment", vi=VIETNAMESE, en=ENGLISH, good=(AboutAppointment.AT_ITS_TIME,))
