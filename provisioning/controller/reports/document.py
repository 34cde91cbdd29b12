"""The month as an official report, in Vietnamese: for PDF, and sheet by sheet for ODS and XLSX."""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from devices.contract.clock import LOCAL
from devices.papers.document import Block, Document, Heading, Paragraph, Table
from provisioning.controller.reports.facts import Ratings, Row, UnitMonth

Value = str | int | float | None
_DOTS = "………"
_NAME = "BÁO CÁO"
_NONE = "–"
_THREE = ("Không hài lòng", "Hài lòng", "Rất hài lòng")
_SERVED = ("Số lượt", "Đã phục vụ", "Vắng mặt", "Chờ trung bình (phút)", "Chờ lâu nhất (phút)")


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """A sheet of a workbook: its name, its head, its rows; shares are numbers from 0 to 1."""

    name: str
    head: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    shares: tuple[int, ...] = ()
    """Columns that are shares: shown in percent."""


def document_of(report: UnitMonth, now: datetime) -> Document:
    """Return the report as a paper."""
    month = report.month
    local = now.astimezone(LOCAL)
    return Document(
        name=_NAME,
        agency=report.name.upper(),
        number=f"Số: {_DOTS}/BC-{_DOTS}",
        dated=f"{_DOTS}, ngày {local.day:02} tháng {local.month:02} năm {local.year}",
        subject=f"Kết quả phục vụ tại bộ phận một cửa, tháng {month.number} năm {month.year}",
        draft="" if report.is_over else "DỰ THẢO – tháng chưa kết thúc",
        blocks=tuple(_blocks(report)),
        signed=(("NGƯỜI LẬP BÁO CÁO", ""), ("THỦ TRƯỞNG ĐƠN VỊ", "")),
        note=(
            "Số liệu do hệ thống một cửa ghi lại, không chứa thông tin cá nhân. Tỷ lệ sẵn sàng "
            "tính trong giờ làm việc; gián đoạn ngắn hơn một phút không được tính."
        ),
    )


def sheets_of(report: UnitMonth) -> list[Sheet]:
    """Return the report as a workbook."""
    head = (*_SERVED, f"Chờ không quá {report.promised_wait_min} phút")
    return [
        Sheet(
            name="Theo đơn vị",
            head=("Đơn vị", *head),
            rows=tuple(_cells(row) for row in (*report.units, _named(report.whole, "Cộng"))),
            shares=(6,),
        ),
        Sheet(
            name="Theo lĩnh vực",
            head=("Lĩnh vực", *head),
            rows=tuple(_cells(row) for row in report.services),
            shares=(6,),
        ),
        Sheet(
            name="Đánh giá",
            head=("Thang", "Mức", "Số lượt", "Tỷ lệ"),
            rows=tuple(
                (one.scale, name, count, _share(count, one.whole))
                for one in report.ratings
                for name, count in zip(_levels(one), one.counts, strict=True)
            ),
            shares=(3,),
        ),
        Sheet(
            name="Phản ánh và trực tuyến",
            head=("Chỉ tiêu", "Số lượng"),
            rows=tuple(_feedback(report)),
        ),
        Sheet(
            name="Tỷ lệ sẵn sàng",
            head=("Đơn vị", "Thiết bị", "Mã hộp", "Tỷ lệ sẵn sàng", "Số lần gián đoạn"),
            rows=tuple(
                (box.unit, box.name, box.box, box.availability, box.outages) for box in report.boxes
            ),
            shares=(3,),
        ),
    ]


