"""One suite over the twin and over a live picture through FFmpeg and the encoder."""

import asyncio
import os
import threading
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from devices.contract.errors import DeviceError, MuteError, UnpluggedError
from devices.contract.message import Health
from tests.waiting import until
from vc.endpoint.camera.encode import EncodingConfig
from vc.endpoint.camera.eye import picture_of
from vc.endpoint.camera.port import DARK, FROZEN, Camera, VideoUnit
from vc.endpoint.camera.simulated import SimulatedCameraConfig
from vc.endpoint.camera.v4l2 import LavfiCameraConfig, V4l2CameraConfig
from vc.media import timecode
from vc.media.yuv import planes

SMALL = EncodingConfig(width_px=320, height_px=180, bitrate_kbps=300)


def twin(directory: Path, faults: str = "") -> Camera:
    return SimulatedCameraConfig(
        clip_dir=str(directory), width_px=320, height_px=180, bitrate_kbps=300, seconds=2, seed=3,
        faults_file=faults,
    ).build()  # fmt: skip


def live(_: Path) -> Camera:
    return LavfiCameraConfig(graph="testsrc=size=320x180:rate=25,realtime", encoding=SMALL).build()


@pytest.fixture(params=[twin, live])
async def camera(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Camera]:
    async with request.param(tmp_path) as camera:
        yield camera


async def taken(camera: Camera, count: int) -> list[VideoUnit]:
    units: list[VideoUnit] = []
    async with asyncio.timeout(15):
        async for unit in camera.units():
            units.append(unit)
            if len(units) == count:
                return units
    raise AssertionError


async def test_the_first_picture_can_be_decoded_by_itself(camera: Camera) -> None:
    (first,) = await taken(camera, 1)
    assert first.keyframe
    picture = picture_of(first.data)
    assert picture is not None
    assert (picture.width, picture.height) == (320, 180)


async def test_pictures_come_in_order_and_say_when_they_were_taken(camera: Camera) -> None:
    units = await taken(camera, 20)
    stamps = [unit.captured_us for unit in units]
    assert stamps == sorted(set(stamps))
    assert abs(time.monotonic() - stamps[-1] / 1e6) < 2


async def test_an_idr_comes_when_it_is_wanted(camera: Camera) -> None:
    await taken(camera, 3)
    for _ in range(2):
        camera.want_keyframe()
        assert any(unit.keyframe for unit in await taken(camera, 12))


async def test_pictures_between_lean_on_those_before(camera: Camera) -> None:
    assert not all(unit.keyframe for unit in await taken(camera, 8)), "every picture is an IDR"


async def test_a_camera_opens_again_after_it_was_closed(camera: Camera) -> None:
    await camera.close()
    await camera.close()
    with pytest.raises(DeviceError):
        await camera.check()
    await camera.open()
    assert (await taken(camera, 1))[0].keyframe


async def test_a_camera_says_how_its_pictures_are(camera: Camera) -> None:
    await taken(camera, 30)
    state = await camera.check()
    assert state.health is Health.READY
    assert (state.facts["width_px"], state.facts["height_px"]) == (320.0, 180.0)


async def test_the_twin_writes_its_number_into_each_picture(tmp_path: Path) -> None:
    async with twin(tmp_path) as camera:
        (first,) = await taken(camera, 1)
    picture = picture_of(first.data)
    assert picture is not None
    assert timecode.read(planes(picture)[0]) == first.number


@pytest.mark.parametrize(("word", "code"), [("dark", DARK), ("frozen", FROZEN)])
async def test_a_camera_that_is_dark_or_frozen_is_noticed_and_heals(
    tmp_path: Path, word: str, code: str
) -> None:
    fault = tmp_path / "fault"
    async with twin(tmp_path, str(fault)) as camera:
        fault.write_text(word)
        await says(camera, code)
        fault.write_text("")
        await says(camera, "")


async def says(camera: Camera, code: str) -> None:
    """Take pictures until the camera says so of itself."""
    async with asyncio.timeout(30):
        async for _ in camera.units():
            if camera.glimpse and (await camera.check()).code == code:
                return


async def test_an_unplugged_camera_fails_and_opens_when_it_is_back(tmp_path: Path) -> None:
    fault = tmp_path / "fault"
    camera = twin(tmp_path, str(fault))
    async with camera:
        await taken(camera, 2)
        fault.write_text("unplugged")
        with pytest.raises(UnpluggedError):
            await taken(camera, 50)
        with pytest.raises(UnpluggedError):
            await camera.open()
        fault.write_text("")
        await camera.open()
        assert (await taken(camera, 1))[0].keyframe


async def test_a_camera_that_hangs_in_its_driver_is_not_opened_twice(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)  # to open it blocks until somebody writes
    camera = LavfiCameraConfig(graph=f"movie={pipe}", encoding=SMALL).build()
    before = threading.active_count()
    await camera.open()
    for _ in range(2):
        with pytest.raises(MuteError, match="hangs"):
            await camera.open()
    assert threading.active_count() == before + 1
    with pipe.open("wb"):
        pass
    await until(lambda: threading.active_count() == before, "the thread ends")
    await camera.open()
    assert threading.active_count() == before + 1, "it can be tried again"
    with pipe.open("wb"):
        pass
    await camera.close()


async def test_a_camera_says_what_encodes(tmp_path: Path) -> None:
    async with live(tmp_path) as camera:
        await taken(camera, 3)
        camera.want_keyframe()
        await taken(camera, 15)
        facts = (await camera.check()).facts
    assert facts["encoder"] in ("libx264", "h264_v4l2m2m")
    assert isinstance(facts["keyframe_every_s"], float)
    assert facts["keyframe_every_s"] > 0


async def test_a_camera_that_is_not_there_says_so() -> None:
    async with V4l2CameraConfig(path="/dev/no-camera-is-here").build() as camera:
        with pytest.raises(UnpluggedError):
            await taken(camera, 1)


async def test_a_graph_that_is_none_is_a_device_error() -> None:
    async with LavfiCameraConfig(graph="no-such-filter=").build() as camera:
        with pytest.raises(DeviceError):
            await taken(camera, 1)
