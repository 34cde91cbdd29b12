"""A member's picture in the video process: its decoder, its last picture, and whether it lives."""

import av

from devices.contract.config import Config
from vc.media.keyframes import KeyframeWish
from vc.media.titles import Missing
from vc.media.video import BrokenPictureError, Codec, Decoder, TooLargePictureError


class Freshness(Config, frozen=True, kw_only=True):
    """How old things may be, in seconds."""

    stale_s: float = 2.0
    """A camera that sent nothing for so long is shown as lost, never as a still picture."""
    content_stale_s: float = 10.0
    """The same for a shared screen, of which nothing comes while nothing changes."""
    rest_after_s: float = 5.0
    """A source in no view is decoded no more after so long; shown again, it needs an IDR."""


class Source:
    """What is known of one slot. Times are seconds of CLOCK_MONOTONIC."""

    def __init__(self, freshness: Freshness, max_pixels: int) -> None:
        self._freshness = freshness
        self._max_pixels = max_pixels
        self._codec: Codec | None = None
        self._decoder: Decoder | None = None
        self._decoded_at = float("-inf")
        self._shown_at = self._woken_at = float("-inf")
        self._live: av.VideoFrame | None = None
        self._ever = False
        self.still: av.VideoFrame | None = None
        """A picture that stands for the camera's, and never gets old."""
        self.content = False
        self.wish = KeyframeWish()
        self.broken = 0

    @property
    def picture(self) -> av.VideoFrame | None:
        """What it looks like now, however old."""
        return self.still or self._live

    def missing(self, now: float) -> Missing | None:
        """Return why it cannot be shown; None when it can."""
        if self.still is not None:
            return None
        limits = self._freshness
        limit = limits.content_stale_s if self.content else limits.stale_s
        if self._live is not None and now - self._decoded_at <= limit:
            return None
        asked = now - self._woken_at <= limits.stale_s
        return Missing.LOST if self._ever and not asked else Missing.NONE_YET

    def in_view(self, now: float) -> None:
        """Note that a view shows it."""
        if self.resting(now):
            self._woken_at = now
        self._shown_at = now

    def resting(self, now: float) -> bool:
        """Tell whether nobody has looked at it for long."""
        return now - self._shown_at > self._freshness.rest_after_s

    def take(
        self, codec: Codec, data: bytes, now: float, *, keyframe: bool
    ) -> av.VideoFrame | None:
        """Decode a coded picture; returns the new one if there is one and it may be shown."""
        if self.resting(now):
            self._decoder = self._live = None
            self.wish.lack()
            return None
        if self.wish.open and not keyframe:
            return None
        if self._decoder is None or codec != self._codec:
            self._decoder, self._codec = Decoder(codec, self._max_pixels), codec
        try:
            pictures = self._decoder.decode(data)
        except (BrokenPictureError, TooLargePictureError):
            self.broken += 1
            self.wish.lack()
            return None
        if not pictures:
            return None
        self.wish.met()
        self._woken_at = float("-inf")
        self._live, self._decoded_at, self._ever = pictures[-1], now, True
        return self._live if self.still is None else None

    def gone(self) -> None:
        """Forget the session: another one of the same source begins anew."""
        self._decoder = None
        self._live = None
        self._decoded_at = float("-inf")
        self.wish = KeyframeWish()
