from pathlib import Path

import pytest
from PIL import Image

from vc.media.still import UnusablePictureError, still
from vc.media.yuv import planes


def saved(tmp_path: Path, size: tuple[int, int], colour: str) -> Path:
    path = tmp_path / "page.png"
    Image.new("RGBA", size, colour).save(path)
    return path


@pytest.mark.parametrize("size", [(640, 480), (641, 481), (1, 1), (595, 842)])
def test_a_page_keeps_its_size_and_colour(tmp_path: Path, size: tuple[int, int]) -> None:
    frame = still(saved(tmp_path, size, "#0d408c"))
    assert (frame.width, frame.height) == (size[0] + size[0] % 2, size[1] + size[1] % 2)
    red, green, blue = (int(one) for one in frame.to_ndarray(format="rgb24")[0, 0])
    assert max(abs(red - 0x0D), abs(green - 0x40), abs(blue - 0x8C)) <= 3


def test_a_large_page_is_made_smaller_in_proportion(tmp_path: Path) -> None:
    frame = still(saved(tmp_path, (2480, 3508), "#ffffff"))
    assert frame.height == 1080
    assert abs(frame.width - 1080 * 2480 / 3508) <= 2


def test_what_is_transparent_is_white_paper(tmp_path: Path) -> None:
    frame = still(saved(tmp_path, (64, 64), "#00000000"))
    assert planes(frame)[0].min() >= 234


def test_what_is_no_picture_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(saved(tmp_path, (64, 64), "#ffffff").read_bytes()[:40])
    for path in (broken, tmp_path / "missing.png"):
        with pytest.raises(UnusablePictureError):
            still(path)


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.png"
    Image.new("1", (9_000, 9_000)).save(path)
    with pytest.raises(UnusablePictureError):
        still(path)
