"""What a conference camera owes: H.264 pictures as they are taken, and an IDR when asked."""

import asyncio
import time
from abc import abstractmethod
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import ClassVar

from devices.contract.errors import DeviceError, MuteError, UnpluggedError
from devices.contract.message import Health
from devices.device import Device, DeviceState, SelfTest
from vc.endpoint.camera.eye import Eye, Glimpse

DARK = "camera.dark"
FROZEN = "camera.frozen"
_LOOK_EVERY_S = 2.0
_LOOK_AT_LEAST_S = 10.0
_UNIT_WITHIN_S = 4.0
_TEST_S = 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoUnit:
    """One coded picture: Annex B, constrained baseline, each IDR with its parameter sets.

    `captured_us` is CLOCK_MONOTONIC; `number` is the one a simulated camera wrote into it.
    """

    data: bytes
    captured_us: int
    keyframe: bool
    number: int | None = None


class Stopped(DeviceError):  # noqa: N818 - states the fact
    """The camera sends no pictures."""

    code = "camera.stopped"


class Camera(Device):
    """A camera. A driver owes `_start`, `_stop`, `_next` and `want_keyframe`."""

    kind: ClassVar[str] = "camera"
    check_every_s: ClassVar[float] = 1.0

    def __init__(self) -> None:
        self._eye = Eye()
        self._opened = False
        self._last_s = 0.0
        self._look_at_s = 0.0
        self._figures = _Rate()

    @abstractmethod
    async def _start(self) -> None:
        """Take hold of the hardware; raises DeviceError, and then holds nothing."""

    @abstractmethod
    async def _stop(self) -> None:
        """Let go of it. May be called twice, and never raises."""

    @abstractmethod
    async def _next(self) -> VideoUnit:
        """Return the next picture; raises DeviceError."""

    @abstractmethod
    def want_keyframe(self) -> None:
        """Ask for a picture that can be decoded by itself, soon. May be asked too often."""

    @property
    def glimpse(self) -> Glimpse | None:
        """What was seen last by whoever judges the pictures; None before the first."""
        return self._eye.glimpse

    async def open(self) -> None:
        """Start the camera."""
        await self.close()
        await self._start()
        self._eye = Eye()
        self._opened, self._last_s, self._look_at_s = True, time.monotonic(), 0.0

    async def close(self) -> None:
        """Let go of the camera."""
        self._opened = False
        await self._stop()

    async def units(self) -> AsyncIterator[VideoUnit]:
        """Yield pictures as they are taken, for one caller at a time; raises DeviceError."""
        while self._opened:
            try:
                async with asyncio.timeout(_UNIT_WITHIN_S):
                    unit = await self._next()
            except TimeoutError:
                raise MuteError(f"No picture came within {_UNIT_WITHIN_S:g} s.") from None
            self._last_s = time.monotonic()
            self._figures.count(self._last_s, unit)
            yield unit
            if self._last_s >= self._look_at_s:
                await self._look(unit)
        raise UnpluggedError("The camera is not open.")

    async def _look(self, unit: VideoUnit) -> None:
        if unit.keyframe:
            self._look_at_s = self._last_s + _LOOK_EVERY_S
            await asyncio.to_thread(self._eye.look, unit.data)
        elif self._last_s - self._look_at_s > _LOOK_AT_LEAST_S:
            self.want_keyframe()

    async def check(self) -> DeviceState:
        """Say how the newest pictures were; raises DeviceError when none come."""
        if not self._opened:
            raise UnpluggedError("The camera is not open.")
        if time.monotonic() - self._last_s > _UNIT_WITHIN_S:
            raise Stopped
        seen = self._eye.glimpse
        if seen is None:
            return DeviceState()
        facts: dict[str, str | float | bool] = {
            "width_px": float(seen.width),
            "height_px": float(seen.height),
            "brightness": round(seen.brightness),
            "fps": round(self._figures.fps, 1),
            "kbps": round(self._figures.kbps),
            "keyframe_every_s": round(self._figures.keyframe_every_s, 1),
        }
        if seen.is_dark:
            text = "The picture is black: is the lens covered, or the light off?"
            return DeviceState(health=Health.WARNING, code=DARK, text=text, facts=facts)
        if not seen.moves:
            text = "The camera sends the same picture over and over."
            return DeviceState(health=Health.WARNING, code=FROZEN, text=text, facts=facts)
        return DeviceState(facts=facts)

    async def self_test(self) -> SelfTest:
        """Wait for a judged picture, and say what it was."""
        await asyncio.sleep(_TEST_S)
        state = await self.check()
        if state.code:
            return SelfTest(passed=False, text=state.text)
        return SelfTest(passed=True, text=str(state.facts))


class _Rate:
    """Pictures and kilobits a second, over the last whole second; time between the last IDRs."""

    def __init__(self) -> None:
        self.fps = 0.0
        self.kbps = 0.0
        self.keyframe_every_s = 0.0
        self._keyframe_at = 0.0
        self._since = 0.0
        self._pictures = 0
        self._bytes = 0

    def count(self, now: float, unit: VideoUnit) -> None:
        if unit.keyframe:
            self.keyframe_every_s = now - self._keyframe_at if self._keyframe_at else 0.0
            self._keyframe_at = now
        self._pictures += 1
        self._bytes += len(unit.data)
        took = now - self._since
        if took >= 1.0:
            self.fps, self.kbps = self._pictures / took, self._bytes * 8 / took / 1000
            self._since, self._pictures, self._bytes = now, 0, 0
