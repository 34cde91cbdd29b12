"""A meeting paper: white pages."""

import io

import pypdfium2

PORTRAIT, LANDSCAPE = (595, 842), (842, 474)


def pdf(pages: int = 2, size: tuple[int, int] = PORTRAIT) -> bytes:
    """Return a PDF with so many pages of this size (points)."""
    document = pypdfium2.PdfDocument.new()
    for _ in range(pages):
        document.new_page(*size)
    buffer = io.BytesIO()
    document.save(buffer)
    document.close()
    return buffer.getvalue()
