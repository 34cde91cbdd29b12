"""Feedback as a table for another system, carried there by hand (domain §12). Pure."""

import csv
import io
from collections.abc import Iterable

from devices.contract.clock import LOCAL
from kiosk.backoffice.open311 import NewFeedback
from kiosk.counter.feedback.config import FeedbackConfig
from kiosk.counter.feedback.rows import FeedbackRow
from kiosk.domain.feedback import STATE_NAMES

_HEAD = (
    *("Mã theo dõi", "Gửi lúc", "Hẹn trả lời", "Lĩnh vực", "Nội dung", "Địa điểm", "Vĩ độ"),
    *("Kinh độ", "Người gửi", "Điện thoại", "Đồng ý công khai", "Có ảnh", "Trạng thái"),
    *("Trả lời", "Ngày trả lời"),
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(lines: Iterable[tuple[object, ...]]) -> bytes:
    """Return UTF-8 with a mark at its beginning, as spreadsheets want it (RFC 4180)."""
    page = io.StringIO()
    writer = csv.writer(page)
    writer.writerow(_HEAD)
    for cells in lines:
        writer.writerow([_harmless(cell) for cell in cells])
    return page.getvalue().encode("utf-8-sig")


def line(row: FeedbackRow, told: NewFeedback | None, config: FeedbackConfig) -> tuple[object, ...]:
    """Return the cells of one, without its photo: many lines are less than a few photos."""
    new = told or NewFeedback(category=row.category, description="")
    sent, answered = row.sent_at.astimezone(LOCAL), row.answered_at
    return (
        *(row.code, f"{sent:%d/%m/%Y %H:%M}", f"{row.due:%d/%m/%Y}"),
        *(config.names_of(row.category)["vi"], new.description, new.address),
        *("" if new.lat is None else new.lat, "" if new.long is None else new.long),
        *(new.name, new.phone, "có" if row.may_be_public else "không"),
        *("có" if new.photos else "", STATE_NAMES[row.state]["vi"], row.answer),
        f"{answered.astimezone(LOCAL):%d/%m/%Y}" if answered else "",
    )


def _harmless(cell: object) -> object:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
