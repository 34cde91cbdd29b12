"""What to prepare for a procedure: a list to tick (domain CAT-1 to CAT-4, DOS-9)."""

from collections.abc import Iterator
from datetime import date
from itertools import groupby

import msgspec

from devices.receipt import Align, Columns, Gap, Item, Qr, Receipt, Rule, Text
from kiosk.catalogue.procedure import Handling, OnlineLevel, Paper, PaperKind, Procedure
from kiosk.papers.fee_words import exempt_words, fee_words
from kiosk.papers.sheet import (
    EN,
    QR_MODULE_MM,
    VI,
    Blocks,
    Head,
    Phrases,
    clipped,
    day_text,
    days_text,
    guide,
    heading,
    named,
    say,
    small,
)

_GROUP_GAP_MM = 1.5
_PHRASES: Phrases = {
    "code": {VI: "Mã thủ tục", EN: "Procedure"},
    "agency": {VI: "Nơi giải quyết", EN: "Decided by"},
    "case": {VI: "Trường hợp", EN: "Case"},
    "time": {VI: "Thời hạn", EN: "Time"},
    "same_day": {VI: "trong ngày", EN: "the same day"},
    "ask": {VI: "hỏi cán bộ tại quầy", EN: "ask at the counter"},
    "cut_off": {
        VI: "Nộp sau {time}: tính từ ngày làm việc tiếp theo.",
        EN: "Handed in after {time}: counted from the next working day.",
    },
    "fee": {VI: "Phí, lệ phí", EN: "Fees"},
    "by_case": {VI: "tùy trường hợp", EN: "depends on the case"},
    "papers": {VI: "GIẤY TỜ CẦN CHUẨN BỊ", EN: "PAPERS TO PREPARE"},
    "no_papers": {VI: "Hỏi cán bộ tại quầy.", EN: "Ask at the counter."},
    "one_of": {VI: "Một trong các giấy tờ sau:", EN: "One of these papers:"},
    "steps": {VI: "CÁC BƯỚC", EN: "STEPS"},
    "shown": {VI: "để xuất trình", EN: "to be shown"},
    "copy": {VI: "bản sao", EN: "copy"},
    "electronic": {VI: "bản điện tử", EN: "electronic"},
    "count": {VI: "{count} bản", EN: "copies: {count}"},
    "online": {VI: "Trực tuyến", EN: "Online"},
    OnlineLevel.WHOLE: {VI: "toàn trình", EN: "the whole procedure"},
    OnlineLevel.PART: {VI: "một phần", EN: "a part of it"},
    OnlineLevel.INFORMATION: {VI: "chỉ có thông tin", EN: "information only"},
    "portal": {
        VI: "Quét mã để mở trang thủ tục trên Cổng Dịch vụ công quốc gia",
        EN: "Scan to open this procedure on the National Public Service Portal",
    },
    "data": {VI: "Dữ liệu thủ tục ngày {day}", EN: "Data of this procedure as of {day}"},
}


def procedure_slip(
    procedure: Procedure, head: Head, day: date, case: str = "", portal: str = ""
) -> Receipt:
    """Return the check-list of a procedure on the day, for a case of it.

    `portal` is the address that `kiosk.catalogue.portal.hand_off` gave, if any: the catalogue's own
    word is not enough for a symbol that citizens scan.
    """
    if procedure.sample and not head.sample:  # G-6: the label goes with the data
        head = msgspec.structs.replace(head, sample=True)
    return guide(head, procedure.name(head.spoken), _body(procedure, head, day, case, portal))


def _body(procedure: Procedure, head: Head, day: date, case: str, portal: str) -> Blocks:
    yield Rule()
    yield Columns(name=say(_PHRASES, "code", head), value=procedure.code)
    yield from (
        Columns(name=say(_PHRASES, "case", head), value=clipped(named(one.names, head)))
        for one in procedure.cases
        if one.id == case
    )
    yield Columns(name=say(_PHRASES, "agency", head), value=clipped(named(procedure.agency, head)))
    yield from _time(procedure, head)
    yield Columns(name=say(_PHRASES, "online", head), value=say(_PHRASES, procedure.online, head))
    yield from _fees(procedure, head, day, case)
    yield from _papers(procedure.papers_of(case), head)
    if procedure.steps:
        yield from heading(say(_PHRASES, "steps", head))
        for number, step in enumerate(procedure.steps, start=1):
            yield Item(text=clipped(named(step, head)), mark=f"{number}.")
    if procedure.note:
        yield Text(text=clipped(named(procedure.note, head)), align=Align.LEFT)
    if portal:
        yield Qr(data=portal, module_mm=QR_MODULE_MM)
        yield small(say(_PHRASES, "portal", head))
    yield Gap(height_mm=_GROUP_GAP_MM)
    yield small(say(_PHRASES, "data", head, day=day_text(procedure.data_date)))


def _time(procedure: Procedure, head: Head) -> Iterator[Columns | Text]:
    time = procedure.time
    if time is None:
        said = clipped(named(procedure.time_note, head)) or say(_PHRASES, "ask", head)
        yield Columns(name=say(_PHRASES, "time", head), value=said)
        return
    said = days_text(time.amount, time.unit, head.spoken)
    if not time.amount:
        said = say(_PHRASES, "same_day", head)
    yield Columns(name=say(_PHRASES, "time", head), value=said)
    if time.cut_off:
        yield small(say(_PHRASES, "cut_off", head, time=f"{time.cut_off:%H:%M}"))
    if procedure.time_note:
        yield small(clipped(named(procedure.time_note, head)))


def _fees(procedure: Procedure, head: Head, day: date, case: str) -> Iterator[Columns | Text]:
    fees = procedure.fees_on(day, case)
    for fee in fees:
        yield Columns(name=clipped(named(fee.names, head)), value=fee_words(fee.rule, head))
        if fee.exempt:
            yield small(exempt_words(fee.exempt, head))
    if not fees:
        by_case = not case and any(fee.case for fee in procedure.fees)
        said = say(_PHRASES, "by_case" if by_case else "ask", head)
        yield Columns(name=say(_PHRASES, "fee", head), value=said)


def _papers(papers: tuple[Paper, ...], head: Head) -> Blocks:
    yield from heading(say(_PHRASES, "papers", head))
    if not papers:
        yield Text(text=say(_PHRASES, "no_papers", head), align=Align.LEFT)
    for group, members in groupby(papers, key=lambda paper: paper.one_of):
        if group:
            yield Gap(height_mm=_GROUP_GAP_MM)
            yield Text(text=say(_PHRASES, "one_of", head), align=Align.LEFT)
        for paper in members:
            yield Item(text=clipped(_paper(paper, head)))
        if group:
            yield Gap(height_mm=_GROUP_GAP_MM)


def _paper(paper: Paper, head: Head) -> str:
    """Return a paper in words: its name, in what form, and when it is wanted."""
    name = named(paper.names, head)
    forms = [say(_PHRASES, key, head, count=paper.count) for key in _forms(paper)]
    said = [form for form in forms if form not in name.casefold()]
    remarks = [named(texts, head).rstrip(".") for texts in (paper.when, paper.note) if texts]
    return ". ".join([name + (f" ({', '.join(said)})" if said else ""), *remarks])


def _forms(paper: Paper) -> Iterator[str]:
    if paper.count > 1:
        yield "count"
    if paper.kind is not PaperKind.ORIGINAL:
        yield "copy" if paper.kind is PaperKind.COPY else "electronic"
    if paper.handling is Handling.SHOWN:
        yield "shown"
