"""What is drawn: every Vietnamese letter, nothing cut off, everything on the paper."""

import itertools
import unicodedata

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from devices.printer.port import TEST_RECEIPT, ReceiptTooLargeError
from devices.printer.raster import Symbol, draw
from devices.printer.wrap import wrap
from devices.receipt import Align, Columns, Item, Qr, Receipt, Size, Text
from tests.devices.printer.samples import A_RECEIPT, URL, differing_dots, plain

TONES = "\u0300\u0301\u0303\u0309\u0323"
VOWELS = "aăâeêioôơuưy"
BARE = "ăâêôơư"
LETTERS = sorted(
    {
        unicodedata.normalize("NFC", each)
        for lower in [*map("".join, itertools.product(VOWELS, TONES)), *BARE, "đ"]
        for each in (lower, lower.upper())
    }
)
UNASSIGNED = ("\u0378", "\u0379")


def drawn(text: str, size: Size = Size.BODY) -> Image.Image:
    return draw(plain(text, size), 576).whole()


def ink(picture: Image.Image) -> tuple[int, int, int, int]:
    box = ImageChops.invert(picture).getbbox()
    assert box is not None, "nothing was drawn"
    return box


def ink_height(text: str, size: Size) -> int:
    _, top, _, bottom = ink(drawn(text, size))
    return bottom - top


def test_there_are_134_letters_beyond_ascii() -> None:
    assert len(LETTERS) == 134
    assert all(len(letter) == 1 for letter in LETTERS)


@pytest.mark.parametrize("size", Size)
def test_every_letter_looks_like_no_other_and_not_like_a_missing_one(size: Size) -> None:
    """Domain G-4. The negative control: two characters the typeface lacks look the same."""
    looks = {letter: drawn(letter, size).tobytes() for letter in LETTERS}
    assert len(set(looks.values())) == 134
    missing = [drawn(letter, size).tobytes() for letter in UNASSIGNED]
    assert missing[0] == missing[1]
    assert missing[0] not in looks.values()


def test_composed_and_decomposed_text_look_the_same() -> None:
    """Domain G-4."""
    text = "".join(LETTERS)
    decomposed = unicodedata.normalize("NFD", text)
    assert decomposed != text
    assert differing_dots(drawn(text), drawn(decomposed)) == 0
    assert differing_dots(drawn(text), drawn(text[1:])) > 0


@pytest.mark.parametrize("size", Size)
def test_accents_on_capitals_are_not_cut_off(size: Size) -> None:
    assert ink_height("E", size) < ink_height("Ê", size) < ink_height("Ế", size)
    assert ink_height("E", size) < ink_height("Ẹ", size)


@pytest.mark.parametrize("paper_dots", [384, 576])
def test_a_long_text_is_wrapped_and_stays_on_the_paper(paper_dots: int) -> None:
    text = "Bộ phận Tiếp nhận và Trả kết quả " * 8
    picture = draw(plain(text), paper_dots).whole()
    assert picture.width == paper_dots
    one_line = draw(plain("Bộ"), paper_dots).whole().height
    assert picture.height > 3 * one_line


def test_words_are_kept_whole_and_in_order() -> None:
    words = ["Trung", "tâm", "Phục", "vụ", "hành", "chính", "công"]
    lines = wrap(" ".join(words), 12, len)
    assert " ".join(lines).split() == words
    assert all(len(line) <= 12 for line in lines)


def test_lines_are_about_equally_long() -> None:
    assert wrap("one two three four five six", 24, len) == ["one two three", "four five six"]


def test_a_word_longer_than_the_paper_is_broken() -> None:
    assert wrap("abcdefgh", 3, len) == ["abc", "def", "gh"]


def test_a_code_longer_than_the_paper_is_broken_after_a_hyphen() -> None:
    assert wrap("000.00.22.H49-261121-0042", 22, len) == ["000.00.22.H49-", "261121-0042"]


def test_a_value_that_does_not_fit_beside_its_name_stands_below_it() -> None:
    def rows(value: str) -> int:
        columns = Receipt(blocks=(Columns(name="Số tài khoản", value=value),))
        return round(draw(columns, 384).whole().height / draw(plain("S"), 384).whole().height)

    assert [rows(value) for value in ("7", "0011001234567", "Ủy ban nhân dân xã " * 3)] == [1, 2, 4]


