"""A paper as a PDF: A4, the house's typeface embedded, head rows repeated, pages numbered."""

import io
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape

import fontpkg_be_vietnam_pro
from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import (
    CondPageBreak,
    Flowable,
    HRFlowable,
    KeepTogether,
    SimpleDocTemplate,
    Spacer,
)
from reportlab.platypus import (
    Paragraph as Text,
)
from reportlab.platypus import (
    Table as Grid,
)

from devices.papers.document import (
    MOTTO,
    NATION,
    Block,
    Document,
    Heading,
    Paragraph,
    Table,
    plain,
)

_FONTS: Final = Path(fontpkg_be_vietnam_pro.__file__).parent / "files"
_REGULAR, _BOLD, _ITALIC = "BeVietnamPro-Regular", "BeVietnamPro-SemiBold", "BeVietnamPro-Italic"
_LEFT, _RIGHT, _EDGE = 30 * mm, 15 * mm, 20 * mm
_ACROSS: Final = A4[0] - _LEFT - _RIGHT
_TOGETHER: Final = 35 * mm  # a heading does not stand at the foot of a page alone
_PAD: Final = 3.5
_FRAME_PAD: Final = 6  # reportlab's own, inside its margins


def write_pdf(document: Document) -> bytes:
    """Return the document as a PDF file, the same bytes each time."""
    for name in (_REGULAR, _BOLD, _ITALIC):
        pdfmetrics.registerFont(TTFont(name, _FONTS / f"{name}.ttf"))
    out = io.BytesIO()
    SimpleDocTemplate(
        out,
        pagesize=A4,
        leftMargin=_LEFT - _FRAME_PAD,
        rightMargin=_RIGHT - _FRAME_PAD,
        topMargin=_EDGE,
        bottomMargin=_EDGE,
        title=f"{document.name.capitalize()}: {document.subject}",
        author=document.agency,
        lang="vi",
        initialFontName=_REGULAR,
        invariant=1,
    ).build(_flow(document), onFirstPage=_first_page, onLaterPages=_later_page)
    return out.getvalue()


def _style(size: float = 11, font: str = _REGULAR, **more: Any) -> ParagraphStyle:
    return ParagraphStyle(font, fontName=font, fontSize=size, leading=size * 1.42, **more)


def _flow(document: Document) -> list[Flowable]:
    flow = [_letterhead(document), Spacer(0, 8 * mm)]
    flow += [_centred(document.name, 15, _BOLD), _centred(document.subject, 12.5, _BOLD)]
    if document.draft:
        flow += [Spacer(0, 2 * mm), _centred(document.draft, 10.5, _ITALIC)]
    flow += [HRFlowable(width="30%", thickness=0.7, color=colors.black, spaceBefore=6)]
    flow += [Spacer(0, 5 * mm)]
    for block in document.blocks:
        flow += _block(block)
    flow += [Spacer(0, 8 * mm), KeepTogether([_signatures(document)])]
    flow += [Spacer(0, 6 * mm), _text(document.note, _style(8.5, _ITALIC, alignment=TA_JUSTIFY))]
    return flow


def _letterhead(document: Document) -> Flowable:
    left = [_centred(document.agency, 10.5, _BOLD), _rule("34%"), _centred(document.number, 10.5)]
    right = [_centred(NATION, 10.5, _BOLD), _centred(MOTTO, 11, _BOLD), _rule("62%")]
    right.append(_centred(document.dated, 10.5, _ITALIC))
    return Grid(
        [[left, right]],
        colWidths=[_ACROSS * 0.4, _ACROSS * 0.6],
        style=[
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("ALIGN", (0, 0), (-1, -1), "CENTER"),
            ("FONTNAME", (0, 0), (-1, -1), _REGULAR),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("RIGHTPADDING", (0, 0), (-1, -1), 0),
        ],
    )


def _signatures(document: Document) -> Flowable:
    cells = [
        [_centred(function, 11, _BOLD), Spacer(0, 22 * mm), _centred(name or " ", 11, _BOLD)]
        for function, name in document.signed
    ]
    return Grid(
        [cells],
        colWidths=[_ACROSS / 2] * 2,
        style=[("VALIGN", (0, 0), (-1, -1), "TOP"), ("FONTNAME", (0, 0), (-1, -1), _REGULAR)],
    )


def _block(block: Block) -> list[Flowable]:
    match block:
        case Heading(text=text):
            style = _style(11.5, _BOLD, spaceBefore=9, spaceAfter=4)
            return [CondPageBreak(_TOGETHER), _text(text, style)]
        case Paragraph(text=text, label=label):
            bold = f'<font name="{_BOLD}">{escape(plain(label))}</font> ' if label else ""
            words = Text(bold + escape(plain(text)), _style(spaceAfter=4, alignment=TA_JUSTIFY))
            return [CondPageBreak(_TOGETHER), words] if label else [words]
        case Table():
            return [_table(block), Spacer(0, 3 * mm)]


def _table(table: Table) -> Flowable:
    small, head = _style(9), _style(9, _BOLD, alignment=TA_CENTER)
    rows = [[_text(cell, head) for cell in table.head]]
    rows += [[_text(cell, small) for cell in row] for row in table.rows]
    return Grid(
        rows,
        colWidths=[_ACROSS * share / sum(table.shares) for share in table.shares],
        repeatRows=1,
        splitInRow=1,  # a cell may be longer than a page
        style=[
            ("FONTNAME", (0, 0), (-1, -1), _REGULAR),
            ("GRID", (0, 0), (-1, -1), 0.5, colors.black),
            ("BACKGROUND", (0, 0), (-1, 0), colors.Color(0.93, 0.94, 0.96)),
            ("VALIGN", (0, 0), (-1, 0), "MIDDLE"),
            ("VALIGN", (0, 1), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), _PAD),
            ("RIGHTPADDING", (0, 0), (-1, -1), _PAD),
        ],
    )


def _text(text: str, style: ParagraphStyle) -> Text:
    return Text(escape(plain(text)).replace("\n", "<br/>"), style)


def _centred(text: str, size: float, font: str = _REGULAR) -> Text:
    return _text(text, _style(size, font, alignment=TA_CENTER))


def _rule(width: str) -> Flowable:
    return HRFlowable(width=width, thickness=0.7, color=colors.black, spaceBefore=2, spaceAfter=3)


def _first_page(_canvas: Any, _template: Any) -> None:
    """Leave the first page without a number, as official papers do."""


def _later_page(canvas: Any, template: Any) -> None:
    canvas.setFont(_REGULAR, 10)
    canvas.drawCentredString(A4[0] / 2, A4[1] - _EDGE / 2, str(template.page))
