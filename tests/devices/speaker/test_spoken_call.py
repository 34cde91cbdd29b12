"""A call becomes sound: real WAV files, made by the real espeak-ng (domain QUE-5)."""

import asyncio
import shutil
from pathlib import Path

import numpy as np
import pytest

from devices.contract.errors import UnpluggedError
from devices.speaker.errors import NoVoiceError, ProgramMissingError
from devices.speaker.sink import AplaySink, FolderSink, NoSink
from devices.speaker.sound import Sound
from devices.speaker.spoken import EspeakSpeakerConfig
from devices.speaker.voice import EspeakSettings
from tests.waiting import until

A007_TO_2 = "Xin mời công dân có số thứ tự A không không bảy đến quầy số hai"
A008_TO_2 = "Xin mời công dân có số thứ tự A không không tám đến quầy số hai"
AUDIBLE_RMS = 0.03


@pytest.fixture
def espeak() -> None:
    if shutil.which("espeak-ng") is None:
        pytest.fail("espeak-ng is missing: apt-get install espeak-ng")


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def calls_in(folder: Path) -> list[Sound]:
    return [Sound.of_file(path) for path in sorted(folder.glob("*.wav"))]


@pytest.mark.real
@pytest.mark.usefixtures("espeak")
class TestWithEspeak:
    async def test_a_call_is_a_wav_with_real_sound_as_long_as_was_reported(
        self, tmp_path: Path
    ) -> None:
        """QUE-5: the default call."""
        speaker = EspeakSpeakerConfig(sink=FolderSink(folder=str(tmp_path))).build()
        async with speaker:
            seconds = await speaker.say(A007_TO_2, "vi")
        (call,) = calls_in(tmp_path)
        assert 2.5 < seconds < 8
        assert seconds <= call.seconds < seconds + 0.5
        assert call.rms > AUDIBLE_RMS
        assert Sound.silence(4, 22_050).rms < AUDIBLE_RMS, "silence would not have passed"

    async def test_the_same_sentence_sounds_the_same_and_another_number_does_not(
        self, tmp_path: Path
    ) -> None:
        """QUE-7: one digit makes the difference."""
        speaker = EspeakSpeakerConfig(sink=FolderSink(folder=str(tmp_path))).build()
        async with speaker:
            for text in (A007_TO_2, A007_TO_2, A008_TO_2):
                await speaker.say(text, "vi")
        first, again, other = calls_in(tmp_path)
        assert np.array_equal(first.samples, again.samples)
        assert not np.array_equal(first.samples, other.samples)

    async def test_a_longer_sentence_takes_longer(self) -> None:
        speaker = EspeakSpeakerConfig(sink=NoSink()).build()
        async with speaker:
            assert await speaker.say("bảy", "vi") < await speaker.say(A007_TO_2, "vi")

    async def test_english_is_spoken_too(self) -> None:
        speaker = EspeakSpeakerConfig(sink=NoSink()).build()
        async with speaker:
            assert await speaker.say("Number A 0 0 7, counter 2", "en") > 1

    async def test_a_language_without_a_voice_is_refused_and_another_still_speaks(self) -> None:
        """LNG-1: espeak-ng has no Bru; only recordings speak it."""
        speaker = EspeakSpeakerConfig(sink=NoSink()).build()
        async with speaker:
            with pytest.raises(NoVoiceError):
                await speaker.say("Ai hôm", "bru")
            assert await speaker.say("bảy", "vi") > 0

    async def test_a_voice_that_espeak_does_not_have_is_named(self) -> None:
        settings = EspeakSettings(voices={"vi": "qq-nowhere"})
        speaker = EspeakSpeakerConfig(espeak=settings, sink=NoSink()).build()
        async with speaker:
            with pytest.raises(NoVoiceError, match="qq-nowhere"):
                await speaker.say("bảy", "vi")

    @pytest.mark.parametrize("text", ["--help", "-w /tmp/x", "...", " ", "<speak>", "số\x00bảy"])
    async def test_text_is_only_ever_spoken(self, text: str) -> None:
        speaker = EspeakSpeakerConfig(sink=NoSink()).build()
        async with speaker:
            assert await speaker.say(text, "vi") >= 0

    async def test_the_folder_keeps_only_the_newest_calls_and_counts_on(
        self, tmp_path: Path
    ) -> None:
        sink = FolderSink(folder=str(tmp_path), keep=2)
        for _ in range(2):
            speaker = EspeakSpeakerConfig(sink=sink).build()
            async with speaker:
                await speaker.say("một", "vi")
                await speaker.say("hai", "vi")
        assert names_in(tmp_path) == ["call-00000003.wav", "call-00000004.wav"]

    async def test_the_self_test_is_heard(self, tmp_path: Path) -> None:
        speaker = EspeakSpeakerConfig(sink=FolderSink(folder=str(tmp_path))).build()
        async with speaker:
            assert (await speaker.self_test()).passed
        assert calls_in(tmp_path)[0].rms > AUDIBLE_RMS


def a_program(folder: Path, name: str, script: str) -> None:
    """Put a program of that name first on a PATH."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


async def test_without_espeak_the_speaker_does_not_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ProgramMissingError, match="espeak-ng"):
        await EspeakSpeakerConfig(sink=NoSink()).build().open()


async def test_a_sound_card_that_is_pulled_out_is_unplugged_and_may_come_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("aplay", "espeak-ng"):
        a_program(tmp_path, name, "exit 0")
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    cards = tmp_path / "asound"
    (cards / "card1").mkdir(parents=True)
    (cards / "Device").symlink_to("card1")
    sink = AplaySink(device="plughw:CARD=Device", cards_dir=str(cards))
    async with EspeakSpeakerConfig(sink=sink).build() as speaker:
        await speaker.check()
        (cards / "Device").unlink()
        with pytest.raises(UnpluggedError, match="Device"):
            await speaker.check()
        (cards / "Device").symlink_to("card1")
        await speaker.check()


def written(path: Path) -> str:
    return path.read_text().strip() if path.exists() else ""


def runs(pid: str) -> bool:
    return Path("/proc", pid).exists()


async def test_a_cancelled_sentence_leaves_no_player_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pid_file = tmp_path / "pid"
    a_program(tmp_path, "espeak-ng", f"echo $$ > {pid_file}; exec sleep 60")
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    async with EspeakSpeakerConfig(sink=NoSink()).build() as speaker:
        saying = asyncio.ensure_future(speaker.say("bảy", "vi"))
        await until(lambda: bool(written(pid_file)), "the voice speaks")
        assert runs(written(pid_file))
        saying.cancel()
        with pytest.raises(asyncio.CancelledError):
            await saying
    assert not runs(written(pid_file))
