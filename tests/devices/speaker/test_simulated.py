"""The speaker's twin fails as a real one does."""

import asyncio
from pathlib import Path

import pytest

from devices.contract.errors import DeviceError, MuteError, UnpluggedError
from devices.speaker.simulated import SimulatedSpeakerConfig
from devices.speaker.sound import Sound


async def test_the_twin_remembers_what_it_said_in_order() -> None:
    async with SimulatedSpeakerConfig().build() as speaker:
        assert await speaker.say("một", "vi") > 0
        await speaker.say("hai", "vi")
        assert list(speaker.said) == ["một", "hai"]


@pytest.mark.real
async def test_the_twin_writes_what_it_said_as_sound(tmp_path: Path) -> None:
    async with SimulatedSpeakerConfig(folder=str(tmp_path)).build() as speaker:
        seconds = await speaker.say("Xin mời công dân có số thứ tự A không không một", "vi")
    sound = Sound.of_file(tmp_path / "call-00000001.wav")
    assert sound.rms > 0.03
    assert seconds == sound.seconds


async def test_a_laptop_without_espeak_has_a_twin_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    async with SimulatedSpeakerConfig(folder=str(tmp_path)).build() as speaker:
        assert await speaker.say("một", "vi") > 0
        assert list(speaker.said) == ["một"]


@pytest.mark.parametrize(
    ("word", "error"),
    [("unplugged", UnpluggedError), ("deaf", MuteError), ("unpluged", DeviceError)],
)
async def test_the_twin_fails_on_order_and_heals(
    tmp_path: Path, word: str, error: type[DeviceError]
) -> None:
    faults = tmp_path / "faults"
    async with SimulatedSpeakerConfig(faults_file=str(faults)).build() as speaker:
        await speaker.check()
        faults.write_text(f"{word}\n")
        for what in (speaker.check(), speaker.say("một", "vi"), speaker.open()):
            with pytest.raises(error):
                await what
        assert not speaker.said
        faults.unlink()
        await speaker.say("một", "vi")


async def test_a_hung_twin_never_answers_until_it_is_cancelled(tmp_path: Path) -> None:
    faults = tmp_path / "faults"
    async with SimulatedSpeakerConfig(faults_file=str(faults)).build() as speaker:
        faults.write_text("hung")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(speaker.say("một", "vi"), 0.05)
        assert not speaker.said
