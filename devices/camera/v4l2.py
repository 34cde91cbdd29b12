"""A camera of the Linux kernel (V4L2), through OpenCV."""

import time
from pathlib import Path
from typing import Annotated, Any

import msgspec
import numpy as np

from devices.camera.capture import Source
from devices.camera.picture import Picture
from devices.camera.port import Camera
from devices.contract.afar import DevicePath
from devices.contract.errors import MuteError, UnpluggedError
from devices.device import DriverConfig


class V4l2CameraConfig(DriverConfig, frozen=True, kw_only=True, tag="v4l2"):
    """A camera at a device path; `/dev/v4l/by-id/...` stays the same across ports.

    The size is a wish: the camera gives the nearest it has. Of the pictures it sends
    `pictures_per_s` are decoded, the others are dropped as they come.
    """

    path: DevicePath = "/dev/video0"
    width_px: Annotated[int, msgspec.Meta(ge=160, le=8192)] = 1600
    height_px: Annotated[int, msgspec.Meta(ge=120, le=8192)] = 1200
    pictures_per_s: Annotated[float, msgspec.Meta(gt=0, le=60)] = 5.0

    def build(self) -> "V4l2Camera":
        """Return the camera."""
        return V4l2Camera(self)


class V4l2Camera(Camera):
    """The camera."""

    def __init__(self, config: V4l2CameraConfig) -> None:
        super().__init__()
        self._config = config

    def _open_source(self) -> Source:
        return _V4l2Source(self._config)


class _V4l2Source:
    def __init__(self, config: V4l2CameraConfig) -> None:
        import cv2  # noqa: PLC0415 - the hardware library, 45 MB, in the call that opens the hardware

        self._path = Path(config.path)
        self._every_s = 1 / config.pictures_per_s
        self._due_s = 0.0
        if not self._path.is_char_device():
            raise UnpluggedError(f"{config.path}: no camera is there.")
        self._video: Any = cv2.VideoCapture(str(self._path.resolve()), cv2.CAP_V4L2)
        if not self._video.isOpened():
            raise UnpluggedError(f"{config.path}: the camera cannot be opened.")
        self._video.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
        self._video.set(cv2.CAP_PROP_FRAME_WIDTH, config.width_px)
        self._video.set(cv2.CAP_PROP_FRAME_HEIGHT, config.height_px)
        self._video.set(cv2.CAP_PROP_BUFFERSIZE, 1)

    def read(self) -> Picture:
        while self._grab() < self._due_s:
            pass
        self._due_s = time.monotonic() + self._every_s
        whole, picture = self._video.retrieve()
        if not whole:
            raise MuteError(f"{self._path}: the picture is not whole.")
        return np.asarray(picture, np.uint8)

    def close(self) -> None:
        self._video.release()

    def _grab(self) -> float:
        """Take the camera's next picture without decoding it, and return when it came."""
        if not self._video.grab():
            if not self._path.exists():
                raise UnpluggedError(f"{self._path}: the camera is gone.")
            raise MuteError(f"{self._path}: the camera sends nothing.")
        return time.monotonic()
