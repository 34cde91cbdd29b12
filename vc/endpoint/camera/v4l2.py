"""A camera of the Linux kernel, USB (UVC) or CSI, through FFmpeg's V4L2 input.

H.264 is passed through where the camera gives it; else MJPEG or raw pictures are encoded here, and
one that is older than the next is not.
"""

import time
from pathlib import Path
from typing import ClassVar, Literal, TypeAlias

import av
import structlog
from av.container import InputContainer
from av.error import FFmpegError
from msgspec.structs import replace

from devices.contract.afar import DevicePath
from devices.contract.errors import DeviceError, MuteError, UnpluggedError
from devices.device import DeviceState, DriverConfig
from vc.endpoint.camera.capture import Capture, Source
from vc.endpoint.camera.encode import EncodingConfig, LiveEncoder
from vc.endpoint.camera.port import Camera, VideoUnit

Format = Literal["h264", "mjpeg", "yuyv422", "yuv420p", "nv12"]
_SANE_AGE_S = 5.0
_STALE_FRAMES = 2
_Packet: TypeAlias = "av.Packet[av.VideoStream]"  # generic for the checker alone
_log = structlog.get_logger()


class V4l2CameraConfig(DriverConfig, frozen=True, kw_only=True, tag="v4l2"):
    """A camera at a device path; `/dev/v4l/by-id/...` stays the same across ports.

    `formats` are tried in this order; size and rate are those of `encoding`. H.264 of the camera's
    own cannot be asked for an IDR: who comes in waits for the next. With a long `keyframe_every_s`
    leave `h264` out, so that it is encoded here.
    """

    path: DevicePath = "/dev/video0"
    formats: tuple[Format, ...] = ("h264", "mjpeg", "yuyv422", "nv12", "yuv420p")
    encoding: EncodingConfig = EncodingConfig()

    def build(self) -> "LensCamera":
        """Return the camera."""
        return LensCamera(self)


class LavfiCameraConfig(DriverConfig, frozen=True, kw_only=True, tag="lavfi"):
    """A picture of FFmpeg's filters in real time: a test card, or a file in a loop (`movie=`)."""

    for_trials: ClassVar[bool] = True
    graph: str = "testsrc=size=1280x720:rate=25,realtime"
    encoding: EncodingConfig = EncodingConfig()

    def build(self) -> "LensCamera":
        """Return the camera."""
        return LensCamera(self)


class LensCamera(Camera):
    """A camera behind FFmpeg."""

    def __init__(self, config: V4l2CameraConfig | LavfiCameraConfig) -> None:
        super().__init__()
        self._config = config
        self._capture: Capture | None = None
        self._left: Capture | None = None
        self._encoder = ""

    async def check(self) -> DeviceState:
        """Say also what encodes: `camera` means that IDRs come at the camera's own interval."""
        state = await super().check()
        return replace(state, facts={**state.facts, "encoder": self._encoder})

    async def _start(self) -> None:
        if self._left and not self._left.has_ended:  # else every try leaves a thread behind
            raise MuteError("The camera hangs in its driver: unplug it, and plug it in again.")
        self._capture = Capture(self._open_source)

    async def _stop(self) -> None:
        capture, self._capture = self._capture, None
        if capture:
            self._left = capture
            await capture.stop()

    async def _next(self) -> VideoUnit:
        if self._capture is None:
            raise UnpluggedError("The camera is not open.")
        return await self._capture.next()

    def want_keyframe(self) -> None:
        """Let the next encoded picture be an IDR; a passed-through stream has its own rhythm."""
        if self._capture:
            self._capture.want_keyframe()

    def _open_source(self) -> Source:
        config = self._config
        container = _lavfi(config) if isinstance(config, LavfiCameraConfig) else _device(config)
        lens = _Lens(container, config.encoding)
        self._encoder = lens.encoder_name
        return lens


class _Lens:
    """An open camera, on its own thread."""

    def __init__(self, container: InputContainer, encoding: EncodingConfig) -> None:
        self._container = container
        self._stream = container.streams.video[0]
        self._packets = container.demux(self._stream)
        self._encoding = encoding
        passes = self._stream.codec_context.name == "h264"
        self._encoder = None if passes else LiveEncoder(encoding)
        self._seen_idr = False
        self.encoder_name = self._encoder.name if self._encoder else "camera"
        codec = self._stream.codec_context.name
        _log.info("camera.open", codec=codec, encoder=self.encoder_name)

    def read(self, *, keyframe: bool) -> VideoUnit | None:
        try:
            packet = next(self._packets)
            if not packet.size:
                raise MuteError("The camera has ended.")
            taken_us = _taken_us(packet)
            if self._encoder is None:
                return self._passed(packet, taken_us)
            if time.monotonic_ns() // 1000 - taken_us > _STALE_FRAMES * 1e6 / self._encoding.fps:
                return None  # a newer one is waiting already
            return self._encoded(packet, taken_us, self._encoder, keyframe=keyframe)
        except (StopIteration, FFmpegError) as error:
            raise UnpluggedError(f"The camera is gone: {error}") from error

    def close(self) -> None:
        self._container.close()

    def _passed(self, packet: _Packet, taken_us: int) -> VideoUnit:
        return VideoUnit(data=bytes(packet), captured_us=taken_us, keyframe=packet.is_keyframe)

    def _encoded(
        self, packet: _Packet, taken_us: int, encoder: LiveEncoder, *, keyframe: bool
    ) -> VideoUnit | None:
        for frame in self._stream.codec_context.decode(packet):
            coded = encoder.encode(frame, keyframe=keyframe or not self._seen_idr)
            if coded.data:
                self._seen_idr |= coded.keyframe
                return VideoUnit(data=coded.data, captured_us=taken_us, keyframe=coded.keyframe)
        return None


def _taken_us(packet: _Packet) -> int:
    """Return when the picture was taken: the kernel's monotonic stamp, unless it is of no use."""
    now = time.monotonic()
    if packet.pts is not None and packet.time_base:
        stamp = float(packet.pts * packet.time_base)
        if 0 <= now - stamp < _SANE_AGE_S:
            return round(stamp * 1e6)
    return round(now * 1e6)


def _lavfi(config: LavfiCameraConfig) -> InputContainer:
    try:
        return av.open(config.graph, format="lavfi")
    except (FFmpegError, ValueError) as error:
        raise DeviceError(f"{config.graph}: {error}") from error


def _device(config: V4l2CameraConfig) -> InputContainer:
    path, encoding = Path(config.path), config.encoding
    if not path.is_char_device():
        raise UnpluggedError(f"{config.path}: no camera is there.")
    problem: Exception | None = None
    for wanted in config.formats:
        options = {
            "input_format": wanted,
            "video_size": f"{encoding.width_px}x{encoding.height_px}",
            "framerate": str(encoding.fps),
        }
        try:
            return av.open(str(path.resolve()), format="v4l2", options=options)
        except (FFmpegError, ValueError) as error:
            problem = error
    raise UnpluggedError(f"{config.path}: the camera cannot be opened: {problem}")
