"""What a camera owes: its newest picture, whole and recent, and to notice that it is blind."""

import asyncio
import time
from abc import abstractmethod
from typing import ClassVar

from devices.camera.capture import Capture, Frame, Source
from devices.contract.errors import DeviceError, MuteError, UnpluggedError
from devices.contract.message import Health
from devices.device import Device, DeviceState, SelfTest

DARK = "camera.dark"
_DARK_BELOW = 12.0  # mean of 0 to 255; a lit desk has 60 to 180
_FIRST_WITHIN_S = 6.0  # loading OpenCV from a slow card is in it
_FRAME_WITHIN_S = 4.0
_LIVELY_WITHIN_S = 1.5
_FROZEN_AFTER_S = 3.0
_STALE_AFTER_S = 5.0


class FrozenError(DeviceError):
    """The camera sends the same picture over and over."""

    code = "camera.frozen"


class Camera(Device):
    """A camera: a driver opens its source; the thread, deadlines and checks are here."""

    kind = "camera"
    first_within_s: ClassVar[float] = _FIRST_WITHIN_S

    def __init__(self) -> None:
        self._capture: Capture | None = None

    @abstractmethod
    def _open_source(self) -> Source:
        """Open the hardware, on the camera's own thread; raises DeviceError."""

    async def open(self) -> None:
        """Start the camera and see that its pictures live: two that differ, or the dark."""
        await self.close()
        self._capture = Capture(self._open_source)
        try:
            first = await self._next(self.first_within_s)
            async with asyncio.timeout(_LIVELY_WITHIN_S):
                while not _is_dark(first) and (await self.frame()).same_for_s > 0:
                    pass
        except TimeoutError:
            await self.close()
            raise FrozenError from None
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Let go of the camera."""
        capture, self._capture = self._capture, None
        if capture:
            await capture.stop()

    async def frame(self) -> Frame:
        """Return the newest frame not returned before, waiting for it; older ones are dropped.

        One caller at a time. Raises MuteError when none comes within 4 s, UnpluggedError, or
        another DeviceError of the driver.
        """
        return await self._next(_FRAME_WITHIN_S)

    async def check(self) -> DeviceState:
        """Judge the newest picture without waiting; raises FrozenError and what `frame` raises."""
        capture = self._running()
        capture.raise_if_ended()
        frame = capture.latest
        if frame is None or time.monotonic() - frame.at_s > _STALE_AFTER_S:
            raise MuteError(f"No picture came within {_STALE_AFTER_S:g} s.")
        if frame.same_for_s > _FROZEN_AFTER_S and not _is_dark(frame):
            raise FrozenError
        height, width = frame.picture.shape[:2]
        facts: dict[str, str | float | bool] = {
            "width_px": float(width),
            "height_px": float(height),
            "brightness": round(frame.brightness),
        }
        if _is_dark(frame):
            text = "The picture is black: is the lens covered, or the light off?"
            return DeviceState(health=Health.WARNING, code=DARK, text=text, facts=facts)
        return DeviceState(facts=facts)

    async def self_test(self) -> SelfTest:
        """Take a picture, and say its size and brightness."""
        frame = await self.frame()
        height, width = frame.picture.shape[:2]
        seen = f"{width} x {height} px, brightness {frame.brightness:.0f} of 255"
        if _is_dark(frame):
            return SelfTest(passed=False, text=f"Black picture: {seen}")
        return SelfTest(passed=True, text=f"Picture taken: {seen}")

    async def _next(self, within_s: float) -> Frame:
        capture = self._running()
        try:
            async with asyncio.timeout(within_s):
                return await capture.next()
        except TimeoutError:
            raise MuteError(f"No picture came within {within_s:g} s.") from None

    def _running(self) -> Capture:
        if self._capture is None:
            raise UnpluggedError("The camera is not open.")
        return self._capture


def _is_dark(frame: Frame) -> bool:
    return frame.brightness < _DARK_BELOW
