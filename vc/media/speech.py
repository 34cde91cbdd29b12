"""Speech-like sound from a seed: for tests, the demo, line tests and benchmarks.

A voiced source with a wandering pitch through moving formants, in syllables, words and pauses. It
has what codecs, echo cancellers and mixers look at in speech; it says nothing.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Pcm = NDArray[np.int16]

_RATE_HZ = 48_000
_HARMONICS_TO_HZ = 5_000.0
_FORMANTS = (
    ((800.0, 1_200.0, 2_500.0), 1.0),  # a
    ((300.0, 2_300.0, 3_000.0), 0.7),  # i
    ((350.0, 800.0, 2_300.0), 0.7),  # u
    ((500.0, 1_800.0, 2_500.0), 0.9),  # e
    ((450.0, 900.0, 2_400.0), 0.9),  # o
)
_BAND_HZ = 110.0
_FULL = 32_767.0


def speech(seed: int, seconds: float, *, rms_dbfs: float = -20.0) -> Pcm:
    """Return mono samples at 48 kHz, the same for the same seed.

    `rms_dbfs` is the level while it speaks; about a quarter of the time are pauses.
    """
    draw = np.random.default_rng(seed)
    count = round(seconds * _RATE_HZ)
    pitch_hz = float(draw.uniform(95, 230))
    parts: list[NDArray[np.float64]] = []
    made = 0
    while made < count:
        for syllable in _word(draw, pitch_hz):
            parts.append(syllable)
            made += len(syllable)
        pause = np.zeros(round(_RATE_HZ * float(draw.uniform(0.03, 0.35))))
        parts.append(pause)
        made += len(pause)
    sound = np.concatenate(parts)[:count] if parts else np.zeros(0)
    voiced = sound[np.abs(sound) > 0]
    rms = float(np.sqrt(np.mean(voiced**2))) if len(voiced) else 1.0
    scaled = sound / rms * (_FULL * 10 ** (rms_dbfs / 20))
    return np.clip(scaled, -_FULL, _FULL).astype(np.int16)


def frames_of(sound: Pcm, samples: int) -> list[Pcm]:
    """Return the sound in frames; what is left over at the end is dropped."""
    return [sound[at : at + samples] for at in range(0, len(sound) - samples + 1, samples)]


def tone(hz: float, seconds: float, *, peak_dbfs: float = -12.0) -> Pcm:
    """Return a sine at 48 kHz that begins and ends at zero within 2 ms."""
    count = round(seconds * _RATE_HZ)
    wave = np.sin(2 * np.pi * hz * np.arange(count) / _RATE_HZ)
    edge = min(96, count // 2)
    if edge:
        ramp = np.linspace(0, 1, edge)
        wave[:edge] *= ramp
        wave[-edge:] *= ramp[::-1]
    return np.asarray(wave * (_FULL * 10 ** (peak_dbfs / 20)), np.int16)


def _word(draw: np.random.Generator, pitch_hz: float) -> Iterator[NDArray[np.float64]]:
    for _ in range(int(draw.integers(1, 5))):
        if draw.random() < 0.5:  # noqa: PLR2004 - every other syllable begins with a consonant
            yield _hiss(draw)
        yield _vowel(draw, pitch_hz)


def _hiss(draw: np.random.Generator) -> NDArray[np.float64]:
    count = round(_RATE_HZ * float(draw.uniform(0.03, 0.08)))
    noise = np.diff(draw.normal(0, 1, count + 1))
    return np.asarray(noise * np.hanning(count) * 0.12)


def _vowel(draw: np.random.Generator, pitch_hz: float) -> NDArray[np.float64]:
    """Return a vowel that glides into another, as in Vietnamese, with one of six tones."""
    count = round(_RATE_HZ * float(draw.uniform(0.12, 0.3)))
    along = np.linspace(0, 1, count)
    tone_of_word = float(draw.uniform(-0.2, 0.2)) * along + 0.05 * np.sin(2 * np.pi * along)
    pitch = pitch_hz * (1 + tone_of_word)
    phase = 2 * np.pi * np.cumsum(pitch) / _RATE_HZ
    (first, loud), (last, _) = (_FORMANTS[int(draw.integers(len(_FORMANTS)))] for _ in range(2))
    wave = np.zeros(count)
    for harmonic in range(1, int(_HARMONICS_TO_HZ / pitch_hz)):
        at_hz = harmonic * pitch_hz
        start, end = _gain(at_hz, first), _gain(at_hz, last)
        wave += (start + (end - start) * along) * np.sin(harmonic * phase) / harmonic**0.5
    envelope = np.minimum(1, np.minimum(along, 1 - along) * 8)
    return np.asarray(wave * envelope * loud)


def _gain(at_hz: float, formants: tuple[float, float, float]) -> float:
    return sum(1 / (1 + ((at_hz - formant) / _BAND_HZ) ** 2) for formant in formants) + 0.01
