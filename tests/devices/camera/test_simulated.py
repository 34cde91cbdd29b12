"""The camera's port over its twin: newest frame wins, and blindness has a name."""

import asyncio
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from devices.camera.port import DARK, Camera, FrozenError
from devices.camera.simulated import SimulatedCameraConfig
from devices.camera.v4l2 import V4l2CameraConfig
from devices.contract.errors import MuteError, UnpluggedError
from devices.contract.message import Health
from devices.faults import BrokenTwinError

WITHIN_S = 15.0


class Orders:
    """The fault file of a twin."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def order(self, word: str) -> None:
        self.path.write_text(word)

    def lift(self) -> None:
        self.path.unlink()


@pytest.fixture
def faults(tmp_path: Path) -> Orders:
    return Orders(tmp_path / "faults")


@pytest.fixture
def camera(tmp_path: Path, faults: Orders) -> Camera:
    config = SimulatedCameraConfig(
        folder=str(tmp_path),
        faults_file=str(faults.path),
        show_s=0.6,
        pictures_per_s=20,
        width_px=320,
        height_px=240,
    )
    return config.build()


async def red_share(camera: Camera) -> float:
    """Return how much of the next frame is the pure red that no desk has."""
    picture = (await camera.frame()).picture.astype(np.int16)
    return float(((picture[..., 2] > 200) & (picture[..., 1] < 40)).mean())


async def test_frames_are_colour_pictures_of_the_size_asked_for(camera: Camera) -> None:
    async with camera:
        frame = await camera.frame()
    assert frame.picture.shape == (240, 320, 3)
    assert frame.picture.dtype == np.uint8
    assert 60 < frame.brightness < 200


async def test_the_newest_frame_wins(camera: Camera) -> None:
    async with camera:
        first = await camera.frame()
        async with asyncio.timeout(WITHIN_S):
            while (next_ := await camera.frame()).number == first.number + 1:
                first = next_
                await asyncio.sleep(0.2)  # long enough for several frames, which are then dropped
    assert next_.number > first.number + 1


async def test_a_picture_dropped_into_the_folder_is_held_a_while(
    camera: Camera, tmp_path: Path
) -> None:
    async with camera:
        assert await red_share(camera) == 0
        Image.new("RGB", (320, 240), "#ff0000").save(tmp_path / "a.png")
        async with asyncio.timeout(WITHIN_S):
            while await red_share(camera) < 0.9:
                pass
            while await red_share(camera) > 0:
                pass


async def test_a_picture_that_was_there_before_is_past(camera: Camera, tmp_path: Path) -> None:
    Image.new("RGB", (320, 240), "#ff0000").save(tmp_path / "a.png")
    async with camera:
        assert [await red_share(camera) for _ in range(5)] == [0] * 5


async def test_a_file_that_is_no_picture_does_not_stop_the_next(
    camera: Camera, tmp_path: Path
) -> None:
    async with camera:
        Orders(tmp_path / "a.png").order("no picture")
        Image.new("RGB", (90, 90), "#ff0000").save(tmp_path / "b.png")
        async with asyncio.timeout(WITHIN_S):
            while await red_share(camera) < 0.5:
                pass


async def test_a_dark_picture_is_a_warning(camera: Camera, faults: Orders) -> None:
    async with camera:
        assert (await camera.check()).health is Health.READY
        faults.order("dark")
        async with asyncio.timeout(WITHIN_S):
            while (await camera.check()).code != DARK:
                await camera.frame()
        assert (await camera.check()).health is Health.WARNING
        assert not (await camera.self_test()).passed


async def test_a_dark_camera_opens_and_says_that_it_is_dark(camera: Camera, faults: Orders) -> None:
    faults.order("dark")
    async with camera:
        assert (await camera.check()).code == DARK


async def test_a_frozen_picture_is_a_fault(camera: Camera, faults: Orders) -> None:
    async with camera:
        faults.order("frozen")
        with pytest.raises(FrozenError):
            async with asyncio.timeout(WITHIN_S):
                while True:
                    await camera.check()
                    await camera.frame()


async def test_a_camera_that_is_frozen_does_not_open(camera: Camera, faults: Orders) -> None:
    faults.order("frozen")
    with pytest.raises(FrozenError):
        await camera.open()


async def test_an_unplugged_camera_ends_frames_and_checks_and_opens_again(
    camera: Camera, faults: Orders
) -> None:
    async with camera:
        faults.order("unplugged")
        with pytest.raises(UnpluggedError):
            async with asyncio.timeout(WITHIN_S):
                while True:
                    await camera.frame()
        with pytest.raises(UnpluggedError):
            await camera.check()
    with pytest.raises(UnpluggedError):
        await camera.open()
    faults.lift()
    async with camera:
        assert (await camera.self_test()).passed


async def test_a_deaf_camera_is_mute_and_a_bug_is_no_device_error(
    camera: Camera, faults: Orders
) -> None:
    faults.order("deaf")
    with pytest.raises(MuteError):
        await camera.open()
    faults.order("broken")
    with pytest.raises(BrokenTwinError):
        await camera.open()


async def test_a_camera_that_hangs_is_mute_within_its_deadline(
    camera: Camera, faults: Orders
) -> None:
    faults.order("hung")
    camera.first_within_s = 0.5  # type: ignore[misc]  # a real one has 6 s
    with pytest.raises(MuteError):
        await camera.open()
    faults.lift()


async def test_the_self_test_says_size_and_brightness(camera: Camera) -> None:
    async with camera:
        told = await camera.self_test()
    assert told.passed
    assert "320 x 240" in told.text
    assert "brightness" in told.text


async def test_a_closed_camera_gives_no_frames(camera: Camera) -> None:
    with pytest.raises(UnpluggedError):
        await camera.frame()
    await camera.open()
    await camera.close()
    await camera.close()
    with pytest.raises(UnpluggedError):
        await camera.check()


@pytest.mark.parametrize("there", [True, False])
async def test_a_path_without_a_camera_is_unplugged(tmp_path: Path, *, there: bool) -> None:
    path = tmp_path / "video0"
    if there:
        Orders(path).order("no camera")
    with pytest.raises(UnpluggedError):
        await V4l2CameraConfig(path=str(path)).build().open()
    with pytest.raises(UnpluggedError):
        await V4l2CameraConfig(path="/dev/null").build().open()
