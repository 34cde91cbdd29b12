"""What holds of every paper (domain DOS-9, G-3, G-4, G-6, G-7, PAY-6), on both widths of paper."""

import unicodedata

import msgspec
import pytest
import zxingcpp

from devices.printer.raster import draw
from devices.receipt import MAX_BLOCKS, Columns, Item, Qr, Receipt, Text
from kiosk.catalogue.procedure import Procedure
from kiosk.catalogue.tables import read_forms
from kiosk.papers.procedure import procedure_slip
from tests.kiosk.papers.samples import CATALOGUE, OFFICE, PAPERS, TODAY, head

NAMES = list(PAPERS)
LANGUAGES = ["vi", "en"]


def lines(receipt: Receipt) -> list[str]:
    texts: list[str] = []
    for block in receipt.blocks:
        if isinstance(block, Text | Item):
            texts.append(block.text)
        elif isinstance(block, Columns):
            texts += [block.name, block.value]
    return [text.replace("\u00a0", " ") for text in texts]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_no_paper_bears_an_official_title(name: str, language: str) -> None:
    """DOS-9, G-7, PAY-6; the title of a form is the negative control."""
    forms = read_forms()
    assert forms.official_words_in(lines(PAPERS[name](language))) == ()
    assert forms.official_words_in(["Biên lai"]) == ("Biên lai",)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_every_paper_says_whose_it_is_when_it_was_printed_and_that_it_is_a_sample(
    name: str, language: str
) -> None:
    written = lines(PAPERS[name](language))
    assert written[0] == OFFICE[language].replace("\u00a0", " ")
    assert written[-2].endswith("08:31 26/11/2026")
    assert "dữ liệu mẫu" in written[-1].lower()
    assert all(unicodedata.is_normalized("NFC", text) for text in written)


@pytest.mark.parametrize("paper_dots", [384, 576])
@pytest.mark.parametrize("name", NAMES)
def test_every_paper_goes_on_58_and_80_mm_and_its_symbols_are_read(
    name: str, paper_dots: int
) -> None:
    receipt = PAPERS[name]("vi")
    picture = draw(receipt, paper_dots).whole().convert("L")
    assert picture.width == paper_dots
    told = [block.data for block in receipt.blocks if isinstance(block, Qr)]
    assert [found.text for found in zxingcpp.read_barcodes(picture)] == told


@pytest.mark.parametrize("name", NAMES)
def test_a_paper_is_what_a_print_command_may_hold(name: str) -> None:
    receipt = PAPERS[name]("vi")
    assert msgspec.json.decode(msgspec.json.encode(receipt), type=Receipt) == receipt


@pytest.mark.parametrize("name", NAMES)
def test_a_language_without_texts_is_vietnamese(name: str) -> None:
    assert PAPERS[name]("bru") == PAPERS[name]("vi")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("row", CATALOGUE.procedures, ids=lambda row: row.code)
def test_every_procedure_of_the_sample_has_its_list(row: Procedure, language: str) -> None:
    """CAT-3, CAT-4, G-6: the code, the day of the data, and the label of samples."""
    for case in ("", *(one.id for one in row.cases)):
        receipt = procedure_slip(row, head(language, sample=False), TODAY, case)
        written = lines(receipt)
        assert row.code in written
        assert any("21/11/2026" in text for text in written)
        assert "dữ liệu mẫu" in written[-1].lower()
        assert draw(receipt, 384).width == 384


def test_real_data_has_no_label_of_sample_data() -> None:
    """G-6, the other way round."""
    procedure = CATALOGUE.procedure("1.001193", TODAY)
    assert procedure is not None
    real = msgspec.structs.replace(procedure, sample=False)
    written = lines(procedure_slip(real, head(sample=False), TODAY))
    assert not any("mẫu" in text.lower() for text in written)


def test_a_list_too_long_for_the_paper_says_that_there_is_more() -> None:
    procedure = CATALOGUE.procedure("1.001193", TODAY)
    assert procedure is not None
    paper = procedure.papers[0]
    many = tuple(msgspec.structs.replace(paper, id=f"p{number}") for number in range(100))
    long = {"vi": "Giấy tờ " * 240}
    swollen = msgspec.structs.replace(
        procedure, papers=many, agency=long, steps=(long,), time_note=long
    )
    receipt = procedure_slip(swollen, head(), TODAY)
    assert len(receipt.blocks) == MAX_BLOCKS
    assert "Còn nữa: xem trên màn hình" in lines(receipt)
    assert msgspec.json.decode(msgspec.json.encode(receipt), type=Receipt) == receipt
