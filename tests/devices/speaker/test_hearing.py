"""A speaker with an ear beside it knows whether it is heard."""

from pathlib import Path

import numpy as np
import pytest

from devices.speaker.hearing import FolderEar, heard_db, tone
from devices.speaker.simulated import SimulatedSpeakerConfig
from devices.speaker.sound import Sound

RATE = 16_000


async def test_a_speaker_that_is_heard_passes(tmp_path: Path) -> None:
    ear = FolderEar(folder=str(tmp_path))
    speaker = SimulatedSpeakerConfig(folder=str(tmp_path), ear=ear).build()
    await speaker.open()
    tested = await speaker.self_test()
    assert tested.passed
    assert "the tone was heard" in tested.text


@pytest.mark.parametrize("loss_db", [70.0, 90.0])
async def test_a_speaker_that_makes_no_sound_fails(tmp_path: Path, loss_db: float) -> None:
    ear = FolderEar(folder=str(tmp_path), loss_db=loss_db)
    speaker = SimulatedSpeakerConfig(folder=str(tmp_path), ear=ear).build()
    await speaker.open()
    tested = await speaker.self_test()
    assert not tested.passed
    assert "the tone was not heard" in tested.text


def test_voices_and_noise_are_no_tone() -> None:
    at = np.arange(2 * RATE) / RATE
    voices = sum(np.sin(2 * np.pi * hertz * at) for hertz in (180, 360, 540, 720, 1440, 2100))
    noise = np.random.default_rng(2).normal(0, 1, len(at))
    for wave in (voices, noise, np.zeros(len(at))):
        sound = Sound((2000 * np.asarray(wave)).astype(np.int16), RATE)
        assert heard_db(sound) < 5
    assert heard_db(tone()) > 40
