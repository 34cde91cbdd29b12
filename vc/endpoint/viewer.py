"""The received view, decoded on a thread of its own: what comes too fast is dropped whole."""

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import av

from vc.media.video import BrokenPictureError, Decoder, TooLargePictureError
from vc.rtp.receive import VideoFrameData

_WAITING = 25
_END_WITHIN_S = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A decoded picture (yuv420p). `rtp_time` is the sender's; times are CLOCK_MONOTONIC."""

    frame: av.VideoFrame
    rtp_time: int
    arrival_us: int
    decoded_us: int


class Viewer:
    """Decodes pictures in order. `show` and `broken` are called on the viewer's thread.

    When pictures come faster than they are decoded, those that wait are dropped and `broken` is
    called: nothing is decoded until the next keyframe.
    """

    def __init__(self, show: Callable[[Picture], None], broken: Callable[[], None]) -> None:
        self._show = show
        self._broken = broken
        self._frames: deque[VideoFrameData] = deque()
        self._changed = threading.Condition()
        self._ended = False
        self._torn = True  # the next picture does not follow the one decoded last
        self.decoded = self.dropped = 0
        self._thread = threading.Thread(target=self._run, name="viewer", daemon=True)
        self._thread.start()

    def put(self, frame: VideoFrameData) -> None:
        """Hand over an encoded picture; returns at once. From any thread."""
        with self._changed:
            if len(self._frames) >= _WAITING:
                self.dropped += len(self._frames)
                self._frames.clear()
                self._torn = True
            self._frames.append(frame)
            self._changed.notify()

    def end(self) -> None:
        """End the thread, within 2 s."""
        with self._changed:
            self._ended = True
            self._changed.notify()
        self._thread.join(_END_WITHIN_S)

    def _run(self) -> None:
        decoder, codec = Decoder("h264"), "h264"
        needs_keyframe = True
        while (taken := self._taken()) is not None:
            frame, is_torn = taken
            needs_keyframe |= is_torn
            if frame.codec != codec:
                codec = "vp8" if frame.codec == "vp8" else "h264"
                decoder = Decoder("vp8" if codec == "vp8" else "h264")
                needs_keyframe = True
            if needs_keyframe and not frame.keyframe:
                self.dropped += 1
                self._broken()
                continue
            needs_keyframe = False
            try:
                pictures = decoder.decode(frame.data)
            except (BrokenPictureError, TooLargePictureError):
                needs_keyframe = True
                self._broken()
                continue
            for picture in pictures:
                self.decoded += 1
                self._show(
                    Picture(
                        frame=picture,
                        rtp_time=frame.rtp_time,
                        arrival_us=frame.arrival_us,
                        decoded_us=time.monotonic_ns() // 1000,
                    )
                )

    def _taken(self) -> tuple[VideoFrameData, bool] | None:
        """Return the next picture, and whether some before it were dropped; None at the end."""
        with self._changed:
            while not self._frames and not self._ended:
                self._changed.wait()
            if self._ended:
                return None
            is_torn, self._torn = self._torn, False
            return self._frames.popleft(), is_torn
