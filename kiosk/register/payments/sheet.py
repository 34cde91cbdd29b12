"""A day's reconciliation as CSV (RFC 4180) that a spreadsheet opens with Vietnamese letters."""

import csv
import io

from kiosk.register.pages import moment
from kiosk.register.payments.cashbook import DayOfMoney

_HEAD = (
    *("Loại", "Nội dung chuyển khoản", "Mã hồ sơ", "Số tiền (đồng)", "Trạng thái", "Thời điểm"),
    *("Người xác nhận", "Mã giao dịch"),
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def sheet(day: DayOfMoney) -> bytes:
    """Return the day's fees, then what banks told; UTF-8 with a byte order mark."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_HEAD)
    for fee in day.fees:
        settled = moment(fee.settled_at or fee.asked_at)
        writer.writerow(
            map(
                _safe,
                (
                    *("phí", fee.reference, fee.dossier, str(fee.amount_vnd), fee.state),
                    *(settled, fee.settled_by, fee.transaction_id),
                ),
            )
        )
    for notice in day.notices:
        writer.writerow(
            map(
                _safe,
                (
                    *("báo có", notice.reference, notice.dossier, str(notice.amount_vnd)),
                    *(notice.outcome, moment(notice.paid_at), notice.sender, notice.transaction_id),
                ),
            )
        )
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _safe(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
