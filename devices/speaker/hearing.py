"""Whether a tone that the speaker plays is heard by a microphone beside it."""

import asyncio
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Annotated, ClassVar

import msgspec
import numpy as np

from devices.contract.afar import SoundName
from devices.contract.config import Config
from devices.device import SelfTest
from devices.runtime.alongside import alongside
from devices.speaker import program
from devices.speaker.errors import RecordingError
from devices.speaker.sink import Sink
from devices.speaker.sound import Sound

TONE_HZ = 1000.0
TONE_S = 1.0
_RATE = 16_000
_LOUDNESS = 0.4
_RAMP_S = 0.02
_HEARD_DB = 10.0
_BAND_HZ = 20.0
_FLOOR = 1e-9
_ARECORD = "arecord"
_LATE_S = 4.0
_LEAD_IN_S = 0.15
_LISTEN_ON_S = 0.85
_LOOK_EVERY_S = 0.02


class Ear(ABC):
    """Takes down what a microphone hears."""

    @abstractmethod
    async def listen(self, seconds: float) -> Sound:
        """Return what was heard for so long from now on; raises DeviceError."""


class EarConfig(Config, frozen=True, kw_only=True, tag_field="from"):
    """Base of an ear's configuration."""


class ArecordEar(EarConfig, frozen=True, kw_only=True, tag="arecord"):
    """ALSA's recorder. `device` is an ALSA name: `default`, `plughw:CARD=Device`."""

    device: SoundName = "default"

    def build(self) -> Ear:
        """Return the ear."""
        return _Arecord(self.device)


class FolderEar(EarConfig, frozen=True, kw_only=True, tag="folder"):
    """The twin: hears the newest WAV of a folder that a sink writes, in a little noise.

    `loss_db` is how much quieter it comes; 90 is a speaker that makes no sound.
    """

    for_trials: ClassVar[bool] = True
    folder: str
    loss_db: Annotated[float, msgspec.Meta(ge=0, le=120)] = 20.0

    def build(self) -> Ear:
        """Return the ear."""
        return _Folder(Path(self.folder), self.loss_db)


AnyEar = ArecordEar | FolderEar


def tone() -> Sound:
    """Return the tone that is listened for, without clicks at its ends."""
    at = np.arange(round(TONE_S * _RATE)) / _RATE
    ramp = np.clip(np.minimum(at, TONE_S - at) / _RAMP_S, 0, 1)
    wave = _LOUDNESS * ramp * np.sin(2 * np.pi * TONE_HZ * at)
    return Sound((wave * 32_767).astype(np.int16), _RATE)


def heard_db(sound: Sound) -> float:
    """Return by how many decibels the tone stands out of the other sound around it.

    That is the strongest half second: nobody knows when playing began.
    """
    samples = sound.samples / 32_768.0
    size = sound.rate // 2
    best = -120.0
    for begin in range(0, max(1, len(samples) - size + 1), size // 4):
        part = samples[begin : begin + size]
        if len(part) < size:
            break
        power = np.abs(np.fft.rfft(part * np.hanning(size))) ** 2
        hertz = np.fft.rfftfreq(size, 1 / sound.rate)
        ours = np.abs(hertz - TONE_HZ) <= _BAND_HZ
        speech = (hertz >= 200) & (hertz <= 4000) & ~ours  # noqa: PLR2004 - where voices are
        ratio = (power[ours].sum() + _FLOOR) / (power[speech].sum() + _FLOOR)
        best = max(best, 10 * float(np.log10(ratio)))
    return best


async def heard(sink: Sink, ear: Ear) -> SelfTest:
    """Play the tone and listen for it; raises DeviceError when either cannot be done."""
    played = Sound.silence(_LEAD_IN_S, _RATE).then(tone())
    async with alongside(sink.play(played), name="tone"):
        sound = await ear.listen(_LEAD_IN_S + TONE_S + _LISTEN_ON_S)
    decibels = heard_db(sound)
    if decibels < _HEARD_DB:
        return SelfTest(passed=False, text=f"the tone was not heard ({decibels:.0f} dB)")
    return SelfTest(passed=True, text=f"the tone was heard ({decibels:.0f} dB)")


class _Arecord(Ear):
    def __init__(self, device: str) -> None:
        self._device = device

    async def listen(self, seconds: float) -> Sound:
        program.require(_ARECORD)
        outcome = await program.run(
            *(_ARECORD, "-q", "-D", self._device, "-f", "S16_LE", "-c", "1", "-r", str(_RATE)),
            *("-t", "wav", "-d", str(max(1, round(seconds))), "-"),
            given=b"",
            within_s=seconds + _LATE_S,
        )
        if outcome.status:
            raise RecordingError(f"{_ARECORD} on {self._device!r}: {outcome.complaint[:200]}")
        return Sound.of_wav(outcome.output)


class _Folder(Ear):
    def __init__(self, folder: Path, loss_db: float) -> None:
        self._folder = folder
        self._loss_db = loss_db

    async def listen(self, seconds: float) -> Sound:
        before = self._newest()
        for _ in range(round(seconds / _LOOK_EVERY_S)):
            await asyncio.sleep(_LOOK_EVERY_S)
            if (newest := self._newest()) != before:
                return self._heard(newest)
        return self._heard([])

    def _newest(self) -> list[Path]:
        return sorted(self._folder.glob("*.wav"))[-1:]

    def _heard(self, files: list[Path]) -> Sound:
        noise = np.random.default_rng(1).normal(0, 20, round((TONE_S + 1) * _RATE))
        for file in files:
            played = Sound.of_file(file).at(_RATE).samples * 10 ** (-self._loss_db / 20)
            played = played[: len(noise)]
            noise[: len(played)] += played
        return Sound(np.clip(noise, -32_768, 32_767).astype(np.int16), _RATE)
