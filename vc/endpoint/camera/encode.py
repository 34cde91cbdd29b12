"""Live pictures to H.264: the machine's own encoder where it works, else x264 at its fastest."""

from fractions import Fraction
from typing import Annotated

import av
import msgspec
import structlog
from av.error import FFmpegError
from av.video.frame import PictureType

from devices.contract.config import Config
from devices.contract.errors import DeviceError

HARDWARE = "h264_v4l2m2m"
SOFTWARE = "libx264"
_MICROSECONDS = Fraction(1, 1_000_000)
_LONG_GOP_S = 600
_log = structlog.get_logger()


class NoEncoderError(DeviceError):
    """No H.264 encoder works on this machine."""

    code = "camera.no_encoder"


class EncodingConfig(Config, frozen=True, kw_only=True):
    """How live pictures are encoded; an IDR fits into `idr_kbit` (a burst of packets is lost)."""

    width_px: Annotated[int, msgspec.Meta(ge=160, le=1920, multiple_of=2)] = 1280
    height_px: Annotated[int, msgspec.Meta(ge=120, le=1088, multiple_of=2)] = 720
    fps: Annotated[int, msgspec.Meta(ge=5, le=60)] = 25
    bitrate_kbps: Annotated[int, msgspec.Meta(ge=100, le=8_000)] = 1500
    idr_kbit: Annotated[int, msgspec.Meta(ge=60, le=2_000)] = 240
    hardware: bool = True


class LiveEncoder:
    """Encodes frames of any size and format; for one thread."""

    def __init__(self, config: EncodingConfig) -> None:
        self._config = config
        self.name, self._codec = _opened(config)

    def encode(self, frame: av.VideoFrame, time_us: int, *, keyframe: bool) -> tuple[bytes, bool]:
        """Return the coded picture and whether it is an IDR; empty when it comes later."""
        config = self._config
        ready = frame.reformat(config.width_px, config.height_px, "yuv420p")
        ready.pts, ready.time_base = time_us, _MICROSECONDS
        ready.pict_type = PictureType.I if keyframe else PictureType.NONE
        try:
            packets = self._codec.encode(ready)
        except FFmpegError as error:
            raise DeviceError(f"{self.name}: {error}") from error
        data = b"".join(bytes(packet) for packet in packets)
        return data, any(packet.is_keyframe for packet in packets)


def _opened(config: EncodingConfig) -> tuple[str, av.VideoCodecContext]:
    for name in (HARDWARE, SOFTWARE) if config.hardware else (SOFTWARE,):
        try:
            codec = _context(name, config)
            codec.open()
        except (FFmpegError, ValueError) as error:
            _log.info("camera.no_such_encoder", encoder=name, why=str(error))
        else:
            return name, codec
    raise NoEncoderError


def _context(name: str, config: EncodingConfig) -> av.VideoCodecContext:
    codec = av.CodecContext.create(name, "w")
    assert isinstance(codec, av.VideoCodecContext)  # noqa: S101 - tells the checker the codec's kind
    codec.width, codec.height, codec.pix_fmt = config.width_px, config.height_px, "yuv420p"
    codec.framerate, codec.time_base = Fraction(config.fps), _MICROSECONDS
    codec.bit_rate = config.bitrate_kbps * 1000
    codec.gop_size = config.fps * _LONG_GOP_S
    codec.thread_count = 1
    if name == SOFTWARE:
        codec.options = {
            "preset": "ultrafast",
            "tune": "zerolatency",
            "profile": "baseline",
            "forced-idr": "1",
            "x264-params": (
                "repeat-headers=1:scenecut=0:sliced-threads=0:"
                f"vbv-maxrate={config.bitrate_kbps}:vbv-bufsize={config.idr_kbit}"
            ),
        }
    return codec
