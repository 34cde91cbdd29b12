from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest

from vc.media import timecode
from vc.media.clip import SMALL, AccessUnit, Clip, ClipPlayer
from vc.media.yuv import Plane, planes

SHORT = replace(SMALL, seconds=2)
FIRST_BYTES = b"\x00\x00\x00\x01"


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Clip:
    return Clip.make(tmp_path_factory.mktemp("clips"), SHORT)


def decoded(units: list[AccessUnit]) -> list[Plane]:
    decoder = av.CodecContext.create("h264", "r")
    assert isinstance(decoder, av.VideoCodecContext)
    decoder.thread_count = 1
    return [
        planes(frame)[0].copy() for unit in units for frame in decoder.decode(av.Packet(unit.data))
    ]


def test_every_picture_of_a_loop_carries_its_number(clip: Clip) -> None:
    player = ClipPlayer(clip)
    units = [player.next() for _ in range(2 * len(clip.units))]
    assert [timecode.read(luma) for luma in decoded(units)] == [unit.number for unit in units]
    assert [unit.number for unit in units[:3]] == [clip.number_of(index) for index in range(3)]


def test_the_loop_begins_with_a_picture_that_stands_alone(clip: Clip) -> None:
    assert clip.units[0].keyframe
    assert clip.units[0].data.startswith(FIRST_BYTES)


def test_the_loop_is_seamless(clip: Clip) -> None:
    shown = decoded(list(clip.units))
    usual = np.abs(shown[9].astype(int) - shown[10]).mean()
    seam = np.abs(shown[-1].astype(int) - shown[0]).mean()
    assert seam < 2 * usual + 1


def test_a_keyframe_can_be_had_at_once(clip: Clip) -> None:
    player = ClipPlayer(clip)
    for _ in range(5):
        player.next()
    assert not player.next().keyframe
    assert player.next(keyframe=True).keyframe
    assert not player.next().keyframe


def test_a_player_starts_at_a_keyframe_wherever_it_is_told_to(clip: Clip) -> None:
    assert all(ClipPlayer(clip, start).next().keyframe for start in range(len(clip.units) + 3))


def test_it_is_constrained_baseline(clip: Clip) -> None:
    profile, constraints = clip.units[0].data.split(b"\x00\x00\x01\x67", 1)[1][:2]
    assert profile == 66
    assert constraints & 0x40


def test_it_is_made_once(tmp_path: Path) -> None:
    first = Clip.make(tmp_path, SHORT)
    (kept,) = tmp_path.iterdir()
    written = kept.stat().st_mtime_ns
    assert Clip.make(tmp_path, SHORT).units == first.units
    assert kept.stat().st_mtime_ns == written


def test_two_seeds_are_two_people(tmp_path: Path, clip: Clip) -> None:
    other = Clip.make(tmp_path, replace(SHORT, seed=5, label="Huyện Đakrông"))
    ours, theirs = (decoded([one.units[0]])[0].astype(int) for one in (clip, other))
    assert np.abs(ours - theirs).mean() > 5
    assert other.units[0].number != clip.units[0].number


def test_what_cannot_be_numbered_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="footage"):
        Clip.make(tmp_path, replace(SMALL, seconds=1000))
