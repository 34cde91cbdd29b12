"""Encoders of composed pictures and decoders of members' pictures, on PyAV; one thread each.

libavcodec copies what it encodes before `encode` returns: the frame may be drawn on again.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, Protocol

import av
from av.error import FFmpegError
from av.video.frame import PictureType

from devices.contract.errors import MotcuaError
from vc.media.yuv import PLANAR

Codec = Literal["h264", "vp8"]

MAX_BYTES = 1_000_000
"""A coded picture larger than this is not decoded."""
_BUFFER_S = 0.16  # at full rate: bounds an IDR; 30 kB at 1500 kbit/s
_NEVER = 1 << 24
_LEVELS = ((1280 * 720 * 30, "3.1"), (1280 * 720 * 60, "3.2"), (1920 * 1088 * 30, "4.0"))
_HIGHEST_LEVEL = "5.1"
_VP8_SPEED = "-12"
_VP8_IDR_PERCENT = "450"  # of a mean frame


class BrokenPictureError(MotcuaError):
    """The data is no picture, or one that needs others that were lost; an IDR mends it."""

    code = "picture.broken"
    retry = True


class TooLargePictureError(MotcuaError):
    """The picture has more pixels than anybody agreed to decode."""

    code = "picture.too_large"


@dataclass(frozen=True)
class EncodedFrame:
    """One coded picture: Annex B with its parameter sets before an IDR, or a VP8 frame."""

    data: bytes
    keyframe: bool


class Encoder(Protocol):
    """Encodes yuv420p frames of one size."""

    def encode(self, frame: av.VideoFrame, *, keyframe: bool = False) -> EncodedFrame:
        """Encode one frame now, by itself if `keyframe`; changes its pts and picture type."""


class H264Encoder:
    """Constrained baseline, no delay, no periodic IDR (RFC 6184: packetization-mode 1 fits)."""

    def __init__(self, width: int, height: int, fps: int, kbps: int) -> None:
        self._context = _encoding("libx264", width, height, fps, kbps)
        self._context.options = {
            "preset": "ultrafast",
            "tune": "zerolatency",
            "profile": "baseline",
            "level": _level(width, height, fps),
            "forced-idr": "1",
            "maxrate": f"{kbps}k",
            "bufsize": f"{round(kbps * _BUFFER_S)}k",
            "x264-params": "repeat-headers=1:sliced-threads=0:scenecut=0",
        }
        self._count = 0

    def encode(self, frame: av.VideoFrame, *, keyframe: bool = False) -> EncodedFrame:
        """Encode one frame now, as an IDR if `keyframe`."""
        encoded = _encoded(self._context, frame, self._count, keyframe=keyframe)
        self._count += 1
        return encoded


class Vp8Encoder:
    """VP8 for guests whose browsers have no H.264; real time, no delay."""

    def __init__(self, width: int, height: int, fps: int, kbps: int) -> None:
        self._context = _encoding("libvpx", width, height, fps, kbps)
        self._context.options = {
            "deadline": "realtime",
            "cpu-used": _VP8_SPEED,
            "lag-in-frames": "0",
            "auto-alt-ref": "0",
            "error-resilient": "1",
            "static-thresh": "1",
            "max-intra-rate": _VP8_IDR_PERCENT,
            "minrate": f"{kbps}k",
            "maxrate": f"{kbps}k",
            "bufsize": f"{kbps}k",
        }
        self._count = 0

    def encode(self, frame: av.VideoFrame, *, keyframe: bool = False) -> EncodedFrame:
        """Encode one frame now, as a key frame if `keyframe`."""
        encoded = _encoded(self._context, frame, self._count, keyframe=keyframe)
        self._count += 1
        return encoded


class Decoder:
    """Decodes one member's pictures. The size may change at any IDR."""

    def __init__(self, codec: Codec, max_pixels: int = 1920 * 1088) -> None:
        context = av.CodecContext.create(codec, "r")
        assert isinstance(context, av.VideoCodecContext)  # noqa: S101 - tells the checker
        context.thread_count = 1
        context.options = {"max_pixels": str(max_pixels)}
        self._context = context
        self._max_pixels = max_pixels

    def decode(self, data: bytes) -> list[av.VideoFrame]:
        """Return the picture in the data, if any comes out yet.

        Raises BrokenPictureError, TooLargePictureError; it can go on with the next IDR.
        """
        if len(data) > MAX_BYTES:
            raise TooLargePictureError(f"{len(data)} bytes in one picture")
        try:
            frames = self._context.decode(av.Packet(data))
        except (FFmpegError, MemoryError, ValueError) as error:
            raise BrokenPictureError(f"not decoded: {error}") from error
        for frame in frames:
            if frame.width * frame.height > self._max_pixels:
                raise TooLargePictureError(f"{frame.width} x {frame.height} pixels")
            if frame.is_corrupt or frame.format.name not in PLANAR:
                raise BrokenPictureError("decoded with pieces missing")
        return frames


def _encoding(codec: str, width: int, height: int, fps: int, kbps: int) -> av.VideoCodecContext:
    context = av.CodecContext.create(codec, "w")
    assert isinstance(context, av.VideoCodecContext)  # noqa: S101 - tells the checker
    context.width, context.height, context.pix_fmt = width, height, "yuv420p"
    context.framerate, context.time_base = Fraction(fps), Fraction(1, fps)
    context.bit_rate = kbps * 1000
    context.gop_size = _NEVER
    context.thread_count = 1
    return context


def _encoded(
    context: av.VideoCodecContext, frame: av.VideoFrame, count: int, *, keyframe: bool
) -> EncodedFrame:
    frame.pts = count
    frame.pict_type = PictureType.I if keyframe else PictureType.NONE
    (packet,) = context.encode(frame)
    return EncodedFrame(bytes(packet), packet.is_keyframe)


def _level(width: int, height: int, fps: int) -> str:
    rate = width * height * fps
    return next((level for most, level in _LEVELS if rate <= most), _HIGHEST_LEVEL)
