"""A room's sound: one suite over the twin and over the ALSA driver with stand-in programs."""

import asyncio
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from devices.contract.errors import DeviceError, MuteError, UnpluggedError
from devices.contract.message import Health
from devices.speaker.errors import BadClipError, ProgramMissingError
from devices.speaker.sound import Sound as Recording
from tests.waiting import until
from vc.endpoint.sound.alsa import AlsaSoundConfig
from vc.endpoint.sound.port import FRAME_SAMPLES, FRAME_US, Captured, Sound
from vc.endpoint.sound.simulated import SimulatedSoundConfig
from vc.media.levels import dbfs
from vc.media.speech import frames_of, tone
from vc.media.timetone import BurstEar

ARECORD = """#!{python}
import math, struct, sys, time
assert sys.argv[1:] == ["-D", "plughw:CARD=Unit", *"-q -t raw -f S16_LE -c 1 -r 48000".split(),
    "--period-size", "480", "--buffer-size", "1920", "-"], sys.argv
due, at = time.monotonic(), 0
while True:
    if open("{word}").read() == "unplugged":
        sys.exit("arecord: pcm_read:2221: read error: No such device")
    if open("{word}").read() == "deaf":
        time.sleep(3600)
    frame = [int(3000 * math.sin(2 * math.pi * 500 * (at + n) / 48000)) for n in range(480)]
    at += 480
    sys.stdout.buffer.write(struct.pack("<480h", *frame))
    sys.stdout.buffer.flush()
    due += 0.01
    time.sleep(max(0, due - time.monotonic()))
"""
APLAY = """#!{python}
import sys, time
assert sys.argv[1:3] == ["-D", "plughw:CARD=Unit"], sys.argv
with open("{heard}", "ab", 0) as heard:
    while data := sys.stdin.buffer.read1(960):
        heard.write(data)
        while open("{word}").read() == "stuck":
            time.sleep(0.01)
        if open("{word}").read() == "broken":
            sys.exit("aplay: audio open error: Device or resource busy")
"""


class Bench:
    """A sound under test: order a fault, and read what its loudspeaker gave."""

    def __init__(self, sound: Sound, word: Path, heard: Callable[[], np.ndarray]) -> None:
        self.sound = sound
        self.heard = heard
        self._word = word

    def order(self, word: str) -> None:
        self._word.write_text(word)


