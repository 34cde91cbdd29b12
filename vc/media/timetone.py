"""Time in sound, as `timecode` is time in pictures: a short tone at each whole second of a clock.

Who knows that clock (one machine: CLOCK_MONOTONIC) reads how long sound took, and beside the
picture's number how far sound and picture are apart.
"""

import numpy as np
from numpy.typing import NDArray

Pcm = NDArray[np.int16]

_RATE_HZ = 48_000
_SECOND_US = 1_000_000
BURST_MS = 60
_PEAK = 12_000
_EDGE = 48
_STEP = 96  # samples: 2 ms
_WINDOW = 480
_PRESENT = 0.1  # of the loudest a burst can be
_REST_US = 500_000


def bursts(start_us: int, samples: int, hz: float = 1_000.0) -> Pcm:
    """Return the sound from `start_us` on: silence, and 60 ms of tone at each whole second.

    The same for each moment, however it is cut into frames.
    """
    at = start_us * (_RATE_HZ // 1_000) // 1_000 + np.arange(samples)
    within = at % _RATE_HZ
    length = BURST_MS * _RATE_HZ // 1_000
    envelope = np.clip(np.minimum(within, length - within) / _EDGE, 0, 1)
    return np.asarray(_PEAK * envelope * np.sin(2 * np.pi * hz * within / _RATE_HZ), np.int16)


class BurstEar:
    """Hears when bursts of one frequency begin, to some milliseconds, in frames as they come."""

    def __init__(self, hz: float = 1_000.0) -> None:
        turns = np.exp(-2j * np.pi * hz * np.arange(_WINDOW) / _RATE_HZ)
        self._wave = np.asarray(turns / _WINDOW * 2, np.complex64)
        self._kept: NDArray[np.float32] = np.zeros(_WINDOW, np.float32)
        self._last_us = -_REST_US
        self._loud = False

    def feed(self, frame: Pcm, at_us: int) -> int | None:
        """Take a frame that begins at `at_us`; return when a burst began, if one did in it."""
        sound = np.concatenate([self._kept, frame.astype(np.float32)])
        begun = None
        for end in range(_WINDOW + _STEP, len(sound) + 1, _STEP):
            strength = abs(complex(np.dot(sound[end - _WINDOW : end], self._wave)))
            is_loud = strength > _PEAK * _PRESENT
            began_us = at_us + (end - _WINDOW - round(_WINDOW * _PRESENT)) * 1_000 // 48
            if is_loud and not self._loud and began_us - self._last_us >= _REST_US:
                begun = self._last_us = began_us
            self._loud = is_loud
        self._kept = sound[-_WINDOW:]
        return begun
