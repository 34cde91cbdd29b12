"""The twin of microphone and loudspeaker: somebody speaks in a room with an echo."""

import asyncio
import time
from collections import deque
from pathlib import Path
from typing import Annotated, ClassVar, Literal

import msgspec
import numpy as np

from devices.contract.config import Config
from devices.device import DriverConfig
from devices.faults import Faults
from devices.speaker.errors import BadClipError
from devices.speaker.sound import Sound as Recording
from devices.speaker.voice import EspeakSettings, EspeakVoice
from vc.endpoint.sound.acoustics import Acoustics
from vc.endpoint.sound.port import FRAME_SAMPLES, FRAME_US, RATE_HZ, Captured, Sound
from vc.media.opus import Pcm
from vc.media.speech import speech
from vc.media.timetone import bursts

SILENT, CLIPPED = "silent", "clipped"
"""What this twin can suffer beyond the words of `Fault`."""
_NOISE_PEAK = 16.0
_LATE_FRAMES = 20
_CLIP_GAIN = 40.0
_PITCHES = (45, 60, 30, 70, 38, 52)


class RoomEchoConfig(Config, frozen=True, kw_only=True):
    """The room: how much of the loudspeaker the microphone hears. `loss_db` 60: a headset."""

    delay_ms: Annotated[int, msgspec.Meta(ge=0, le=300)] = 40
    tail_ms: Annotated[int, msgspec.Meta(ge=10, le=500)] = 150
    loss_db: Annotated[float, msgspec.Meta(ge=0, le=60)] = 6.0


class SimulatedSoundConfig(DriverConfig, frozen=True, kw_only=True, tag="simulated"):
    """What is said: `speech` of a seed, `bursts` of a tone at whole seconds, a WAV, or `silence`.

    `words` are said by espeak-ng's Vietnamese voice, with a second's pause. The loudspeaker's last
    `keep_s` are kept. `faults_file` may hold a word of `Fault`, `silent` or `clipped`.
    """

    for_trials: ClassVar[bool] = True
    said: Literal["speech", "words", "bursts", "wav", "silence"] = "speech"
    seed: Annotated[int, msgspec.Meta(ge=0)] = 0
    burst_hz: Annotated[float, msgspec.Meta(ge=100, le=8_000)] = 1_000.0
    wav: str = ""
    words: str = "Kính thưa hội nghị, điểm cầu chúng tôi xin phát biểu."
    seconds: Annotated[float, msgspec.Meta(ge=1, le=60)] = 8.0
    room: RoomEchoConfig = RoomEchoConfig()
    keep_s: Annotated[float, msgspec.Meta(ge=0, le=60)] = 10.0
    faults_file: str = ""

    def build(self) -> "SimulatedSound":
        """Return the twin."""
        return SimulatedSound(self)


class SimulatedSound(Sound):
    """The twin."""

    def __init__(self, config: SimulatedSoundConfig) -> None:
        super().__init__()
        self._config = config
        self._faults = Faults(config.faults_file)
        self._said: Pcm = np.zeros(0, np.int16)
        self._at = 0
        self._due_us = 0
        self._playing: deque[Pcm] = deque(maxlen=_LATE_FRAMES)
        self._acoustics = Acoustics()
        self._draw = np.random.default_rng(config.seed)
        self.played: deque[Captured] = deque(maxlen=max(int(config.keep_s * 100), 1))
        """What the loudspeaker gave, and when."""

    async def _start(self) -> None:
        if self._faults.word() not in (SILENT, CLIPPED):
            await self._faults.strike()
        self._said = await self._prepared()
        room = self._config.room
        self._acoustics = Acoustics(
            delay_ms=room.delay_ms, tail_ms=room.tail_ms, loss_db=room.loss_db
        )
        self._playing.clear()
        self._due_us = _now_us() // FRAME_US * FRAME_US

    async def _stop(self) -> None:
        self._playing.clear()

    async def _record(self) -> Captured:
        self._due_us += FRAME_US
        behind_us = _now_us() - self._due_us
        if behind_us > _LATE_FRAMES * FRAME_US:
            self._due_us += behind_us // FRAME_US * FRAME_US
        await asyncio.sleep(max(0.0, -behind_us / 1e6))
        if (word := self._faults.word()) not in ("", SILENT, CLIPPED):
            await self._faults.strike()
        begun_us = self._due_us - FRAME_US
        loudspeaker = self._playing.popleft() if self._playing else np.zeros(480, np.int16)
        self.played.append(Captured(loudspeaker, begun_us))
        heard = self._acoustics.echo(loudspeaker) + self._next_said(begun_us)
        heard += self._draw.uniform(-_NOISE_PEAK, _NOISE_PEAK, FRAME_SAMPLES)
        if word == SILENT:
            heard[:] = 0
        elif word == CLIPPED:
            heard *= _CLIP_GAIN
        return Captured(np.clip(heard, -32_768, 32_767).astype(np.int16), begun_us)

    def play(self, frame: Pcm) -> None:
        """Give the loudspeaker its next frame."""
        if len(self._playing) == self._playing.maxlen:
            self.dropped += 1
        self._playing.append(frame)

    async def _prepared(self) -> Pcm:
        config = self._config
        match config.said:
            case "speech":
                return await asyncio.to_thread(speech, config.seed, config.seconds)
            case "words":
                pitch = _PITCHES[config.seed % len(_PITCHES)]
                said = await EspeakVoice(EspeakSettings(pitch=pitch)).sound(config.words, "vi")
                return np.concatenate([_at_48_khz(said), np.zeros(RATE_HZ, np.int16)])
            case "wav":
                return _at_48_khz(await asyncio.to_thread(_recording, Path(config.wav)))
        return np.zeros(0, np.int16)

    def _next_said(self, begun_us: int) -> Pcm:
        if self._config.said == "bursts":
            return bursts(begun_us, FRAME_SAMPLES, self._config.burst_hz)
        if not len(self._said):
            return np.zeros(FRAME_SAMPLES, np.int16)
        frame = np.take(self._said, range(self._at, self._at + FRAME_SAMPLES), mode="wrap")
        self._at = (self._at + FRAME_SAMPLES) % len(self._said)
        return frame


def _recording(path: Path) -> Recording:
    try:
        return Recording.of_wav(path.read_bytes())
    except OSError as error:
        raise BadClipError(f"{path}: {error.strerror}") from error


def _at_48_khz(recording: Recording) -> Pcm:
    count = round(recording.seconds * RATE_HZ)
    at = np.arange(count) * recording.rate / RATE_HZ
    known = np.arange(len(recording.samples))
    return np.interp(at, known, recording.samples).astype(np.int16)


def _now_us() -> int:
    return time.monotonic_ns() // 1_000
