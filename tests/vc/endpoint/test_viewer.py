"""The viewer: pictures in order, never garbage, never a growing queue."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from vc.endpoint.viewer import Picture, Viewer
from vc.media import timecode
from vc.media.clip import AccessUnit, Clip, Footage
from vc.media.yuv import planes
from vc.rtp.receive import VideoFrameData


class Eyes:
    """Somebody before the viewer, who can stop looking."""

    def __init__(self) -> None:
        self.numbers: list[int | None] = []
        self.broken = 0
        self.looks = threading.Event()
        self.looks.set()
        self.looking = threading.Event()
        self.viewer = Viewer(self._show, self._break)

    def put(self, unit: AccessUnit, data: bytes | None = None) -> None:
        self.viewer.put(VideoFrameData("h264", data or unit.data, 0, 0, unit.keyframe))

    def sees(self, count: int) -> list[int | None]:
        end = time.monotonic() + 10
        while len(self.numbers) < count and time.monotonic() < end:
            time.sleep(0.01)
        return self.numbers

    def _show(self, picture: Picture) -> None:
        self.looking.set()
        self.looks.wait(10)
        self.numbers.append(timecode.read(planes(picture.frame)[0]))

    def _break(self) -> None:
        self.broken += 1


@pytest.fixture(scope="module")
def units(tmp_path_factory: pytest.TempPathFactory) -> tuple[AccessUnit, ...]:
    directory: Path = tmp_path_factory.mktemp("clips")
    footage = Footage(seed=2, width=320, height=180, kbps=300, seconds=2)
    return Clip.make(directory, footage).units


@pytest.fixture
def eyes() -> Iterator[Eyes]:
    eyes = Eyes()
    yield eyes
    eyes.looks.set()
    eyes.viewer.end()


def test_every_picture_is_shown_in_order(eyes: Eyes, units: tuple[AccessUnit, ...]) -> None:
    for at, unit in enumerate(units[:20]):
        eyes.put(unit)
        eyes.sees(at + 1)
    assert eyes.numbers == [unit.number for unit in units[:20]]


def test_nothing_is_shown_before_a_keyframe(eyes: Eyes, units: tuple[AccessUnit, ...]) -> None:
    for unit in units[3:8]:
        eyes.put(unit)
    eyes.put(units[25])
    assert eyes.sees(1) == [units[25].number]
    assert eyes.broken == 5, "each asks for a keyframe"


def test_a_spoilt_picture_is_no_picture_and_the_next_keyframe_mends_it(
    eyes: Eyes, units: tuple[AccessUnit, ...]
) -> None:
    eyes.put(units[0])
    eyes.sees(1)
    eyes.put(units[1], b"\0\0\0\1\x65 this is no picture")
    eyes.put(units[2])
    eyes.put(units[25])
    assert eyes.sees(2) == [units[0].number, units[25].number]
    assert eyes.broken >= 1


def test_what_comes_too_fast_is_dropped_whole(eyes: Eyes, units: tuple[AccessUnit, ...]) -> None:
    eyes.looks.clear()
    eyes.put(units[0])
    assert eyes.looking.wait(10)
    for _ in range(10):
        for unit in units:
            eyes.put(unit)
    eyes.looks.set()
    eyes.put(units[0])
    seen = eyes.sees(2)
    assert eyes.viewer.dropped > 400
    assert len(seen) <= 60
    assert None not in seen, "never garbage"
