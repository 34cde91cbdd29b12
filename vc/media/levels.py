"""How loud: dBFS of frames, a meter as people read it, and whether somebody speaks."""

import math
from typing import Annotated

import msgspec
import numpy as np
from numpy.typing import NDArray

from devices.contract.config import Config

SILENCE_DBFS = -120.0
_FULL_SCALE = 32_768.0
_LEAST = 10 ** (SILENCE_DBFS / 10)
FRAME_S = 0.02


def dbfs(frame: NDArray[np.int16] | NDArray[np.float32]) -> float:
    """Return the RMS level below full scale (a full-scale sine is -3); -120 for silence.

    The samples are in int16's range, whatever their type.
    """
    wide = frame.astype(np.float32) if frame.dtype != np.float32 else frame
    power = float(np.dot(wide, wide)) / (max(len(wide), 1) * _FULL_SCALE**2)
    return 10 * math.log10(max(power, _LEAST))


class LevelMeter:
    """A level that rises at once and falls slowly, as a needle does."""

    def __init__(self, *, fall_db_per_s: float = 40.0) -> None:
        self._fall = fall_db_per_s
        self.dbfs = SILENCE_DBFS

    def feed(self, frame_dbfs: float, lasts_s: float = FRAME_S) -> float:
        """Take a frame's level, return the needle's."""
        self.dbfs = max(frame_dbfs, self.dbfs - self._fall * lasts_s, SILENCE_DBFS)
        return self.dbfs


class VoiceConfig(Config, frozen=True, kw_only=True):
    """When a level is a voice: so much above the room's noise, and never below `least_dbfs`."""

    above_noise_db: Annotated[float, msgspec.Meta(ge=3, le=40)] = 10.0
    least_dbfs: Annotated[float, msgspec.Meta(ge=-90, le=-10)] = -55.0
    hold_s: Annotated[float, msgspec.Meta(ge=0, le=5)] = 0.4


_NOISE_RISES_DB_PER_S = 3.0
_NOISE_AT_FIRST_DBFS = -60.0


class VoiceActivity:
    """Whether somebody speaks, from levels alone: noise is what stays, a voice comes and goes."""

    def __init__(self, config: VoiceConfig | None = None) -> None:
        self._config = config or VoiceConfig()
        self._noise = _NOISE_AT_FIRST_DBFS
        self._left_s = 0.0

    def feed(self, frame_dbfs: float, lasts_s: float = FRAME_S) -> bool:
        """Take a frame's level, return whether somebody speaks."""
        self._noise = min(frame_dbfs, self._noise + _NOISE_RISES_DB_PER_S * lasts_s)
        self._noise = max(self._noise, SILENCE_DBFS)
        wanted = max(self._noise + self._config.above_noise_db, self._config.least_dbfs)
        if frame_dbfs > wanted:
            self._left_s = self._config.hold_s
        else:
            self._left_s = max(0.0, self._left_s - lasts_s)
        return self._left_s > 0
