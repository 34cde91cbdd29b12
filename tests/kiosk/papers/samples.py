"""Papers of a commune that does not exist, each in a language."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from devices.receipt import Receipt
from kiosk.api.bookings import Appointment, AppointmentState
from kiosk.catalogue.files import read_folders
from kiosk.domain.deadline import Account, Due, Standing, Told
from kiosk.domain.dossier_state import StateCode, state_of
from kiosk.domain.vietqr import Transfer, memo
from kiosk.papers.appointment import appointment_slip
from kiosk.papers.dossier import DossierStatus, dossier_slip
from kiosk.papers.feedback import FeedbackSent, feedback_slip
from kiosk.papers.payment import PaymentAsk, payment_slip
from kiosk.papers.prepared import PreparedSlip, prepared_slip
from kiosk.papers.procedure import procedure_slip
from kiosk.papers.sheet import Head

TODAY = date(2026, 11, 26)
NOW = datetime(2026, 11, 26, 1, 31, tzinfo=UTC)  # 08:31 in Viet Nam
OFFICE = {
    "vi": "Trung tâm Phục vụ hành\u00a0chính\u00a0công xã\u00a0Nguyễn\u00a0Huệ",
    "en": "Nguyễn Huệ Commune Public Administration Service Centre",
}
CATALOGUE = read_folders([Path("kiosk/catalogue/sample")])

OVERDUE = DossierStatus(
    code="000.00.22.H49-261120-0042",
    procedure={"vi": "Cấp Giấy xác nhận tình trạng hôn nhân", "en": "Marital status certificate"},
    state=state_of(StateCode.IN_WORK),
    account=Account(Standing.OVERDUE, 2),
    received=date(2026, 11, 18),
    due=Due(date(2026, 11, 23), Told.SERVER),
    told_at=NOW,
)
FEE = PaymentAsk(
    dossier="H50-261121-0042",
    bank="Vietcombank",
    holder="UBND XA NGUYEN HUE",
    transfer=Transfer(
        bank="970436", account="0011001234567", amount=8000, purpose=memo("H50-261121-0042")
    ),
)
FEEDBACK = FeedbackSent(
    code="NYJK-YF33-PMKM",
    category={"vi": "Đường sá, chiếu sáng công cộng", "en": "Roads and street lights"},
    sent_at=NOW,
    due=date(2026, 12, 3),
    url="http://phan-anh.xa-nguyen-hue.example.vn/f/NYJK-YF33-PMKM",
)
APPOINTMENT = Appointment(
    code="7F3KQ2",
    service="dat-dai",
    service_names={"vi": "Đất đai – Xây dựng", "en": "Land and construction"},
    day=date(2026, 11, 27),
    begins_at=datetime(2026, 11, 27, 1, 30, tzinfo=UTC),
    ends_at=datetime(2026, 11, 27, 2, 0, tzinfo=UTC),
    state=AppointmentState.BOOKED,
)
PREPARED = PreparedSlip(
    local_code="TAM-GIOLINH1-261126-0007",
    number="A012",
    procedure={"vi": "Đăng ký khai sinh", "en": "Birth registration"},
    scanned=({"vi": "Tờ khai đăng ký khai sinh", "en": "Birth registration form"},),
    missing=({"vi": "Giấy chứng sinh", "en": "Certificate of birth"},),
    expires_at=datetime(2026, 11, 26, 17, 0, tzinfo=UTC),
)


def head(language: str = "vi", *, sample: bool = True) -> Head:
    return Head(office=OFFICE, printed_at=NOW, language=language, sample=sample)


def procedure_paper(code: str, case: str = "", language: str = "vi") -> Receipt:
    procedure = CATALOGUE.procedure(code, TODAY)
    assert procedure is not None
    return procedure_slip(procedure, head(language, sample=False), TODAY, case)


PAPERS: dict[str, Callable[[str], Receipt]] = {
    "dossier": lambda language: dossier_slip(OVERDUE, head(language)),
    "payment": lambda language: payment_slip(FEE, head(language)),
    "feedback": lambda language: feedback_slip(FEEDBACK, head(language)),
    "appointment": lambda language: appointment_slip(APPOINTMENT, head(language)),
    "birth": lambda language: procedure_paper("1.001193", "dung-han", language),
    "prepared": lambda language: prepared_slip(PREPARED, head(language)),
    "copies": lambda language: procedure_paper("2.000815", "", language),
}
