"""Whether a microphone is alive: level, silence that no room has, and cut-off peaks. Pure."""

import numpy as np

from vc.media.levels import LevelMeter, dbfs
from vc.media.opus import Pcm

_FRAME_S = 0.01
_DEAD_DBFS = -85.0  # a room with a live microphone is never so quiet: preamplifiers hiss
_DEAD_AFTER_S = 5.0
_FULL = 32_700
_FLAT = 3  # samples at full scale in a frame: the top of a wave was cut
_FORGET = 0.002  # of each frame: five seconds
_CLIPPED_PERCENT = 1.0


class MicrophoneWatch:
    """Judges a microphone by its frames of 10 ms."""

    def __init__(self) -> None:
        self._meter = LevelMeter()
        self._quiet_s = 0.0
        self._clipped = 0.0

    def feed(self, frame: Pcm) -> None:
        """Take a frame, before anything is done to it."""
        level = dbfs(frame)
        self._meter.feed(level, _FRAME_S)
        self._quiet_s = self._quiet_s + _FRAME_S if level < _DEAD_DBFS else 0.0
        is_cut = int(np.count_nonzero(np.abs(frame.astype(np.int32)) >= _FULL)) >= _FLAT
        self._clipped += (float(is_cut) - self._clipped) * _FORGET

    @property
    def dbfs(self) -> float:
        """How loud it is now."""
        return self._meter.dbfs

    @property
    def clipped_percent(self) -> float:
        """How many of the frames of the last seconds were cut off."""
        return 100 * self._clipped

    @property
    def is_silent(self) -> bool:
        """Whether it gave nothing for 5 s, not even noise."""
        return self._quiet_s >= _DEAD_AFTER_S

    @property
    def is_clipped(self) -> bool:
        """Whether it is set too loud."""
        return self.clipped_percent >= _CLIPPED_PERCENT