@pytest.mark.parametrize("paper_dots", [384, 576])
def test_a_point_of_a_list_has_its_box_or_mark_left_of_all_its_lines(paper_dots: int) -> None:
    text = "Tờ khai đăng ký khai sinh theo mẫu " * 4
    for mark in ("", "1."):
        picture = draw(Receipt(blocks=(Item(text=text, mark=mark),)), paper_dots).whole()
        pitch = draw(plain("T"), paper_dots).whole().height
        left = ImageChops.invert(picture.crop((0, 0, 40, picture.height)))
        found = left.getbbox()
        assert found is not None
        assert found[3] <= pitch * 1.5
        assert picture.height > 2 * pitch


def test_a_no_break_space_keeps_a_name_together() -> None:
    assert wrap("tại xã\u00a0Nguyễn\u00a0Huệ", 14, len) == ["tại", "xã Nguyễn Huệ"]


@pytest.mark.parametrize("text", ["", " ", "\n"])
def test_no_text_is_an_empty_line(text: str) -> None:
    picture = drawn(text)
    assert ImageChops.invert(picture).getbbox() is None
    assert picture.height > 0


@pytest.mark.parametrize("number", ["A012", "UA012", "U1001", "UA012UA0"])
@pytest.mark.parametrize("paper_dots", [384, 576])
def test_a_number_is_on_one_line_however_long(number: str, paper_dots: int) -> None:
    left, _, right, _ = ink(draw(plain(number, Size.NUMBER), paper_dots).whole())
    assert left > 0
    assert right < paper_dots
    assert right - left > paper_dots // 2


def test_text_stands_where_it_is_told_to() -> None:
    lefts = {}
    for align in Align:
        receipt = Receipt(blocks=(Text(text="số", align=align),))
        lefts[align] = ink(draw(receipt, 576).whole())[0]
    assert lefts[Align.LEFT] < 10 < lefts[Align.CENTRE] < 400 < lefts[Align.RIGHT]


@pytest.mark.parametrize("paper_dots", [384, 576])
def test_a_drawn_qr_reads_back_with_its_quiet_zone(paper_dots: int) -> None:
    drawing = draw(A_RECEIPT, paper_dots)
    assert [code.text for code in zxingcpp.read_barcodes(drawing.whole().convert("L"))] == [URL]


def test_long_data_gets_smaller_modules_and_reads_back() -> None:
    data = "https://example.vn/" + "x" * 300
    drawing = draw(Receipt(blocks=(Qr(data=data, module_mm=2),)), 576)
    (symbol,) = [piece for piece in drawing.pieces if isinstance(piece, Symbol)]
    assert symbol.module < 16
    assert [code.text for code in zxingcpp.read_barcodes(drawing.whole().convert("L"))] == [data]


def test_a_qr_that_would_be_unreadable_is_refused() -> None:
    with pytest.raises(ReceiptTooLargeError) as refused:
        draw(Receipt(blocks=(Qr(data="x" * 800),)), 128)
    assert not refused.value.begun
    assert not refused.value.retry


def test_more_data_than_a_qr_holds_is_refused() -> None:
    with pytest.raises(ReceiptTooLargeError):
        draw(Receipt(blocks=(Qr(data="ẵ" * 800),)), 576)


def test_a_receipt_of_many_metres_is_refused() -> None:
    with pytest.raises(ReceiptTooLargeError):
        draw(Receipt(blocks=(Text(text="dài " * 100, size=Size.TITLE),) * 64), 576)


ANY_TEXT = st.text(max_size=80)


@settings(max_examples=200, deadline=None)
@given(
    st.one_of(
        st.builds(Text, text=ANY_TEXT, size=st.sampled_from(Size), align=st.sampled_from(Align)),
        st.builds(Columns, name=ANY_TEXT, value=ANY_TEXT),
    )
)
def test_any_text_is_drawn_on_the_paper(block: Text | Columns) -> None:
    assert draw(Receipt(blocks=(block,)), 384).whole().width == 384


def test_the_test_receipt_fits_both_papers() -> None:
    for paper_dots in (384, 576):
        assert draw(TEST_RECEIPT, paper_dots).whole().width == paper_dots
