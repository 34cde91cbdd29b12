"""Calls put together from recorded clips (domain QUE-5 to QUE-8, LNG-1)."""

from pathlib import Path

import numpy as np
import pytest

from devices.speaker.clips import CALL_WORDS_VI, ClipVoice, build_pack, clip_path, words_of
from devices.speaker.errors import BadClipError, NoVoiceError
from devices.speaker.sink import FolderSink
from devices.speaker.sound import Sound
from devices.speaker.spoken import ClipsSpeakerConfig
from devices.speaker.voice import EspeakSettings, EspeakVoice

RATE = 16_000
CALL = "Xin mời công dân có số thứ tự A không không bảy đến quầy số hai"


def tone(hertz: float, seconds: float = 0.2, rate: int = RATE) -> Sound:
    wave = np.sin(np.arange(round(seconds * rate)) * 2 * np.pi * hertz / rate)
    return Sound((wave * 8000).astype(np.int16), rate)


class ToneVoice:
    """A voice that says everything as one tone at a rate of its own, and remembers the words."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def require(self) -> None:
        return

    async def sound(self, text: str, language: str) -> Sound:
        if language != "vi":
            raise NoVoiceError
        self.asked.append(text)
        return tone(440, 0.3, 22_050)


def a_pack(folder: Path, language: str = "vi", **hertz_by_words: float) -> Path:
    for words, hertz in hertz_by_words.items():
        path = clip_path(folder, language, words.replace("_", " "))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(tone(hertz).wav())
    return folder


def opened(pack: Path, otherwise: ToneVoice) -> ClipVoice:
    voice = ClipVoice(pack, otherwise)
    voice.require()
    return voice


async def test_recorded_words_are_joined_in_order(tmp_path: Path) -> None:
    voice = opened(a_pack(tmp_path, số=300, bảy=500, hai=700), otherwise := ToneVoice())
    forth, back = await voice.sound("số bảy hai", "vi"), await voice.sound("hai bảy số", "vi")
    assert not otherwise.asked
    assert forth.seconds == back.seconds == pytest.approx(0.69, abs=0.01)
    assert not np.array_equal(forth.samples, back.samples)


async def test_the_longest_recorded_run_is_taken(tmp_path: Path) -> None:
    voice = opened(a_pack(tmp_path, xin=300, mời=400, xin_mời=500), ToneVoice())
    assert (await voice.sound("Xin mời", "vi")).seconds == pytest.approx(0.2)
    assert (await voice.sound("Mời xin", "vi")).seconds > 0.4


async def test_missing_words_are_said_by_the_other_voice_in_one_breath(tmp_path: Path) -> None:
    voice = opened(a_pack(tmp_path, số=300, hai=700), otherwise := ToneVoice())
    sound = await voice.sound("số một trăm, hai", "vi")
    assert otherwise.asked == ["một trăm"]
    assert sound.rate == RATE
    assert sound.seconds > 0.2 + 0.3 + 0.25 + 0.2


async def test_decomposed_letters_find_their_clip(tmp_path: Path) -> None:
    voice = opened(a_pack(tmp_path, bảy=300), otherwise := ToneVoice())
    decomposed = "BA\N{COMBINING HOOK ABOVE}Y"
    assert words_of(decomposed) == ["bảy"]
    await voice.sound(decomposed, "vi")
    assert not otherwise.asked


async def test_a_language_of_recordings_only_speaks_what_was_recorded(tmp_path: Path) -> None:
    """LNG-1: Bru has no synthetic voice."""
    voice = opened(a_pack(tmp_path, "bru", muoi=300), ToneVoice())
    assert (await voice.sound("muoi", "bru")).seconds > 0
    with pytest.raises(NoVoiceError):
        await voice.sound("bar", "bru")


async def test_a_pack_that_is_not_there_or_not_wav_does_not_open(tmp_path: Path) -> None:
    with pytest.raises(BadClipError, match="no such folder"):
        ClipVoice(tmp_path / "none", ToneVoice()).require()
    (tmp_path / "vi").mkdir()
    with pytest.raises(BadClipError, match="no clips"):
        ClipVoice(tmp_path, ToneVoice()).require()
    (tmp_path / "vi" / "một.wav").write_bytes(b"RIFF\0\0\0\0WAVEjunk")
    with pytest.raises(BadClipError, match=r"một\.wav"):
        ClipVoice(tmp_path, ToneVoice()).require()


@pytest.mark.real
async def test_the_pack_to_begin_with_says_a_whole_call_by_itself(tmp_path: Path) -> None:
    espeak = EspeakVoice(EspeakSettings())
    written = await build_pack(tmp_path, espeak, "vi", CALL_WORDS_VI)
    assert len(written) == len(CALL_WORDS_VI)
    assert all(Sound.of_file(path).rms > 0.02 for path in written)
    voice = opened(tmp_path, otherwise := ToneVoice())
    call = await voice.sound(CALL, "vi")
    assert not otherwise.asked
    assert 2.5 < call.seconds < 9
    assert await build_pack(tmp_path, espeak, "vi", CALL_WORDS_VI) == [], "recordings are kept"


@pytest.mark.real
async def test_a_speaker_of_clips_says_a_call_with_a_word_nobody_recorded(tmp_path: Path) -> None:
    pack, heard = a_pack(tmp_path / "pack", xin_mời=300), tmp_path / "heard"
    config = ClipsSpeakerConfig(pack=str(pack), sink=FolderSink(folder=str(heard)))
    async with config.build() as speaker:
        seconds = await speaker.say("Xin mời quầy hai", "vi")
    (path,) = heard.iterdir()
    assert Sound.of_file(path).seconds >= seconds > 0.5