@pytest.fixture(params=["simulated", "alsa"])
def bench(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    word = tmp_path / "word"
    word.write_text("")
    if request.param == "simulated":
        twin = SimulatedSoundConfig(faults_file=str(word), seed=1).build()
        return Bench(twin, word, lambda: np.concatenate([one.pcm for one in twin.played]))
    heard = tmp_path / "heard"
    heard.write_bytes(b"")
    for name, text in (("arecord", ARECORD), ("aplay", APLAY)):
        path = tmp_path / name
        path.write_text(text.format(python=sys.executable, word=word, heard=heard))
        path.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    card = "plughw:CARD=Unit"
    driver = AlsaSoundConfig(microphone=card, loudspeaker=card).build()
    return Bench(driver, word, lambda: np.frombuffer(heard.read_bytes(), "<i2"))


async def listened(
    sound: Sound, frames: int, playing: list[np.ndarray] | None = None
) -> list[Captured]:
    taken: list[Captured] = []
    async for captured in sound.frames():
        if playing:
            sound.play(playing[len(taken) % len(playing)])
        taken.append(captured)
        if len(taken) >= frames:
            break
    return taken


async def test_the_microphone_gives_frames_of_ten_milliseconds(bench: Bench) -> None:
    async with bench.sound:
        began = time.monotonic_ns() // 1_000
        taken = await listened(bench.sound, 60)
    assert {captured.pcm.shape for captured in taken} == {(FRAME_SAMPLES,)}
    assert {captured.pcm.dtype for captured in taken} == {np.dtype(np.int16)}
    times = [captured.captured_us for captured in taken]
    assert times == sorted(times)
    assert times[-1] > began
    assert max(dbfs(captured.pcm) for captured in taken) > -40


async def test_the_loudspeaker_gives_what_was_played(bench: Bench) -> None:
    frames = frames_of(tone(700, 1.0), FRAME_SAMPLES)
    async with bench.sound:
        await listened(bench.sound, 80, list(frames))
        await until(lambda: len(bench.heard()) > 48_000 // 2, "half a second is heard")
    assert dbfs(np.asarray(bench.heard()[-24_000:], np.int16)) > -20


async def test_a_unit_that_is_unplugged_is_named_and_comes_back(bench: Bench) -> None:
    await bench.sound.open()
    await listened(bench.sound, 5)
    bench.order("unplugged")
    with pytest.raises(UnpluggedError):
        await listened(bench.sound, 500)
    await bench.sound.close()
    with pytest.raises(UnpluggedError):
        await bench.sound.check()
    bench.order("")
    async with bench.sound:
        assert len(await listened(bench.sound, 5)) == 5
        assert (await bench.sound.check()).health is Health.READY


async def test_a_microphone_that_hangs_is_no_wait_for_ever(bench: Bench) -> None:
    async with bench.sound:
        await listened(bench.sound, 5)
        bench.order("deaf")
        with pytest.raises(MuteError):
            await listened(bench.sound, 2_000)


async def test_closing_twice_is_closing(bench: Bench) -> None:
    await bench.sound.open()
    await bench.sound.close()
    await bench.sound.close()
    with pytest.raises(UnpluggedError):
        await listened(bench.sound, 1)


@pytest.mark.parametrize("bench", ["alsa"], indirect=True)
async def test_a_player_that_does_not_take_its_sound_holds_nobody_up(bench: Bench) -> None:
    frames = frames_of(tone(700, 1.0), FRAME_SAMPLES)
    async with bench.sound:
        bench.order("stuck")
        taken = await listened(bench.sound, 60, list(frames))
        assert len(taken) == 60
        assert bench.sound.dropped > 20


@pytest.mark.parametrize("bench", ["alsa"], indirect=True)
async def test_a_player_that_ended_says_why(bench: Bench) -> None:
    frames = frames_of(tone(700, 1.0), FRAME_SAMPLES)
    async with bench.sound:
        bench.order("broken")
        with pytest.raises(UnpluggedError, match="resource busy"):
            await listened(bench.sound, 500, list(frames))


async def test_missing_programs_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ProgramMissingError, match="arecord"):
        await AlsaSoundConfig().build().open()


@pytest.mark.parametrize(
    ("word", "code"), [("silent", "microphone.silent"), ("clipped", "microphone.clipped")]
)
async def test_a_bad_microphone_is_in_the_state_of_the_sound(
    tmp_path: Path, word: str, code: str
) -> None:
    faults = tmp_path / "word"
    faults.write_text(word)
    sound = SimulatedSoundConfig(faults_file=str(faults), seed=1).build()
    async with sound:
        async with asyncio.timeout(20):
            async for _ in sound.frames():
                if (await sound.check()).code:
                    break
        state = await sound.check()
    assert (state.health, state.code) == (Health.WARNING, code)
    assert state.text


async def test_bursts_mark_the_whole_seconds_of_the_machines_clock() -> None:
    """Only a burst whose beginning was recorded says when it began, not one we came in amid."""
    sound, ear = SimulatedSoundConfig(said="bursts").build(), BurstEar()
    begun: list[int] = []
    before_us = 0
    async with sound:
        async for captured in sound.frames():
            onset = ear.feed(captured.pcm, captured.captured_us)
            follows = captured.captured_us - before_us == FRAME_US
            begun += [onset] if onset is not None and follows else []
            before_us = captured.captured_us
            if len(begun) == 2:
                break
    assert all(min(one % 1_000_000, -one % 1_000_000) < 4_000 for one in begun)


async def test_a_recorded_voice_can_be_said(tmp_path: Path) -> None:
    path = tmp_path / "said.wav"
    path.write_bytes(Recording(tone(500, 1.0)[::2].copy(), 24_000).wav())
    async with SimulatedSoundConfig(said="wav", wav=str(path)).build() as sound:
        taken = await listened(sound, 30)
    assert dbfs(np.concatenate([one.pcm for one in taken[5:]])) == pytest.approx(-15, abs=1)
    missing = SimulatedSoundConfig(said="wav", wav=str(tmp_path / "none.wav")).build()
    with pytest.raises(BadClipError):
        await missing.open()
    assert issubclass(BadClipError, DeviceError)


@pytest.mark.real
async def test_a_site_asks_to_speak_in_vietnamese() -> None:
    """Needs espeak-ng (apt install espeak-ng)."""
    async with SimulatedSoundConfig(said="words", seed=1).build() as sound:
        taken = await listened(sound, 120)
    assert max(dbfs(one.pcm) for one in taken) > -30


async def test_the_microphone_hears_the_loudspeaker_after_the_rooms_delay() -> None:
    loud = frames_of(tone(700, 1.0, peak_dbfs=-6), FRAME_SAMPLES)
    async with SimulatedSoundConfig(said="silence").build() as sound:
        taken = await listened(sound, 60, list(loud))
    levels = [dbfs(captured.pcm) for captured in taken]
    first = next(at for at, level in enumerate(levels) if level > -40)
    assert 4 <= first <= 12
    assert levels[-1] > -36
    assert max(levels[:3]) < -55
