"""The eye on one's own pictures: are they dark, do they move? It decodes keyframes alone."""

from dataclasses import dataclass

import av
import numpy as np
from av.error import FFmpegError
from numpy.typing import NDArray

from vc.media.yuv import PLANAR, planes

_DARK_BELOW = 24.0  # mean luma of 16 to 235; a lit room has 60 to 180
_STEP = 8
_STILL_BELOW = 0.08  # mean difference of luma: a sensor's noise alone makes more


@dataclass(frozen=True, slots=True, kw_only=True)
class Glimpse:
    """What one look told. `brightness` is the mean luma, 16 to 235."""

    width: int
    height: int
    brightness: float
    is_dark: bool
    moves: bool


class Eye:
    """Looks at a keyframe now and then; `glimpse` is what the last look told."""

    def __init__(self) -> None:
        self.glimpse: Glimpse | None = None
        self._before: NDArray[np.float32] | None = None

    def look(self, keyframe: bytes) -> None:
        """Look at an H.264 IDR. Blocks for some milliseconds; what is no picture tells nothing."""
        if (frame := picture_of(keyframe)) is None:
            return
        luma = planes(frame)[0][::_STEP, ::_STEP].astype(np.float32)
        before, self._before = self._before, luma
        moves = True
        if before is not None and before.shape == luma.shape:
            moves = float(np.abs(luma - before).mean()) > _STILL_BELOW
        brightness = float(luma.mean())
        self.glimpse = Glimpse(
            width=frame.width,
            height=frame.height,
            brightness=brightness,
            is_dark=brightness < _DARK_BELOW,
            moves=moves,
        )


def picture_of(keyframe: bytes) -> av.VideoFrame | None:
    """Return the picture of an H.264 IDR with its parameter sets; None when it is none."""
    decoder = av.CodecContext.create("h264", "r")
    assert isinstance(decoder, av.VideoCodecContext)  # noqa: S101 - tells the checker the codec's kind
    decoder.thread_count = 1
    try:
        frames = [*decoder.decode(av.Packet(keyframe)), *decoder.decode(None)]
    except FFmpegError:
        return None
    usable = [frame for frame in frames if frame.format.name in PLANAR]
    return usable[0] if usable else None
