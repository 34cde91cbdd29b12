"""Workbooks as XLSX (ISO/IEC 29500), ODS (ISO/IEC 26300) and CSV (RFC 4180)."""

import csv
import io
from collections.abc import Iterable, Sequence

import xlsxwriter
from odfdo import Cell, Row, Table
from odfdo import Document as OdfDocument

from devices.papers.document import plain
from provisioning.controller.reports.document import Sheet, Value

BOM = "\ufeff"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_WIDEST = 48
_LONGEST_CELL = 32_767  # ISO/IEC 29500, and what spreadsheets take
_LONGEST_NAME = 31  # of a sheet, in XLSX


def write_xlsx(sheets: Iterable[Sheet]) -> bytes:
    """Return a workbook; text is text, whatever it begins with."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        bold = book.add_format({"bold": True, "bg_color": "#E7EEF9", "text_wrap": True})
        percent = book.add_format({"num_format": "0.0%"})
        for sheet in sheets:
            page = book.add_worksheet(sheet.name[:_LONGEST_NAME])
            page.freeze_panes(1, 0)
            page.write_row(0, 0, sheet.head, bold)
            for at, row in enumerate(sheet.rows, start=1):
                for column, cell in enumerate(row):
                    page.write(at, column, _held(cell), percent if column in sheet.shares else None)
            for column, width in enumerate(_widths(sheet)):
                page.set_column(column, column, width)
    return out.getvalue()


def write_ods(sheets: Iterable[Sheet]) -> bytes:
    """Return a workbook as an OpenDocument spreadsheet."""
    document = OdfDocument("spreadsheet")
    document.body.clear()
    for sheet in sheets:
        table = Table(sheet.name)
        table.append(_row(Cell(word) for word in sheet.head))
        for row in sheet.rows:
            table.append(_row(_cell(sheet, at, cell) for at, cell in enumerate(row)))
        document.body.append(table)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def csv_line(cells: Sequence[object]) -> str:
    """Return a line of CSV. What a spreadsheet would take for a formula gets an apostrophe."""
    out = io.StringIO()
    csv.writer(out).writerow([_harmless(cell) for cell in cells])
    return out.getvalue()


def _harmless(cell: object) -> object:
    if isinstance(cell, str) and cell.startswith(_FORMULA):
        return f"'{cell}"
    return "" if cell is None else cell


def _row(cells: Iterable[Cell]) -> Row:
    row = Row()
    row.extend_cells(cells)
    return row


def _cell(sheet: Sheet, at: int, value: Value) -> Cell:
    if at in sheet.shares and isinstance(value, float):
        return Cell(value, text=f"{value * 100:.1f} %".replace(".", ","), cell_type="percentage")
    return Cell(_held(value))


def _held(value: Value) -> Value:
    return plain(value)[:_LONGEST_CELL] if isinstance(value, str) else value


def _widths(sheet: Sheet) -> list[int]:
    columns = zip(sheet.head, *sheet.rows, strict=True)
    return [min(_WIDEST, max(len(str(cell)) for cell in column) + 2) for column in columns]
