"""The account in the words and the order of a biên bản: blocks that ODT and PDF both write. Pure.

The form follows the country's official papers: national title and motto, the agency, the document's
name, time, place, who was there, what was said, decided and when it ended, and two signatures.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from devices.papers.document import Block, Document, Heading, Paragraph, Table
from vc.server.minutes.account import Account, Item, SiteAccount, Speech, Unheard, Vote
from vc.state import RequestStatus

NAME: Final = "BIÊN BẢN HỘI NGHỊ"
_DOTS: Final = "………"
_STATUS: Final = {
    RequestStatus.PENDING: "Chưa được mời",
    RequestStatus.APPROVED: "Đã duyệt, chưa đến lượt",
    RequestStatus.REFUSED: "Không duyệt",
    RequestStatus.WITHDRAWN: "Đã rút đăng ký",
}


def document_of(account: Account) -> Document:
    """Return the minutes of an account."""
    day = account.began_at or account.planned_at
    return Document(
        name=NAME,
        agency=account.centre.upper(),
        number=f"Số: {_DOTS}/BB-{_DOTS}",
        dated=f"{_DOTS}, {_day(account.ended_at or day)}",
        subject=account.title,
        draft="" if account.ended_at else "DỰ THẢO – hội nghị chưa kết thúc",
        blocks=tuple(_blocks(account)),
        signed=(("THƯ KÝ", ""), ("CHỦ TỌA", account.chair)),
        note=(
            "Thời gian, danh sách có mặt, thời lượng phát biểu và kết quả biểu quyết do hệ thống "
            "hội nghị truyền hình ghi lại; thư ký kiểm tra và bổ sung nội dung trước khi ký."
        ),
    )


def lasting(seconds: float) -> str:
    """Return a duration in words, whole seconds."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    parts = ((hours, "giờ"), (minutes, "phút"), (rest, "giây"))
    return " ".join(f"{number} {unit}" for number, unit in parts if number) or "0 giây"


def _blocks(account: Account) -> Iterator[Block]:
    yield from _opening(account)
    yield Heading("I. THÀNH PHẦN THAM DỰ")
    yield from _attendance(account)
    yield Heading("II. NỘI DUNG")
    yield from _contents(account.items)
    yield Heading("III. BIỂU QUYẾT")
    if not account.votes:
        yield Paragraph("Hội nghị không tiến hành biểu quyết.")
    for number, vote in enumerate(account.votes, start=1):
        yield from _vote(number, vote)
    if account.unheard:
        yield Heading("IV. ĐĂNG KÝ PHÁT BIỂU CHƯA THỰC HIỆN")
        yield _unheard(account.unheard)
    if account.ended_at:
        yield Paragraph(f"Hội nghị kết thúc vào {_moment(account.ended_at)}./.")


def _opening(account: Account) -> Iterator[Block]:
    began = account.began_at
    yield Paragraph(_moment(began) if began else "chưa bắt đầu", "Thời gian bắt đầu:")
    sites = [one for one in account.sites if not one.guest]
    yield Paragraph(
        f"Điểm cầu trung tâm {account.centre}, kết nối trực tuyến với {len(sites) - 1} điểm cầu.",
        "Địa điểm:",
    )
    yield Paragraph(account.chair or _DOTS, "Chủ tọa:")
    yield Paragraph(_DOTS * 3, "Thư ký:")
    if account.recorded:
        yield Paragraph("Hội nghị được ghi hình.")


def _attendance(account: Account) -> Iterator[Block]:
    sites = [one for one in account.sites if not one.guest]
    delegates = sum(len(one.present) + len(one.absent) for one in sites)
    yield Paragraph(
        f"{sum(one.came_at is not None for one in sites)}/{len(sites)} điểm cầu kết nối; "
        f"{sum(len(one.present) for one in sites)}/{delegates} đại biểu được điểm danh có mặt."
    )
    yield Table(
        ("STT", "Điểm cầu", "Đại biểu có mặt", "Vắng mặt", "Kết nối"),
        (2, 6, 8, 8, 6),
        tuple(
            (
                str(number),
                one.name,
                "\n".join(one.present) or "–",
                "\n".join(one.absent) or "–",
                _line(one),
            )
            for number, one in enumerate(sites, start=1)
        ),
    )
    if guests := [one.name for one in account.sites if one.guest]:
        yield Paragraph("; ".join(guests) + ".", "Khách mời:")


def _line(site: SiteAccount) -> str:
    if site.came_at is None:
        return "Không kết nối"
    broken = f"\ngián đoạn {site.breaks} lần" if site.breaks else ""
    return f"từ {site.came_at:%H:%M}{broken}"


def _contents(items: Sequence[Item]) -> Iterator[Block]:
    if not items:
        yield Paragraph("Chưa có nội dung được ghi nhận.")
    for number, item in enumerate(items, start=1):
        until = f"{item.ended_at:%H:%M}" if item.ended_at else "nay"
        title = item.title or "Phần ngoài chương trình"
        yield Paragraph(f"(từ {item.began_at:%H:%M} đến {until})", f"{number}. {title}")
        if item.papers:
            yield Paragraph("; ".join(item.papers) + ".", "Tài liệu trình chiếu:")
        if item.speeches:
            yield _speeches(item.speeches)


def _speeches(speeches: Sequence[Speech]) -> Table:
    return Table(
        ("Giờ", "Người phát biểu", "Điểm cầu", "Thời lượng", "Nội dung đăng ký"),
        (3, 6, 6, 4, 7),
        tuple(
            (
                f"{one.began_at:%H:%M:%S}",
                one.speaker or "–",
                one.site,
                lasting(one.lasted_s),
                one.content or "–",
            )
            for one in speeches
        ),
    )


def _vote(number: int, vote: Vote) -> Iterator[Block]:
    how = "Biểu quyết kín" if vote.secret else "Biểu quyết công khai"
    yield Paragraph(
        f"{how}, từ {vote.opened_at:%H:%M:%S} đến {vote.closed_at:%H:%M:%S}; "
        f"{vote.voted}/{vote.eligible} đại biểu có quyền đã biểu quyết.",
        f"{number}. {vote.question}",
    )
    silent = vote.eligible - vote.voted
    rows = [
        *((one.option, one.votes, "; ".join(one.names) or "–") for one in vote.choices),
        ("Không bỏ phiếu", silent, "–"),
    ]
    columns = 3 if vote.secret else 4
    yield Table(
        ("Phương án", "Số phiếu", "Tỷ lệ", "Đại biểu")[:columns],
        (5, 2, 2, 11)[:columns],
        tuple(
            (option, str(votes), _share(votes, vote.eligible), names)[:columns]
            for option, votes, names in rows
        ),
    )


def _share(votes: int, eligible: int) -> str:
    return f"{100 * votes / eligible:.1f}%".replace(".", ",") if eligible else "–"


def _unheard(unheard: Sequence[Unheard]) -> Table:
    return Table(
        ("Giờ đăng ký", "Đại biểu", "Điểm cầu", "Nội dung đăng ký", "Kết quả"),
        (3, 5, 5, 5, 5),
        tuple(
            (
                f"{one.asked_at:%H:%M}",
                one.speaker,
                one.site,
                one.content or "–",
                _STATUS[one.status] + (f": {one.reason}" if one.reason else ""),
            )
            for one in unheard
        ),
    )


def _day(moment: datetime) -> str:
    return f"ngày {moment:%d} tháng {moment:%m} năm {moment:%Y}"


def _moment(moment: datetime) -> str:
    return f"{moment:%H} giờ {moment:%M} phút, {_day(moment)}"
