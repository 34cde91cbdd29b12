"""A prepared dossier on paper: no name, no number of a card, and never an official code (DOS-3)."""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from devices.receipt import Align, Columns, Item, Qr, Receipt, Rule, Size, Text
from kiosk.api.words import Names
from kiosk.papers.sheet import (
    EN,
    QR_MODULE_MM,
    VI,
    Head,
    Phrases,
    clipped,
    guide,
    heading,
    moment,
    named,
    say,
    small,
)

_PHRASES: Phrases = {
    "title": {VI: "HỒ SƠ CHUẨN BỊ", EN: "PREPARED DOSSIER"},
    "number": {VI: "Số thứ tự", EN: "Your number"},
    "code": {VI: "Số tạm", EN: "Provisional no."},
    "no_code": {
        VI: "Số tạm của ki-ốt, không phải mã hồ sơ.",
        EN: "The kiosk's own number, not a dossier code.",
    },
    "scanned": {VI: "ĐÃ QUÉT", EN: "SCANNED"},
    "missing": {VI: "MANG ĐẾN QUẦY", EN: "TO BRING TO THE COUNTER"},
    "originals": {
        VI: "Xin mang bản chính của mọi giấy tờ để cán bộ đối chiếu.",
        EN: "Please bring all originals for the officer to compare.",
    },
    "next": {
        VI: "Khi được gọi, cán bộ xem bản chuẩn bị và quyết định tiếp nhận.",
        EN: "When called, the officer looks at it and decides whether to accept it.",
    },
    "until": {
        VI: "Bản chuẩn bị tự hủy lúc {time} nếu chưa được tiếp nhận.",
        EN: "What you prepared is destroyed at {time} unless it was accepted.",
    },
}


class PreparedSlip(msgspec.Struct, frozen=True, kw_only=True):
    """What the paper says."""

    local_code: str
    number: str
    procedure: Names
    scanned: tuple[Names, ...] = ()
    missing: tuple[Names, ...] = ()
    expires_at: datetime


def prepared_slip(told: PreparedSlip, head: Head) -> Receipt:
    """Return the guidance slip (DOS-9)."""
    return guide(head, say(_PHRASES, "title", head), _body(told, head))


def _body(told: PreparedSlip, head: Head) -> Iterator[Text | Columns | Item | Rule | Qr]:
    yield Text(text=clipped(named(told.procedure, head)), bold=True)
    yield Rule()
    yield Text(text=say(_PHRASES, "number", head))
    yield Text(text=told.number, size=Size.TITLE, bold=True)
    yield Columns(name=say(_PHRASES, "code", head), value=told.local_code)
    yield Qr(data=told.local_code, module_mm=QR_MODULE_MM)
    yield small(say(_PHRASES, "no_code", head))
    for key, papers in (("scanned", told.scanned), ("missing", told.missing)):
        if papers:
            yield from heading(say(_PHRASES, key, head))
            yield from (Item(text=clipped(named(paper, head))) for paper in papers)
    yield Rule()
    for key in ("originals", "next"):
        yield Text(text=say(_PHRASES, key, head), align=Align.LEFT)
    yield small(say(_PHRASES, "until", head, time=moment(told.expires_at)))
