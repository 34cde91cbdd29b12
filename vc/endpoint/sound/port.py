"""What a room's sound owes: a microphone in frames of 10 ms, a loudspeaker that takes them."""

import asyncio
import time
from abc import abstractmethod
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import ClassVar

from devices.contract.errors import DeviceError, MuteError, UnpluggedError
from devices.contract.message import Health
from devices.device import Device, DeviceState, SelfTest
from vc.endpoint.sound.microphone import MicrophoneWatch
from vc.media.opus import Pcm

FRAME_SAMPLES = 480
FRAME_US = 10_000
RATE_HZ = 48_000
SILENT = "microphone.silent"
CLIPPED = "microphone.clipped"
_FRAME_WITHIN_S = 2.0
_TEST_S = 1.5


@dataclass(frozen=True, slots=True)
class Captured:
    """480 samples of the microphone; `captured_us` is CLOCK_MONOTONIC at the first of them."""

    pcm: Pcm
    captured_us: int


class SoundStopped(DeviceError):  # noqa: N818 - states the fact
    """The microphone gives nothing any more."""

    code = "sound.stopped"


class Sound(Device):
    """Microphone and loudspeaker. A driver owes `_start`, `_stop`, `_record` and `play`."""

    kind: ClassVar[str] = "sound"
    check_every_s: ClassVar[float] = 1.0

    def __init__(self) -> None:
        self._opened = False
        self._last_s = 0.0
        self._watch = MicrophoneWatch()
        self.dropped = 0
        """Frames the loudspeaker did not take in time."""

    @abstractmethod
    async def _start(self) -> None:
        """Take hold of the hardware; raises DeviceError, and then holds nothing."""

    @abstractmethod
    async def _stop(self) -> None:
        """Let go of it. May be called twice, and never raises."""

    @abstractmethod
    async def _record(self) -> Captured:
        """Return the microphone's next 10 ms; raises DeviceError."""

    @abstractmethod
    def play(self, frame: Pcm) -> None:
        """Give the loudspeaker its next 10 ms. Never waits: what it has no room for is dropped."""

    @property
    def latency_us(self) -> int:
        """How long after `play` a frame is heard, about."""
        return 0

    @property
    def microphone(self) -> MicrophoneWatch:
        """What the microphone was like lately."""
        return self._watch

    async def open(self) -> None:
        """Start both."""
        await self.close()
        await self._start()
        self._watch = MicrophoneWatch()
        self._opened, self._last_s = True, time.monotonic()

    async def close(self) -> None:
        """Let go of both."""
        self._opened = False
        await self._stop()

    async def frames(self) -> AsyncIterator[Captured]:
        """Yield the microphone's frames, for one caller at a time; raises DeviceError.

        It sets the pace of the loudspeaker too: give `play` one frame for each.
        """
        while self._opened:
            try:
                async with asyncio.timeout(_FRAME_WITHIN_S):
                    captured = await self._record()
            except TimeoutError:
                raise MuteError(f"No sound came within {_FRAME_WITHIN_S:g} s.") from None
            self._last_s = time.monotonic()
            self._watch.feed(captured.pcm)
            yield captured
        raise UnpluggedError("The sound is not open.")

    async def check(self) -> DeviceState:
        """Say how the microphone was; raises DeviceError when it gives nothing."""
        if not self._opened:
            raise UnpluggedError("The sound is not open.")
        if time.monotonic() - self._last_s > _FRAME_WITHIN_S:
            raise SoundStopped
        watch = self._watch
        facts: dict[str, str | float | bool] = {
            "microphone_dbfs": round(watch.dbfs, 1),
            "clipped_percent": round(watch.clipped_percent, 2),
            "dropped_frames": float(self.dropped),
        }
        if watch.is_silent:
            text = "The microphone gives no sound at all: is it switched off at its base?"
            return DeviceState(health=Health.WARNING, code=SILENT, text=text, facts=facts)
        if watch.is_clipped:
            text = "The microphone is set too loud: its sound is cut off."
            return DeviceState(health=Health.WARNING, code=CLIPPED, text=text, facts=facts)
        return DeviceState(facts=facts)

    async def self_test(self) -> SelfTest:
        """Listen for a moment, and say what the microphone gave."""
        await asyncio.sleep(_TEST_S)
        state = await self.check()
        return SelfTest(passed=not state.code, text=state.text or str(state.facts))
