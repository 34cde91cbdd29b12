"""Each paper's own words (domain DOS-3, DOS-14 to DOS-16, DOS-18, PAY-5, QUE-9, CAT-1)."""

from datetime import date

import msgspec
import pytest

from devices.receipt import Qr
from kiosk.api.bookings import AppointmentState
from kiosk.domain.deadline import Account, Due, Standing, Told
from kiosk.domain.dossier import local_code
from kiosk.domain.dossier_state import state_of
from kiosk.domain.vietqr import BadTransferError, decode
from kiosk.papers.appointment import appointment_slip
from kiosk.papers.dossier import dossier_slip, standing_text
from kiosk.papers.payment import payment_slip
from tests.kiosk.papers.samples import (
    APPOINTMENT,
    FEE,
    NOW,
    OVERDUE,
    PAPERS,
    head,
    procedure_paper,
)
from tests.kiosk.papers.test_papers import lines


def test_an_overdue_dossier_is_told_as_it_is() -> None:
    """DOS-14, DOS-15."""
    assert lines(PAPERS["dossier"]("vi"))[2:] == [
        "PHIẾU HƯỚNG DẪN",
        "TÌNH TRẠNG HỒ SƠ",
        "000.00.22.H49-261120-0042",
        "Cấp Giấy xác nhận tình trạng hôn nhân",
        "Đang xử lý",
        "Đã quá hạn 2 ngày làm việc",
        "Xin hỏi cán bộ tại quầy về ngày trả mới.",
        "Ngày nhận",
        "18/11/2026",
        "Ngày hẹn trả",
        "23/11/2026",
        "Theo hệ thống một cửa lúc 08:31 26/11/2026",
        "Quét để xem lại tại ki-ốt",
        "In lúc 08:31 26/11/2026",
        "DỮ LIỆU MẪU",
    ]


@pytest.mark.parametrize(
    ("account", "vi", "en"),
    [
        (Account(Standing.IN_TIME, 1), "Còn 1 ngày làm việc", "1 working day left"),
        (Account(Standing.IN_TIME, 0), "Chưa đến hạn trả", "Not due yet"),
        (Account(Standing.DUE_TODAY), "Hẹn trả hôm nay", "Due today"),
        (Account(Standing.OVERDUE, 3), "Đã quá hạn 3 ngày làm việc", "Overdue by 3 working days"),
        (Account(Standing.OVERDUE, 0), "Đã quá hạn", "Overdue"),
        (Account(Standing.DONE_IN_TIME, 2), "Đã giải quyết đúng hạn", "Completed in time"),
        (
            Account(Standing.DONE_LATE, 1),
            "Đã giải quyết, chậm 1 ngày làm việc",
            "Completed 1 working day late",
        ),
        (Account(Standing.OPEN), "", ""),
    ],
)
def test_how_a_dossier_stands_is_said_in_words(account: Account, vi: str, en: str) -> None:
    assert (standing_text(account, "vi"), standing_text(account, "en")) == (vi, en)


def test_a_date_of_our_own_counting_says_so_and_names_years_in_doubt() -> None:
    """DOS-18, §12; the server's own date has neither remark."""
    ours = msgspec.structs.replace(
        OVERDUE, due=Due(date(2027, 2, 15), Told.COUNTED, (2027,)), account=Account(Standing.OPEN)
    )
    written = " ".join(lines(dossier_slip(ours, head())))
    assert "do ki-ốt tính theo lịch làm việc" in written
    assert "Lịch nghỉ năm 2027 chưa công bố" in written
    assert "do ki-ốt tính" not in " ".join(lines(dossier_slip(OVERDUE, head())))


def test_a_paused_dossier_has_no_delay_and_an_unknown_state_is_shown() -> None:
    """DOS-14."""
    paused = msgspec.structs.replace(
        OVERDUE, state=state_of(8), account=Account(Standing.PAUSED), due=None
    )
    written = " ".join(lines(dossier_slip(paused, head())))
    assert "Dừng xử lý" in written
    assert "tạm dừng" in written
    assert "quá hạn" not in written
    strange = msgspec.structs.replace(OVERDUE, state=state_of(42), account=Account(Standing.OPEN))
    assert "trạng thái khác (42)" in lines(dossier_slip(strange, head()))


