"""Khmer as HarfBuzz shapes it: vowels before their base, consonants below; lines break whole."""

from pathlib import Path

import fontpkg_be_vietnam_pro
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from devices.lettering import BREAK, KHMER, PACKAGED, Lettering, shaped
from devices.printer.raster import draw
from devices.printer.wrap import wrap
from devices.receipt import Align, Receipt, Text
from tests.devices.glyphs import drawn, width

FACE = PACKAGED[KHMER].regular
HOUSE = Path(fontpkg_be_vietnam_pro.__file__).parent / "files" / "BeVietnamPro-Medium.ttf"
SIZE = 64
BOX = (520, 150)
ALIKE, UNLIKE = 0.01, 0.1
LEFT, BASE = 10, 90
WORDS = {
    "a consonant below, a vowel before": "ខ្មែរ",
    "two consonants below": "ស្ត្រី",
    "a vowel on both sides": "កោះ",
    "a vowel and a consonant below": "ក្រុម",
    "several words": "សូមស្វាគមន៍",
}


def house(layout: ImageFont.Layout = ImageFont.Layout.RAQM) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(HOUSE, SIZE, layout_engine=layout)


def ink(picture: Image.Image) -> NDArray[np.bool_]:
    return np.array(picture) >= 128


def ours(text: str) -> NDArray[np.bool_]:
    picture = Image.new("L", BOX)
    letters = Lettering(house())
    letters.draw(ImageDraw.Draw(picture), (LEFT, BASE - letters.base), text, 255)
    return ink(picture)


def unshaped(text: str) -> NDArray[np.bool_]:
    picture = Image.new("L", BOX)
    font = ImageFont.truetype(FACE, SIZE, layout_engine=ImageFont.Layout.BASIC)
    ImageDraw.Draw(picture).text((LEFT, BASE), text, font=font, fill=255, anchor="ls")
    return ink(picture)


def apart(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> float:
    """Return the share of the ink that is more than a pixel (hinting) from ink of the other."""
    astray = (one & ~_wider(other)).sum() + (other & ~_wider(one)).sum()
    return float(astray / (one.sum() + other.sum()))


def _wider(ink: NDArray[np.bool_]) -> NDArray[np.bool_]:
    height, width = ink.shape
    framed = np.pad(ink, 1)
    near = [framed[y : y + height, x : x + width] for y in range(3) for x in range(3)]
    wider: NDArray[np.bool_] = np.logical_or.reduce(near)
    return wider


@pytest.mark.parametrize("word", WORDS.values(), ids=WORDS)
def test_a_word_is_drawn_as_harfbuzz_shapes_it(word: str) -> None:
    oracle = drawn(word, FACE, SIZE, left=LEFT, base=BASE, box=BOX)
    assert oracle.sum() > 500
    assert apart(ours(word), oracle) < ALIKE
    assert Lettering(house()).getlength(word) == pytest.approx(width(word, FACE, SIZE), abs=1.0)


@pytest.mark.parametrize("word", WORDS.values(), ids=WORDS)
def test_without_shaping_it_is_another_picture(word: str) -> None:
    """The control: the comparison tells them apart."""
    oracle = drawn(word, FACE, SIZE, left=LEFT, base=BASE, box=BOX)
    assert apart(unshaped(word), oracle) > UNLIKE


def test_a_receipt_has_the_same_shapes() -> None:
    paper = draw(Receipt(blocks=(Text(text="ខ្មែរ", align=Align.LEFT),)), 576).whole()
    black = ~np.array(paper)
    size = 28  # a receipt's body: 3.5 mm at 8 dots a millimetre
    rows, columns = np.nonzero(black)
    box = (200, 80)
    oracle = drawn("ខ្មែរ", FACE, size, left=10, base=50, box=box)
    top, left = (int(each.min()) for each in np.nonzero(oracle))
    cut = black[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    own = oracle[top : top + cut.shape[0], left : left + cut.shape[1]]
    assert abs(cut.shape[1] - (np.nonzero(oracle)[1].max() - left + 1)) <= 2
    assert apart(cut, own) < ALIKE


def test_other_letters_stay_in_the_house_typeface() -> None:
    mixed = "Số A012 ខ្មែរ, 15:30"
    letters = Lettering(house())
    parts = house().getlength("Số A012 ") + width("ខ្មែរ, ", FACE, SIZE) + house().getlength("15:30")
    assert letters.getlength(mixed) == pytest.approx(parts, abs=2)
    assert letters.getlength("Số A012") == house().getlength("Số A012")
    assert shaped(mixed)
    assert not shaped("Số A012 – Đông Hà")


def test_lines_break_between_words_and_never_within_a_stack() -> None:
    letters = Lettering(house())
    words = f"សូម{BREAK}ស្វាគមន៍{BREAK}ខ្មែរ"
    lines = wrap(words, letters.getlength("ស្វាគមន៍") + 2, letters.getlength)
    assert lines == ["សូម", "ស្វាគមន៍", "ខ្មែរ"]
    narrow = wrap("ស្វាគមន៍ខ្មែរ", letters.getlength("ខ្មែ"), letters.getlength)
    assert len(narrow) > 2
    assert "".join(narrow) == "ស្វាគមន៍ខ្មែរ"
    for line in narrow:
        assert line[0] not in "\u17d2\u17c2\u17b6\u17cd", "a mark without its letter"
        assert line[-1] != "\u17d2", "a stack cut apart"
