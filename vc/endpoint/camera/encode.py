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
from vc.media.video import EncodedFrame, Encoder, H264Encoder

HARDWARE = "h264_v4l2m2m"
_LONG_GOP_S = 600
_log = structlog.get_logger()


class EncodingConfig(Config, frozen=True, kw_only=True):
    """How live pictures are encoded. `hardware` false spares a machine whose encoder is broken."""

    width_px: Annotated[int, msgspec.Meta(ge=160, le=1920, multiple_of=2)] = 1280
    height_px: Annotated[int, msgspec.Meta(ge=120, le=1088, multiple_of=2)] = 720
    fps: Annotated[int, msgspec.Meta(ge=5, le=60)] = 25
    bitrate_kbps: Annotated[int, msgspec.Meta(ge=100, le=8_000)] = 1500
    hardware: bool = True


class LiveEncoder:
    """Encodes frames of any size and format; for one thread."""

    def __init__(self, config: EncodingConfig) -> None:
        self._config = config
        self._encoder = _opened(config)

    @property
    def name(self) -> str:
        """Which encoder it is."""
        return HARDWARE if isinstance(self._encoder, _HardwareEncoder) else "libx264"

    def encode(self, frame: av.VideoFrame, *, keyframe: bool) -> EncodedFrame:
        """Return the coded picture; its data are empty when it comes later. Raises DeviceError."""
        config = self._config
        ready = frame.reformat(config.width_px, config.height_px, "yuv420p")
        try:
            return self._encoder.encode(ready, keyframe=keyframe)
        except FFmpegError as error:
            raise DeviceError(f"{self.name}: {error}") from error


class _HardwareEncoder:
    """The kernel's encoder (V4L2 memory to memory): a Raspberry Pi up to 4 has one."""

    def __init__(self, config: EncodingConfig) -> None:
        codec = av.CodecContext.create(HARDWARE, "w")
        assert isinstance(codec, av.VideoCodecContext)  # noqa: S101 - tells the checker
        codec.width, codec.height, codec.pix_fmt = config.width_px, config.height_px, "yuv420p"
        codec.framerate, codec.time_base = Fraction(config.fps), Fraction(1, config.fps)
        codec.bit_rate = config.bitrate_kbps * 1000
        codec.gop_size = config.fps * _LONG_GOP_S
        codec.open()
        self._codec = codec
        self._count = 0

    def encode(self, frame: av.VideoFrame, *, keyframe: bool = False) -> EncodedFrame:
        frame.pts = self._count
        self._count += 1
        frame.pict_type = PictureType.I if keyframe else PictureType.NONE
        packets = self._codec.encode(frame)
        data = b"".join(bytes(packet) for packet in packets)
        return EncodedFrame(data, any(packet.is_keyframe for packet in packets))


def _opened(config: EncodingConfig) -> Encoder:
    if config.hardware:
        try:
            return _HardwareEncoder(config)
        except (FFmpegError, ValueError) as error:
            _log.info("camera.no_such_encoder", encoder=HARDWARE, why=str(error))
    return H264Encoder(config.width_px, config.height_px, config.fps, config.bitrate_kbps)
