"""Sheets as a PDF: every page whole, in its paper's size, and nothing besides."""

import io
import re

import numpy as np
import pypdfium2
from PIL import Image

from devices.camera.specimen_paper import Specimen, draw_paper
from devices.camera.squaring import Squarer
from devices.scan.binding import Sheet, as_g4, as_jpeg, bound

SQUARER = Squarer()
PAPER = draw_paper(Specimen.DECLARATION)
CARD = draw_paper(Specimen.CARD)
BLACK = Sheet(as_g4(SQUARER.inked(PAPER)), 210, 297)
GRAY = Sheet(as_jpeg(SQUARER.gray(PAPER)), 210, 297)
COLOUR = Sheet(as_jpeg(CARD), 85.6, 53.98)


def test_pages_are_in_their_order_and_size() -> None:
    with pypdfium2.PdfDocument(bound([BLACK, COLOUR, GRAY])) as pdf:
        sizes_mm = [tuple(round(side / 72 * 25.4) for side in page.get_size()) for page in pdf]
        shown = [page.render(scale=0.5).to_pil().convert("RGB") for page in pdf]
    assert sizes_mm == [(210, 297), (86, 54), (210, 297)]
    small = Image.fromarray(PAPER[:, :, ::-1]).resize(shown[0].size)
    for picture in (shown[0], shown[2]):
        one, other = (
            np.asarray(each.convert("L"), np.float64).ravel() for each in (small, picture)
        )
        assert np.corrcoef(one, other)[0, 1] > 0.8


def test_black_and_white_is_lossless_and_a_tenth_of_gray() -> None:
    inked = SQUARER.inked(PAPER)
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(as_g4(inked))).convert("L")), inked)
    assert len(bound([BLACK])) < len(bound([GRAY])) / 5


def test_a_pdf_tells_nothing_but_its_pages() -> None:
    pdf = bound([BLACK, GRAY])
    told = re.findall(rb"/(Producer|Creator|Author|Title|CreationDate|ModDate|ID|Metadata)\b", pdf)
    assert told == []
    with pypdfium2.PdfDocument(pdf) as document:
        assert set(document.get_metadata_dict().values()) == {""}
    assert b"Exif" not in GRAY.data + COLOUR.data


def test_the_same_sheets_give_the_same_bytes() -> None:
    assert bound([BLACK, COLOUR]) == bound([BLACK, COLOUR])
