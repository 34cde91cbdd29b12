import av
import numpy as np
import pytest
from PIL import Image

from vc.media.lettering import face, fitted, written
from vc.media.patch import Patch
from vc.media.titles import Badge, Missing, caption, card, title
from vc.media.yuv import Plane, blank, planes

STACKED = ["Đakrông", "Hướng Hóa", "Phường Ngưỡng", "Ấp Ổ Ễnh", "ĐIỂM CẦU TRUNG TÂM"]


def laid(patch: Patch, width: int = 320, height: int = 180) -> Plane:
    frame = blank(width, height, (120, 128, 128))
    patch.lay(planes(frame))
    return planes(frame)[0].copy()


@pytest.mark.parametrize("name", STACKED)
def test_diacritics_are_not_cut_off(name: str) -> None:
    """Letters touch neither the upper nor the lower edge of their band."""
    patch = title(name, Badge.SPEAKING, 640, 360)
    assert patch is not None
    band = laid(patch, 640, 360)[patch.y : patch.y + patch.height, 30 : 30 + patch.width - 40]
    ink = band < 100
    rows = np.flatnonzero(ink.any(axis=1))
    assert rows[0] >= 2
    assert rows[-1] <= patch.height - 3


def test_composed_and_decomposed_names_look_the_same() -> None:
    one = title("Đakro\u0302ng", Badge.NONE, 320, 180)
    other = title("Đakrông", Badge.NONE, 320, 180)
    assert one is not None
    assert other is not None
    assert (laid(one) == laid(other)).all()


def test_every_diacritic_makes_another_picture() -> None:
    pictures = set()
    for name in ("Huong", "Hương", "Hướng", "Hưởng", "Hường", "Hưỡng", "Hượng"):
        patch = title(name, Badge.NONE, 320, 180)
        assert patch is not None
        pictures.add(laid(patch).tobytes())
    assert len(pictures) == 7


def test_a_long_name_stays_inside_its_tile() -> None:
    patch = title("Ủy ban nhân dân " * 6, Badge.MUTED, 320, 180)
    assert patch is not None
    assert patch.x + patch.width <= 320
    assert patch.y + patch.height <= 180


@pytest.mark.parametrize("size", [(32, 32), (64, 36), (160, 90), (320, 180), (1280, 720)])
def test_titles_and_cards_fit_every_tile(size: tuple[int, int]) -> None:
    for badge in Badge:
        patch = title("Huyện Hướng Hóa", badge, *size)
        assert patch is None or (patch.x + patch.width, patch.y + patch.height) <= size
    for missing in Missing:
        shown = card("Đặc khu Cồn Cỏ và một tên rất dài nữa", missing, *size)
        assert (shown.width, shown.height) == size
        assert shown.keep is None


def test_a_tile_without_name_and_state_has_no_band() -> None:
    assert title("", Badge.NONE, 320, 180) is None
    assert caption("", 1280, 720) is None


def test_a_transparent_picture_is_blended() -> None:
    half = Patch.of(Image.new("RGBA", (8, 8), "#ffffff80"))
    assert abs(int(laid(half, 16, 16)[4, 4]) - round(120 * 0.5 + 235 * 0.5)) <= 2
    assert laid(half, 16, 16)[12, 12] == 120


def test_a_patch_has_the_colours_of_its_picture() -> None:
    frame = blank(16, 16)
    Patch.of(Image.new("RGB", (16, 16), "#b30000")).lay(planes(frame))
    red, green, blue = (int(one) for one in frame.to_ndarray(format="rgb24")[8, 8])
    assert abs(red - 0xB3) <= 3
    assert max(green, blue) <= 3
    assert isinstance(frame, av.VideoFrame)


def test_a_text_is_cut_with_an_ellipsis() -> None:
    font = face("Medium", 20)
    cut = fitted("Hội nghị trực tuyến giao ban", font, 120)
    assert cut.endswith("…")
    assert font.getlength(cut) <= 120
    assert fitted("Hội nghị", font, 500) == "Hội nghị"
    assert fitted("Hội nghị", font, 3) == ""


def test_controls_and_blanks_become_one_space() -> None:
    assert written(" a\n\t b\u0007c ") == "a b c"
