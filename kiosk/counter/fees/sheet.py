"""A day's fees as CSV (RFC 4180) that a spreadsheet opens with Vietnamese letters."""

import csv
import io
from datetime import datetime

from devices.contract.clock import LOCAL
from kiosk.api.fees import FeesOfDay
from kiosk.api.payments import FeeState

_HEAD = (
    *("Nội dung chuyển khoản", "Mã hồ sơ", "Khoản thu", "Số tiền (đồng)", "Trạng thái"),
    *("Xem tại ki-ốt lúc", "Xác nhận lúc", "Bên xác nhận", "Quầy xác nhận", "Lý do"),
)
_STATES = {
    FeeState.PENDING: "chờ xác nhận",
    FeeState.CONFIRMED: "đã xác nhận",
    FeeState.CANCELLED: "đã hủy",
}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def sheet(day: FeesOfDay) -> bytes:
    """Return the day's fees; UTF-8 with a byte order mark."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_HEAD)
    for fee in day.fees:
        cells = (
            *(fee.reference, fee.dossier, fee.what, str(fee.amount_vnd), _STATES[fee.state]),
            *(_moment(fee.shown_at), _moment(fee.confirmed_at), fee.confirmed_by),
            *(fee.by_officer, fee.reason),
        )
        writer.writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _moment(at: datetime | None) -> str:
    return f"{at.astimezone(LOCAL):%d/%m/%Y %H:%M:%S}" if at else ""
