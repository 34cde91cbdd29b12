import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vc.media.compose import Canvas, Spot, filling, whole
from vc.media.measures import caption_height
from vc.media.rim import GOLD, GROUND
from vc.media.titles import Badge, Missing
from vc.media.yuv import Plane, blank, from_rgb, planes

SPOT = Spot(320, 180, 320, 180)
EVEN = st.integers(8, 1000).map(lambda half: half * 2)


def seen(canvas: Canvas, spot: Spot = SPOT) -> Plane:
    luma = planes(canvas.frame)[0]
    return luma[spot.y : spot.y + spot.height, spot.x : spot.x + spot.width].copy()


def grey(value: int, width: int = 640, height: int = 360) -> av.VideoFrame:
    return blank(width, height, (value, 128, 128))


@pytest.mark.parametrize(
    "size", [(640, 360), (1280, 720), (320, 180), (854, 480), (1920, 1080), (160, 90)]
)
def test_a_picture_fills_its_tile_whatever_its_size(size: tuple[int, int]) -> None:
    canvas = Canvas(1280, 720)
    canvas.show(grey(180, *size), SPOT)
    assert (seen(canvas)[12:-12, 12:-12] == 180).all()


def test_nothing_is_drawn_outside_the_tile() -> None:
    canvas, untouched = Canvas(1280, 720), Canvas(1280, 720)
    canvas.show(grey(180), Spot(320, 180, 320, 180, "Huyện Đakrông", Badge.SPEAKING))
    for plane, before, k in zip(
        planes(canvas.frame), planes(untouched.frame), (1, 2, 2), strict=True
    ):
        plane[180 // k : 360 // k, 320 // k : 640 // k] = before[0, 0]
        assert (plane == before).all()


def test_a_portrait_picture_has_bars_and_is_whole() -> None:
    canvas = Canvas(1280, 720)
    canvas.show(grey(180, 360, 640), SPOT)
    middle = seen(canvas)[90]
    assert (middle[120:200] == 180).all()
    assert (middle[8:100] == from_rgb(GROUND)[0]).all()


def test_bars_stay_clean_under_a_title_that_is_drawn_again_and_again() -> None:
    canvas = Canvas(1280, 720)
    spot = Spot(0, 0, 320, 180, "Văn phòng UBND tỉnh")
    canvas.show(grey(180, 180, 320), spot)
    once = seen(canvas, spot)
    for _ in range(20):
        canvas.show(grey(180, 180, 320), spot)
    assert (seen(canvas, spot) == once).all()


def test_a_cropped_picture_leaves_no_bars() -> None:
    canvas = Canvas(1280, 720)
    canvas.show(grey(180, 360, 640), Spot(320, 180, 320, 180, crop=True))
    assert (seen(canvas)[12:-12, 12:-12] == 180).all()


def test_who_speaks_has_a_golden_edge() -> None:
    quiet, speaking = Canvas(1280, 720), Canvas(1280, 720)
    quiet.show(grey(60), SPOT)
    speaking.show(grey(60), Spot(320, 180, 320, 180, badge=Badge.SPEAKING))
    assert abs(int(seen(speaking)[90, 1]) - from_rgb(GOLD)[0]) <= 2
    assert abs(int(seen(quiet)[90, 1]) - from_rgb(GROUND)[0]) <= 2


@pytest.mark.parametrize("badge", [Badge.MUTED, Badge.BAD_LINE])
def test_a_state_is_seen_beside_the_name_and_without_one(badge: Badge) -> None:
    for title in ("Huyện Vĩnh Linh", ""):
        plain, marked = Canvas(1280, 720), Canvas(1280, 720)
        plain.show(grey(60), Spot(320, 180, 320, 180, title))
        marked.show(grey(60), Spot(320, 180, 320, 180, title, badge))
        assert (seen(plain)[130:] != seen(marked)[130:]).any()
        assert (seen(plain)[20:120] == seen(marked)[20:120]).all()


def test_a_card_hides_the_last_picture() -> None:
    after, never = Canvas(1280, 720), Canvas(1280, 720)
    spot = Spot(320, 180, 320, 180, "Huyện Hướng Hóa", Badge.MUTED)
    after.show(grey(220), spot)
    after.show_card(spot, Missing.LOST)
    never.show_card(spot, Missing.LOST)
    assert (seen(after) == seen(never)).all()
    never.show_card(spot, Missing.NONE_YET)
    assert (seen(after) != seen(never)).any()


def test_the_caption_stays_over_tiles_that_reach_into_it() -> None:
    canvas = Canvas(1280, 720, "Hội nghị trực tuyến giao ban tháng 11")
    foot = planes(canvas.frame)[0][-caption_height(720) :].copy()
    canvas.show(grey(220), Spot(0, 0, 1280, 720))
    assert (planes(canvas.frame)[0][-caption_height(720) :] == foot).all()
    assert foot.max() > 200


@pytest.mark.parametrize(
    "spot",
    [
        Spot(1000, 0, 320, 180),
        Spot(0, 600, 320, 180),
        Spot(-2, 0, 320, 180),
        Spot(1, 0, 320, 180),
        Spot(0, 0, 320, 0),
    ],
)
def test_a_spot_that_does_not_fit_is_refused(spot: Spot) -> None:
    canvas = Canvas(1280, 720)
    with pytest.raises(ValueError, match="Spot"):
        canvas.show(grey(180), spot)


def test_fine_stripes_do_not_flicker_when_they_shrink() -> None:
    """A picture shrunk to a quarter is the mean of what was there, not a sample of it."""
    canvas = Canvas(1280, 720)
    striped = grey(0, 1280, 720)
    planes(striped)[0][:, ::4] = 200
    canvas.show(striped, SPOT)
    inner = seen(canvas)[20:-20, 20:-20]
    assert np.abs(inner.astype(int) - 50).max() <= 3


@given(EVEN, EVEN, EVEN, EVEN)
def test_what_is_shown_is_even_inside_and_in_proportion(
    width: int, height: int, across: int, down: int
) -> None:
    for fit, full in ((whole, (width, height)), (filling, (across, down))):
        cut, hole = fit(width, height, across, down)
        for (x, y, w, h), (limit_x, limit_y) in ((cut, (width, height)), (hole, (across, down))):
            assert all(number % 2 == 0 and number >= 0 for number in (x, y, w, h))
            assert x + w <= limit_x
            assert y + h <= limit_y
            assert w >= 2
            assert h >= 2
        assert full in (cut[2:], hole[2:])


def test_a_paper_is_not_covered_by_its_title() -> None:
    spot = Spot(0, 0, 960, 680, "Báo cáo tháng 11 – trang 1/3", clear=True)
    titled, untitled = Canvas(1280, 720), Canvas(1280, 720)
    titled.show(grey(235, 960, 540), spot)
    untitled.show(grey(235, 960, 540), Spot(0, 0, 960, 680, clear=True))
    assert int((seen(titled, spot)[:, 100] == 235).sum()) > 530, "the whole page is seen"
    assert (seen(titled, spot)[640:] != seen(untitled, spot)[640:]).any()
