"""What is special about a camera as a scanner: a held card is one scan, and idling is cheap."""

import asyncio
from pathlib import Path

import msgspec
import numpy as np

from devices.camera.capture import Frame
from devices.camera.picture import Picture, empty_desk
from devices.camera.simulated import SimulatedCameraConfig
from devices.scanner.camera import CameraScannerConfig, Stillness
from devices.scanner.classify import classify
from devices.scanner.specimen import photograph, write_photograph
from devices.scanner.specimen_card import HOA

WITHIN_S = 60.0
DESK = empty_desk(640, 480, seed=1)


def frame(picture: Picture, at_s: float) -> Frame:
    return Frame(picture=picture, number=1, at_s=at_s, brightness=100.0, same_for_s=0.0)


def noisy(picture: Picture, seed: int) -> Picture:
    noise = np.random.default_rng(seed).normal(0, 5, picture.shape)
    return np.clip(picture + noise, 0, 255).astype(np.uint8)


async def test_a_photograph_of_a_card_held_before_the_camera_is_one_scan(tmp_path: Path) -> None:
    """The whole path at the size of a real camera: desk, photograph, decoder, classifier."""
    camera = SimulatedCameraConfig(folder=str(tmp_path), show_s=3.0, pictures_per_s=10)
    scanner = CameraScannerConfig(camera=camera, reads_per_s=10).build()
    other = msgspec.structs.replace(HOA, number="045190004321", old_number="")
    scans: list[str] = []
    async with scanner, asyncio.timeout(WITHIN_S):
        write_photograph(tmp_path / "a.png", seed=1)
        write_photograph(tmp_path / "b.png", seed=2, card=other)
        async for text in scanner.scans():
            scans.append(text)
            if len(scans) == 2:
                break
    assert [classify(text).card for text in scans] == [HOA, other]


def test_a_still_and_empty_scene_is_read_every_two_seconds_however_it_is_noisy() -> None:
    stillness = Stillness()
    read = 0
    for tick in range(40):
        if stillness.is_worth_reading(frame(noisy(DESK, tick), tick / 10)):
            read += 1
            stillness.found(0)
    assert read == 2


def test_a_card_laid_down_is_read_at_once() -> None:
    stillness = Stillness()
    assert stillness.is_worth_reading(frame(photograph(None, seed=1), 0.0))
    stillness.found(0)
    assert not stillness.is_worth_reading(frame(photograph(None, seed=1), 0.1))
    assert stillness.is_worth_reading(frame(photograph(seed=1), 0.2))


def test_a_scene_with_a_code_is_read_every_time() -> None:
    stillness = Stillness()
    for tick in range(5):
        assert stillness.is_worth_reading(frame(DESK, tick / 10))
        stillness.found(1)


def test_grey_and_tiny_pictures_are_judged_too() -> None:
    stillness = Stillness()
    stillness.found(0)
    assert stillness.is_worth_reading(frame(DESK[..., 1], 0.0))
    stillness.found(0)
    assert not stillness.is_worth_reading(frame(DESK[..., 1], 0.1))
    assert stillness.is_worth_reading(frame(DESK[:8, :8], 0.2))
