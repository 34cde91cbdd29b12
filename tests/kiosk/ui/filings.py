"""A made-up citizen's dossier at every step of preparing it."""

import io
from datetime import UTC, datetime
from functools import cache

from msgspec.structs import replace
from PIL import Image, ImageDraw

from devices.camera.paper import Flaw, PaperFormat
from kiosk.api.drafts import DraftTaken
from kiosk.api.queue import Ticket
from kiosk.sealed.prepared import Declaration
from kiosk.ui.flows.prepare.pages import (
    BindingPages,
    CheckPage,
    Filing,
    FilingBegins,
    FilingConsent,
    FilingForm,
    FilingLine,
    FilingNumber,
    FilingPaper,
    FilingPapers,
    FilingSent,
    FilingSex,
    FilingSummary,
    FilingTaken,
    FilingUnsent,
    FormField,
    LayPage,
    LeavePages,
    PickProcedure,
    PickService,
    Unsent,
)
from kiosk.ui.keyboard.keys import Kind
from kiosk.ui.keyboard.typing import field
from kiosk.ui.scan_link import CapturedPage, Preview, ScanTrouble
from kiosk.ui.state import AnyPage

MIDNIGHT = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
A4 = PaperFormat.A4
SAID = Declaration(
    name="Nguyễn Thị Hoa",
    birth="20/05/1960",
    sex="Nữ",
    number="045190001234",
    address="Thôn 2, Xã Gio Linh, Tỉnh Quảng Trị",
    phone="0912345678",
    from_card=("name", "birth", "sex", "number", "address"),
)
FILING = Filing(
    ask=1,
    code="1.001193",
    case="",
    service="ho-tich",
    names={"vi": "Đăng ký khai sinh", "en": "Birth registration"},
    said=SAID,
    papers=(
        FilingPaper(
            id="to-khai",
            names={"vi": "Tờ khai đăng ký khai sinh", "en": "Birth registration form"},
            pages=2,
        ),
        FilingPaper(id="chung-sinh", names={"vi": "Giấy chứng sinh", "en": "Certificate of birth"}),
        FilingPaper(
            id="cam-doan",
            names={
                "vi": "Văn bản cam đoan về việc sinh có người làm chứng xác nhận",
                "en": "Written assurance of the birth, confirmed by a witness",
            },
        ),
        FilingPaper(id="uy-quyen", names={"vi": "Văn bản ủy quyền", "en": "Authorisation"}),
    ),
    keeps_until=MIDNIGHT,
    sent_on=True,
)


@cache
def page_picture(width: int = 480, height: int = 640) -> bytes:
    """Return a JPEG of a page on a desk."""
    picture = Image.new("RGB", (width, height), "#6b5a48")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((40, 30, width - 40, height - 30), fill="#fbfaf6")
    for at in range(90, height - 90, 26):
        draw.line((80, at, width - 80 - at % 60, at), fill="#30343c", width=5)
    out = io.BytesIO()
    picture.save(out, format="JPEG")
    return out.getvalue()


def preview(*flaws: Flaw, found: bool = True) -> Preview:
    """Return what the camera sees."""
    picture = page_picture(640, 480)
    return Preview(
        picture=picture, found=found, steady=not flaws, flaws=flaws, paper=A4 if found else None
    )


def captured(*flaws: Flaw, pages: int = 1) -> CapturedPage:
    """Return a page that was taken."""
    return CapturedPage(page="0" * 16, picture=page_picture(), paper=A4, flaws=flaws, pages=pages)


def draft_taken(ticket: Ticket, *, joined: bool = False, sent_on: bool = True) -> DraftTaken:
    """Return the counter server's answer."""
    return DraftTaken(
        local_code="TAM-GIOLINH1-261123-0007",
        ticket=ticket,
        joined=joined,
        expires_at=MIDNIGHT,
        sent_on=sent_on,
    )


def filing_pages(ticket: Ticket) -> tuple[AnyPage, ...]:
    """Return one of each page of preparing a dossier."""
    return (
        PickService(),
        PickProcedure(service="ho-tich"),
        FilingBegins(filing=FILING),
        FilingConsent(filing=FILING),
        FilingForm(filing=FILING),
        FilingLine(
            filing=FILING, line=FormField.NAME, typing=field(Kind.NAME).filled("Nguyễn Thị Hoa")
        ),
        FilingSex(filing=FILING),
        FilingPapers(filing=FILING),
        LayPage(filing=FILING, paper=1, look=1, pages=1, seen=preview()),
        CheckPage(filing=FILING, paper=1, pages=0, taken=captured()),
        LeavePages(filing=FILING, paper=2, pages=3),
        BindingPages(filing=FILING, paper=1),
        FilingSummary(filing=FILING),
        FilingNumber(filing=FILING, typing=field(Kind.CODE).filled("A012")),
        FilingSent(filing=FILING),
        FilingUnsent(filing=FILING, why=Unsent.NO_ANSWER),
        FilingTaken(told=draft_taken(ticket), until=1060.0),
    )


def filing_situations(ticket: Ticket) -> dict[str, AnyPage]:
    """Return the pages as they are met otherwise."""
    empty = replace(FILING, said=Declaration(), papers=(), keeps_until=MIDNIGHT)
    number = field(Kind.NUMBER, max_length=12).filled("045190001234")
    return {
        "consent-more": FilingConsent(filing=FILING, part=1),
        "taken-more": FilingTaken(told=draft_taken(ticket), until=1060.0, part=1),
        "form-empty": FilingForm(filing=empty),
        "form-more": FilingForm(filing=FILING, first=3),
        "line-number": FilingLine(filing=FILING, line=FormField.NUMBER, typing=number),
        "line-birth": FilingLine(
            filing=FILING, line=FormField.BIRTH, typing=field(Kind.NUMBER, max_length=8)
        ),
        "line-address": FilingLine(
            filing=FILING, line=FormField.ADDRESS, typing=field(Kind.PLACE).filled(SAID.address)
        ),
        "papers-more": FilingPapers(filing=FILING, first=3),
        "papers-none": FilingPapers(filing=empty),
        "lay-opening": LayPage(filing=FILING, paper=1, look=1),
        "lay-lost": LayPage(filing=FILING, paper=1, look=1, trouble=ScanTrouble.OVER),
        "lay-nothing": LayPage(filing=FILING, paper=1, look=1, seen=preview(found=False)),
        **{
            f"lay-{flaw}": LayPage(filing=FILING, paper=1, look=1, seen=preview(flaw))
            for flaw in Flaw
        },
        **{
            f"check-{flaw}": CheckPage(filing=FILING, paper=1, pages=1, taken=captured(flaw))
            for flaw in Flaw
        },
        "summary-empty": FilingSummary(filing=replace(empty, said=SAID)),
        "summary-more": FilingSummary(filing=FILING, part=1),
        **{f"unsent-{why}": FilingUnsent(filing=FILING, why=why) for why in Unsent},
        "taken-joined": FilingTaken(
            told=draft_taken(ticket, joined=True, sent_on=False), until=1060.0
        ),
    }
