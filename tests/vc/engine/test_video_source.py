from dataclasses import replace

import pytest

from vc.engine.focus.video_source import Freshness, Source
from vc.media.clip import SMALL, Clip
from vc.media.titles import Missing
from vc.media.yuv import blank


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Clip:
    return Clip.make(tmp_path_factory.mktemp("clips"), replace(SMALL, seconds=2))


def awake() -> Source:
    source = Source(Freshness(), max_pixels=1280 * 720)
    source.in_view(100.0)
    return source


def fed(source: Source, clip: Clip, index: int, now: float = 100.0) -> bool:
    unit = clip.units[index]
    taken = source.take("h264", unit.data, now, keyframe=unit.keyframe)
    return taken is not None


def test_before_anything_came_there_is_no_picture_yet(clip: Clip) -> None:
    source = awake()
    assert source.missing(100.0) is Missing.NONE_YET
    assert fed(source, clip, 0)
    assert source.missing(100.0) is None
    assert source.picture is not None


def test_a_camera_that_fell_silent_is_lost_and_never_a_still_picture(clip: Clip) -> None:
    source = awake()
    fed(source, clip, 0)
    assert source.missing(101.9) is None
    assert source.missing(102.1) is Missing.LOST
    assert fed(source, clip, 1, now=102.2)
    assert source.missing(102.3) is None


def test_a_shared_screen_may_be_still_for_longer(clip: Clip) -> None:
    source = awake()
    source.content = True
    fed(source, clip, 0)
    assert source.missing(105.0) is None
    assert source.missing(111.0) is Missing.LOST


def test_a_session_that_ended_is_lost_at_once_and_begins_with_a_keyframe(clip: Clip) -> None:
    source = awake()
    fed(source, clip, 0)
    source.gone()
    assert source.missing(100.0) is Missing.LOST
    assert source.picture is None
    assert not fed(source, clip, 1)
    assert source.wish.due(100.0)
    assert fed(source, clip, 25)


def test_a_page_stands_for_the_camera_and_never_gets_old(clip: Clip) -> None:
    source = awake()
    source.still = blank(64, 64)
    assert not fed(source, clip, 0)
    assert source.picture is source.still
    assert source.missing(10_000.0) is None
    source.still = None
    assert source.missing(100.5) is None


def test_broken_data_asks_for_a_keyframe_and_keeps_the_last_good_picture(clip: Clip) -> None:
    source = awake()
    fed(source, clip, 0)
    good = source.picture
    assert source.take("h264", b"\0\0\0\1\x65nonsense", 100.0, keyframe=True) is None
    assert source.broken == 1
    assert source.picture is good
    assert source.wish.due(100.0)
    assert not fed(source, clip, 1), "what leans on the broken one is not shown"
    assert fed(source, clip, 25)
    assert not source.wish.due(200.0)


def test_who_is_in_no_view_rests_and_needs_a_keyframe_afterwards(clip: Clip) -> None:
    source = awake()
    assert fed(source, clip, 0)
    assert fed(source, clip, 1, now=104.0), "for some seconds it goes on"
    assert source.resting(106.0)
    assert not fed(source, clip, 2, now=106.0)
    source.in_view(107.0)
    assert not fed(source, clip, 3, now=107.0)
    assert source.wish.due(107.0)
    assert fed(source, clip, 25, now=107.1)


def test_who_comes_into_view_again_is_not_called_lost_before_he_could_answer(clip: Clip) -> None:
    source = awake()
    assert fed(source, clip, 0)
    assert not fed(source, clip, 1, now=106.0)
    assert source.picture is None, "at rest it keeps nothing"
    source.in_view(110.0)
    assert source.missing(110.1) is Missing.NONE_YET
    assert fed(source, clip, 25, now=110.2)
    assert source.missing(110.3) is None
    source.in_view(112.0)
    assert source.missing(112.5) is Missing.LOST, "seen all the time, it has no such grace"


def test_who_comes_into_view_again_and_sends_nothing_is_lost(clip: Clip) -> None:
    source = awake()
    assert fed(source, clip, 0)
    for now in (110.0, 111.0, 112.0, 112.1):
        source.in_view(now)
    assert source.missing(112.1) is Missing.LOST


def test_a_member_may_come_back_with_another_codec(clip: Clip) -> None:
    source = awake()
    fed(source, clip, 0)
    assert source.take("vp8", b"\x10\x02\x00\x9d\x01\x2a", 100.0, keyframe=True) is None
    assert fed(source, clip, 25)