def test_a_kiosks_own_number_is_told_as_provisional() -> None:
    """DOS-3."""
    code = local_code("kiosk-1", date(2026, 11, 21), 7)
    own = msgspec.structs.replace(OVERDUE, code=code.text, provisional=code.is_local)
    assert "Số tạm của ki-ốt, chưa phải mã hồ sơ" in lines(dossier_slip(own, head()))


def test_a_payment_is_pending_and_its_symbol_is_the_transfer() -> None:
    """PAY-5, PAY-6."""
    receipt = payment_slip(FEE, head(sample=False))
    written = lines(receipt)
    assert written[2:5] == ["THÔNG TIN THANH TOÁN", "8.000 đồng", "CHỜ XÁC NHẬN"]
    assert "H50 261121 0042" in written
    assert any("không chứng nhận đã nộp tiền" in text for text in written)
    assert [decode(block.data) for block in receipt.blocks if isinstance(block, Qr)] == [
        FEE.transfer
    ]
    assert "Xin không chuyển tiền" not in written
    assert "Xin không chuyển tiền" in lines(PAPERS["payment"]("vi"))


def test_a_payment_that_no_symbol_can_hold_is_not_printed() -> None:
    bad = msgspec.structs.replace(FEE.transfer, account="")
    with pytest.raises(BadTransferError):
        payment_slip(msgspec.structs.replace(FEE, transfer=bad), head())


def test_a_check_list_has_boxes_choices_steps_and_the_cut_off() -> None:
    """CAT-1, CAT-3, DOS-16."""
    written = lines(procedure_paper("1.001193", "dung-han"))
    assert "Đúng hạn (trong 60 ngày từ ngày sinh)" in written
    assert written[written.index("Thời hạn") + 1] == "trong ngày"
    assert "Nộp sau 15:00: tính từ ngày làm việc tiếp theo." in written
    assert written[written.index("Lệ phí hộ tịch") + 1] == "không thu"
    assert written[written.index("Trực tuyến") + 1] == "toàn trình"
    assert "Một trong các giấy tờ sau:" in written
    assert "Căn cước hoặc hộ chiếu của người đi đăng ký (để xuất trình)" in written


BY_PAGE = "2.000 đồng/trang; từ trang 3: 1.000 đồng/trang; tối đa 200.000 đồng/bản"
BY_PERSON = (
    "15.000 đồng (trực tuyến 7.000 đồng)/người;"
    " theo danh sách 10.000 đồng (trực tuyến 5.000 đồng)/người"
)


@pytest.mark.parametrize(
    ("code", "case", "fee"),
    [
        ("1.001193", "qua-han", "theo quy định của HĐND tỉnh"),  # §12: no number
        ("2.000815", "", BY_PAGE),
        ("1.004194", "", BY_PERSON),
    ],
)
def test_a_fee_is_its_rule_in_words(code: str, case: str, fee: str) -> None:
    """PAY-1, §12."""
    assert fee in lines(procedure_paper(code, case))


def test_a_time_without_a_unit_is_left_to_the_officer() -> None:
    """§12: no due date is said; what the catalogue notes stands as it is."""
    written = lines(procedure_paper("2.001263"))
    assert written[written.index("Thời hạn") + 1].endswith("Ngày hẹn do cán bộ ghi.")


def test_feedback_is_on_paper_by_its_code_and_not_by_its_words() -> None:
    """FB-1."""
    written = lines(PAPERS["feedback"]("vi"))
    assert "NYJK-YF33-PMKM" in written
    assert written[written.index("Hẹn trả lời") + 1] == "03/12/2026"


def test_an_appointment_says_when_and_what_to_do_and_what_became_of_it() -> None:
    """QUE-9, G-3."""
    written = lines(PAPERS["appointment"]("vi"))
    assert "27/11/2026" in written
    assert "08:30 đến 09:00" in written
    gone = msgspec.structs.replace(APPOINTMENT, state=AppointmentState.CANCELLED)
    assert "LỊCH HẸN ĐÃ HỦY" in lines(appointment_slip(gone, head()))
    came = msgspec.structs.replace(
        APPOINTMENT, state=AppointmentState.CHECKED_IN, checked_in_at=NOW
    )
    assert "Đã báo có mặt" in lines(appointment_slip(came, head()))
