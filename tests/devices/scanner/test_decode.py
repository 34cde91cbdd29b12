"""Reading photographs of cards, and what must not be read."""

import io
from functools import cache

import numpy as np
import pytest
import segno
import zxingcpp
from PIL import Image

from devices.camera.picture import Picture
from devices.messages import ScanKind
from devices.scanner.classify import classify
from devices.scanner.decode import as_gray, read_symbols, read_with_zbar, read_with_zxing, sharpened
from devices.scanner.specimen import HARD, REALISTIC, Degradation, photograph
from devices.scanner.specimen_card import HOA, card_text

SEEDS = range(8)
NAMES = ["Đặng Đức Thịnh", "Lê Hoàng Phúc", "Nguyễn Thị Hoa", "Trần Thị Bích Ngọc", "Đỗ Ý Nhi"]


def qr(content: str | bytes) -> Picture:
    drawn = io.BytesIO()
    segno.make_qr(content, error="m").save(drawn, kind="png", scale=6)
    return np.asarray(Image.open(drawn).convert("L"))


def _blurred(blur_px: float) -> Degradation:
    return Degradation(
        blur_px=blur_px, noise=8, glare=0.9, perspective=0.07, turn_deg=30, shade=0.6
    )


@cache
def taken(seed: int, how: Degradation = REALISTIC) -> Picture:
    return photograph(seed=seed, how=how)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_realistic_photograph_of_a_card_gives_the_right_fields(seed: int) -> None:
    (text,) = read_symbols(taken(seed))
    assert classify(text).card == HOA


@pytest.mark.parametrize(
    ("how", "seeds"),
    [(REALISTIC, range(4)), (_blurred(2.0), range(4)), (HARD, range(4))],
    ids=["realistic", "blurred", "hard"],
)
def test_no_reader_reads_wrongly_and_the_chain_reads_most(how: Degradation, seeds: range) -> None:
    """zxing-cpp is first because it reads more than zbar."""
    grays = [as_gray(taken(seed, how)) for seed in seeds]
    rates = [_rate(grays, read) for read in (read_with_zxing, read_with_zbar, read_symbols)]
    assert rates[2] >= max(rates[:2])


def test_a_photograph_without_a_code_gives_nothing() -> None:
    """The negative control: neither the desk nor the card's print is mistaken for a code."""
    for seed in range(3):
        assert read_symbols(photograph(None, seed=seed)) == []
        assert read_symbols(photograph(seed=seed, text="")) == []


@pytest.mark.parametrize("read", [read_with_zxing, read_with_zbar])
@pytest.mark.parametrize("name", NAMES)
def test_both_readers_return_diacritics_byte_for_byte(read: object, name: str) -> None:
    """ID-6; zbar alone guesses Shift-JIS or Latin-1 for some of these."""
    assert callable(read)
    assert read(qr(name.encode())) == [name]


def test_zbar_reads_a_card_like_zxing() -> None:
    assert read_with_zbar(qr(card_text(HOA).encode())) == [card_text(HOA)]


def test_bytes_of_no_charset_are_no_text() -> None:
    assert read_symbols(qr(b"\xc4\x90\xff\xfe\x81 nothing")) == []


def test_a_bar_code_of_a_dossier_is_read() -> None:
    """DOS-2: a bar code may stand beside the dossier's code."""
    code = zxingcpp.create_barcode("H49.22-261121-0042", zxingcpp.BarcodeFormat.Code128)
    drawn = np.asarray(code.to_image(scale=3, add_quiet_zones=True))
    (text,) = read_symbols(np.pad(np.repeat(drawn, 4, 0), 40, constant_values=255))
    assert classify(text).kind is ScanKind.DOSSIER


def test_several_codes_are_each_told_once() -> None:
    one, two = qr("https://a.vn/1"), qr("https://a.vn/2")
    side = max(len(one), len(two))
    both = np.full((side, 2 * side), 255, np.uint8)
    both[: len(one), : len(one)] = one
    both[: len(two), side : side + len(two)] = two
    assert sorted(read_symbols(both)) == ["https://a.vn/1", "https://a.vn/2"]


def test_the_same_seed_gives_the_same_photograph() -> None:
    assert np.array_equal(photograph(seed=3), taken(3))
    assert not np.array_equal(taken(3), taken(4))


def test_colour_and_gray_pictures_are_both_taken() -> None:
    picture = taken(1)
    assert as_gray(picture).shape == picture.shape[:2]
    assert read_symbols(as_gray(picture)) == read_symbols(picture)
    assert sharpened(as_gray(picture)).shape == picture.shape[:2]


def _rate(grays: list[Picture], read: object) -> int:
    assert callable(read)
    right = 0
    for gray in grays:
        texts = read(gray)
        assert texts in ([], [card_text(HOA)])
        right += bool(texts)
    return right
