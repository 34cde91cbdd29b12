"""A paper as an OpenDocument text (ISO/IEC 26300), for the secretary to finish.

Set in Times New Roman, the type of official papers, by name: it is not embedded.
"""

import io
from typing import Final

from odfdo import Cell, Element, Row, Span, Style, StylePageLayout
from odfdo import Document as OdfDocument
from odfdo import Paragraph as Text
from odfdo import Table as Grid

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

_FACE: Final = "Times New Roman"
_ACROSS_MM: Final = 165.0
_MARGINS: Final = {"fo:margin-left": "30mm", "fo:margin-right": "15mm"}
_BORDER: Final = "0.5pt solid #000000"
_PARAGRAPHS: Final[dict[str, tuple[dict[str, str], dict[str, str]]]] = {
    "Thường": ({"fo:text-align": "justify", "fo:margin-bottom": "0.1cm"}, {"fo:font-size": "13pt"}),
    "Giữa": ({"fo:text-align": "center"}, {"fo:font-size": "13pt"}),
    "GiữaĐậm": ({"fo:text-align": "center"}, {"fo:font-size": "13pt", "fo:font-weight": "bold"}),
    "GiữaNghiêng": (
        {"fo:text-align": "center"},
        {"fo:font-size": "13pt", "fo:font-style": "italic"},
    ),
    "GạchChân": (
        {"fo:text-align": "center"},
        {
            "fo:font-size": "14pt",
            "fo:font-weight": "bold",
            "style:text-underline-style": "solid",
        },
    ),
    "Tên": (
        {"fo:text-align": "center", "fo:margin-top": "0.6cm"},
        {"fo:font-size": "15pt", "fo:font-weight": "bold"},
    ),
    "Mục": (
        {"fo:margin-top": "0.3cm", "fo:margin-bottom": "0.1cm", "fo:keep-with-next": "always"},
        {"fo:font-size": "13pt", "fo:font-weight": "bold"},
    ),
    "Ô": ({}, {"fo:font-size": "11pt"}),
    "ÔĐầu": ({"fo:text-align": "center"}, {"fo:font-size": "11pt", "fo:font-weight": "bold"}),
    "GhiChú": (
        {"fo:text-align": "justify", "fo:margin-top": "0.6cm"},
        {"fo:font-size": "10pt", "fo:font-style": "italic"},
    ),
}


def write_odt(document: Document) -> bytes:
    """Return the document as an ODT file."""
    odt = OdfDocument("text")
    odt.meta.title = plain(f"{document.name.capitalize()}: {document.subject}")
    odt.meta.creator = plain(document.agency)
    odt.language = "vi-VN"
    _add_styles(odt)
    body = odt.body
    body.clear()
    body.append(_letterhead(odt, document))
    body.append(_said(document.name, style="Tên"))
    body.append(_said(document.subject, style="GiữaĐậm"))
    if document.draft:
        body.append(_said(document.draft, style="GiữaNghiêng"))
    body.append(_said("", style="Giữa"))
    for number, block in enumerate(document.blocks):
        body.append(_block(odt, block, number))
    body.append(_said("", style="Giữa"))
    body.append(_signatures(odt, document))
    body.append(_said(document.note, style="GhiChú"))
    out = io.BytesIO()
    odt.save(out)
    return out.getvalue()


def _add_styles(odt: OdfDocument) -> None:
    for page in odt.get_styles(family="page-layout"):
        if isinstance(page, StylePageLayout):
            page.set_properties(_MARGINS, area="page-layout")
    face = {"fo:font-family": f"'{_FACE}'", "style:font-family-generic": "roman"}
    for name, (paragraph, text) in _PARAGRAPHS.items():
        style = Style("paragraph", name=name)
        style.set_properties(paragraph, area="paragraph")
        style.set_properties(face | text, area="text")
        odt.insert_style(style)
    bold = Style("text", name="Đậm")
    bold.set_properties({"fo:font-weight": "bold"}, area="text")
    odt.insert_style(bold)
    for name, border in (("ÔKhung", _BORDER), ("ÔTrơn", "none")):
        cell = Style("table-cell", name=name)
        cell.set_properties({"fo:border": border, "fo:padding": "0.1cm"}, area="table-cell")
        odt.insert_style(cell)


def _letterhead(odt: OdfDocument, document: Document) -> Element:
    left = [_said(document.agency, style="GiữaĐậm"), _said(document.number, style="Giữa")]
    right = [_said(NATION, style="GiữaĐậm"), _said(MOTTO, style="GạchChân")]
    right.append(_said(document.dated, style="GiữaNghiêng"))
    return _grid(odt, "TiêuĐề", (4, 6), [[left, right]], "ÔTrơn")


def _signatures(odt: OdfDocument, document: Document) -> Element:
    cells = [
        [
            _said(function, style="GiữaĐậm"),
            *(_said("", style="Giữa") for _ in range(4)),
            _said(name, style="GiữaĐậm"),
        ]
        for function, name in document.signed
    ]
    return _grid(odt, "ChữKý", (1, 1), [cells], "ÔTrơn")


def _block(odt: OdfDocument, block: Block, number: int) -> Element:
    match block:
        case Heading(text=text):
            return _said(text, style="Mục")
        case Paragraph(text=text, label=label):
            paragraph = _said("", style="Thường")
            if label:
                paragraph.append(Span(plain(label), style="Đậm"))
                paragraph.append_plain_text(" ")
            paragraph.append_plain_text(plain(text))
            return paragraph
        case Table():
            head = [[_said(cell, style="ÔĐầu")] for cell in block.head]
            rows = [[_lines(cell) for cell in row] for row in block.rows]
            return _grid(odt, f"Bảng{number}", block.shares, [head, *rows], "ÔKhung")


def _said(text: str, style: str) -> Text:
    return Text(plain(text), style=style)


def _lines(text: str) -> list[Text]:
    return [_said(line, style="Ô") for line in text.split("\n")]


def _grid(
    odt: OdfDocument,
    name: str,
    shares: tuple[int, ...],
    rows: list[list[list[Text]]],
    style: str,
) -> Element:
    """Return a table of cells of paragraphs, as wide as the page's text."""
    grid = Grid(name)
    for content in rows:
        row = Row()
        for paragraphs in content:
            cell = Cell(style=style)
            for paragraph in paragraphs:
                cell.append(paragraph)
            row.append_cell(cell, clone=False)
        grid.append_row(row, clone=False)
    columns = []
    for n, share in enumerate(shares):
        width = Style("table-column", name=f"{name}.{n}", width="0cm")
        mm = _ACROSS_MM * share / sum(shares)
        width.set_properties({"style:column-width": f"{mm:.1f}mm"}, area="table-column")
        columns.append(odt.insert_style(width, automatic=True))
    for n, column in enumerate(grid.columns):
        column.style = columns[n]
        grid.set_column(n, column)
    return grid
