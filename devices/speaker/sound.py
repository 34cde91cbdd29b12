"""Sound in memory: 16-bit mono PCM, as voices make it and sinks take it."""

import io
import math
import wave
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from devices.speaker.errors import BadClipError

_SAMPLE_BYTES = 2
_QUIET = 300  # of 32,767: under this a sample counts as silence (espeak's breath is below 100)

Samples = NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Sound:
    """`samples` at `rate` Hz."""

    samples: Samples
    rate: int

    @property
    def seconds(self) -> float:
        """How long it is."""
        return len(self.samples) / self.rate

    @property
    def rms(self) -> float:
        """Its loudness, 0 to 1 of full scale."""
        if not len(self.samples):
            return 0.0
        return math.sqrt(float(np.mean((self.samples / 32_768.0) ** 2)))

    def wav(self) -> bytes:
        """Return it as a WAV file (RIFF, PCM)."""
        out = io.BytesIO()
        with wave.open(out, "wb") as writer:
            writer.setnchannels(1)
            writer.setsampwidth(_SAMPLE_BYTES)
            writer.setframerate(self.rate)
            writer.writeframes(self.samples.astype("<i2").tobytes())
        return out.getvalue()

    @classmethod
    def of_wav(cls, data: bytes) -> Self:
        """Return a WAV file's sound, channels mixed to one; raises BadClipError.

        A header written to a pipe claims more frames than follow; what follows counts.
        """
        try:
            with wave.open(io.BytesIO(data), "rb") as reader:
                if reader.getsampwidth() != _SAMPLE_BYTES:
                    raise BadClipError
                channels, rate = reader.getnchannels(), reader.getframerate()
                raw = reader.readframes(reader.getnframes())
        except (wave.Error, EOFError) as error:
            raise BadClipError(f"{BadClipError.__doc__} ({error})") from error
        whole = len(raw) // (_SAMPLE_BYTES * channels) * channels
        frames = np.frombuffer(raw, "<i2", whole).reshape(-1, channels)
        mono = frames[:, 0] if channels == 1 else frames.mean(axis=1)
        return cls(mono.astype(np.int16), rate)

    @classmethod
    def of_file(cls, path: Path) -> Self:
        """Return a WAV file's sound; raises BadClipError, with the file's name."""
        try:
            return cls.of_wav(path.read_bytes())
        except (OSError, BadClipError) as error:
            raise BadClipError(f"{path.name}: {error}") from error

    @classmethod
    def silence(cls, seconds: float, rate: int) -> Self:
        """Return a pause."""
        return cls(np.zeros(round(seconds * rate), np.int16), rate)

    def trimmed(self) -> "Sound":
        """Return it without the silence before and after."""
        loud = np.flatnonzero(np.abs(self.samples.astype(np.int32)) > _QUIET)
        if not len(loud):
            return Sound(self.samples[:0], self.rate)
        return Sound(self.samples[loud[0] : loud[-1] + 1], self.rate)

    def times(self, loudness: float) -> "Sound":
        """Return it quieter; `loudness` is a share, 1 leaves it as it is."""
        if loudness == 1:
            return self
        return Sound((self.samples * loudness).astype(np.int16), self.rate)

    def then(self, other: "Sound") -> "Sound":
        """Return it with the other after it, at the rate of this one."""
        return joined([self, other], self.rate, 0)

    def at(self, rate: int) -> "Sound":
        """Return it at another rate (linear interpolation: speech, not music)."""
        if rate == self.rate or not len(self.samples):
            return Sound(self.samples, rate)
        count = round(len(self.samples) * rate / self.rate)
        where = np.arange(count) * (self.rate / rate)
        resampled = np.interp(where, np.arange(len(self.samples)), self.samples)
        return Sound(resampled.astype(np.int16), rate)


def joined(sounds: list[Sound], rate: int, pause_s: float) -> Sound:
    """Return the sounds one after another at one rate, with a pause between."""
    pause = Sound.silence(pause_s, rate).samples
    parts: list[Samples] = []
    for sound in sounds:
        parts += [pause, sound.at(rate).samples] if parts else [sound.at(rate).samples]
    return Sound(np.concatenate(parts) if parts else pause[:0], rate)