def _blocks(report: UnitMonth) -> Iterator[Block]:
    whole = report.whole
    yield Heading("I. TÌNH HÌNH CHUNG")
    yield Paragraph(
        f"Trong tháng có {_number(whole.issued)} lượt người dân lấy số; đã phục vụ "
        f"{_number(whole.served)} lượt, {_number(whole.missed)} lượt vắng mặt khi được gọi. "
        f"Thời gian chờ trung bình {_minutes(whole.mean_wait_s)} phút, lâu nhất "
        f"{_minutes(whole.longest_s)} phút; {_percent(whole.in_time_share)} số lượt chờ không quá "
        f"{report.promised_wait_min} phút."
    )
    yield Heading("II. KẾT QUẢ THEO ĐƠN VỊ")
    yield _table(("Đơn vị", *_SERVED), (*report.units, _named(whole, "Cộng")))
    yield Heading("III. KẾT QUẢ THEO LĨNH VỰC")
    yield _table(("Lĩnh vực", *_SERVED), report.services)
    yield Heading("IV. Ý KIẾN ĐÁNH GIÁ CỦA NGƯỜI DÂN")
    yield from _ratings(report)
    yield Heading("V. PHẢN ÁNH, KIẾN NGHỊ VÀ DỊCH VỤ CÔNG TRỰC TUYẾN")
    for label, count in _feedback(report):
        yield Paragraph(f"{count}.", label=f"{label}:")
    yield Heading("VI. TỶ LỆ SẴN SÀNG CỦA THIẾT BỊ")
    yield Table(
        head=("Đơn vị", "Thiết bị", "Tỷ lệ sẵn sàng", "Số lần gián đoạn"),
        shares=(4, 4, 2, 2),
        rows=tuple(
            (box.unit, f"{box.name}\n{box.box}", _percent(box.availability), str(box.outages))
            for box in report.boxes
        )
        or ((_NONE,) * 4,),
    )


def _ratings(report: UnitMonth) -> Iterator[Block]:
    if not report.ratings:
        yield Paragraph("Trong tháng chưa có ý kiến đánh giá.")
    for one in report.ratings:
        yield Paragraph(f"{_number(one.whole)} lượt đánh giá theo thang {one.scale} mức.")
        yield Table(
            head=("Mức", "Số lượt", "Tỷ lệ"),
            shares=(6, 2, 2),
            rows=tuple(
                (name, _number(count), _percent(_share(count, one.whole)))
                for name, count in zip(_levels(one), one.counts, strict=True)
            ),
        )


def _levels(ratings: Ratings) -> tuple[str, ...]:
    """Return what the levels are called, worst first (domain QUE-10)."""
    if ratings.scale == len(_THREE):
        return _THREE
    return tuple(f"Mức {value}/{ratings.scale}" for value in range(1, ratings.scale + 1))


def _feedback(report: UnitMonth) -> Iterator[tuple[str, int]]:
    known = report.feedback
    yield "Phản ánh, kiến nghị đã tiếp nhận", known.received
    yield "Phản ánh, kiến nghị đã trả lời", known.answered
    yield "Trong đó trả lời đúng hạn", known.answered_in_time
    yield "Lượt chuyển sang dịch vụ công trực tuyến", known.handed_off


def _table(head: tuple[str, ...], rows: tuple[Row, ...]) -> Table:
    return Table(
        head=head,
        shares=(5, 2, 2, 2, 3, 3),
        rows=tuple(
            (
                row.name,
                _number(row.issued),
                _number(row.served),
                _number(row.missed),
                _minutes(row.mean_wait_s),
                _minutes(row.longest_s),
            )
            for row in rows
        )
        or ((_NONE,) * 6,),
    )


def _cells(row: Row) -> tuple[Value, ...]:
    mean = row.mean_wait_s
    return (
        row.name,
        row.issued,
        row.served,
        row.missed,
        None if mean is None else round(mean / 60, 1),
        round(row.longest_s / 60, 1),
        row.in_time_share,
    )


def _named(row: Row, name: str) -> Row:
    return msgspec.structs.replace(row, name=name)


def _share(count: int, whole: int) -> float | None:
    return count / whole if whole else None


def _number(count: int) -> str:
    """Return a number as Vietnamese papers write it: 12.345."""
    return f"{count:,}".replace(",", ".")


def _minutes(seconds: float | None) -> str:
    return _NONE if seconds is None else f"{seconds / 60:.1f}".replace(".", ",")


def _percent(share: float | None) -> str:
    return _NONE if share is None else f"{share * 100:.1f} %".replace(".", ",")
