"""A simulated room: what its loudspeaker plays comes back into its microphone. Deterministic."""

import numpy as np

from vc.media.opus import Pcm

_RATE_HZ = 48_000


class Acoustics:
    """An echo path: a delay, then a decaying tail of reflections; frames of 10 ms in and out."""

    def __init__(
        self, *, delay_ms: int = 40, tail_ms: int = 150, loss_db: float = 6.0, seed: int = 0
    ) -> None:
        draw = np.random.default_rng(seed)
        tail = tail_ms * _RATE_HZ // 1_000
        wave = draw.normal(0, 1, tail) * np.exp(-np.arange(tail) / (tail / 5))
        wave *= 10 ** (-loss_db / 20) / np.sqrt(np.sum(wave**2))
        self._path = np.concatenate([np.zeros(delay_ms * _RATE_HZ // 1_000), wave])
        self._spectrum = np.zeros(0, np.complex128)
        self._size = 0
        self._coming = np.zeros(0)

    def echo(self, played: Pcm) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """Take what is played now, return what comes back of all that was played so far."""
        size = 1 << (len(self._path) + len(played)).bit_length()
        if size != self._size:
            self._size = size
            self._spectrum = np.fft.rfft(self._path, size)
        if played.any():
            back = np.fft.irfft(np.fft.rfft(played, size) * self._spectrum, size)
            longer = np.zeros(max(len(self._coming), size))
            longer[: len(self._coming)] = self._coming
            longer[:size] += back
            self._coming = longer
        now = np.zeros(len(played))
        part = self._coming[: len(played)]
        now[: len(part)] = part
        self._coming = self._coming[len(played) :]
        return now
