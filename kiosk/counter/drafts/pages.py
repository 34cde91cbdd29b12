"""A page of a scanned paper as a picture, drawn in memory when it is looked at. Blocking."""

import io

import pypdfium2

from kiosk.api.errors import NotFoundError
from kiosk.sealed.hpke import UnreadableError

_WIDTH_PX = 1400
_HIGHEST = 4  # times the width


def page_picture(pdf: bytes, page: int) -> bytes:
    """Return a page, counted from 1, as a JPEG; raises NotFoundError and UnreadableError.

    PDFium belongs to one thread.
    """
    try:
        document = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError as error:
        raise UnreadableError("The paper cannot be drawn.") from error
    try:
        if not 1 <= page <= len(document):
            raise NotFoundError("There is no such page.")
        sheet = document[page - 1]
        width, height = sheet.get_size()
        scale = _WIDTH_PX / max(width, height / _HIGHEST, 1)
        picture = sheet.render(scale=scale).to_pil().convert("RGB")
    except pypdfium2.PdfiumError as error:
        raise UnreadableError("The page cannot be drawn.") from error
    finally:
        document.close()
    out = io.BytesIO()
    picture.save(out, format="JPEG", quality=80)
    return out.getvalue()
