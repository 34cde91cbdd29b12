"""A camera as a scanner: codes are read from its newest pictures, sparingly."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Annotated

import msgspec
import numpy as np
import numpy.typing as npt

from devices.camera.capture import Frame
from devices.camera.drivers import CameraConfig
from devices.camera.picture import Picture
from devices.contract.errors import BusyError, DeadlinePassedError, MuteError
from devices.device import DeviceState, DriverConfig, SelfTest
from devices.runtime.worker import Worker
from devices.scanner.decode import read_symbols
from devices.scanner.held import HeldSymbols
from devices.scanner.port import Scanner

_LOOK_AGAIN_S = 2.0
_READ_WITHIN_S = 5.0
_STEP, _BLOCK, _PLANE = 4, 10, 2
_MOVED_BY = 6.0  # grey levels, in the hundredth of the picture that differs most


class CameraScannerConfig(DriverConfig, frozen=True, kw_only=True, tag="camera"):
    """A camera before which cards and papers are held.

    At most `reads_per_s` pictures are searched; a still scene without a code, every 2 s.
    """

    camera: CameraConfig
    reads_per_s: Annotated[float, msgspec.Meta(gt=0, le=30)] = 4.0

    def build(self) -> "CameraScanner":
        """Return the scanner."""
        return CameraScanner(self)


class CameraScanner(Scanner):
    """The scanner. It owns its camera, and a thread that reads."""

    def __init__(self, config: CameraScannerConfig) -> None:
        self._camera = config.camera.build()
        self._every_s = 1 / config.reads_per_s
        self._worker: Worker | None = None
        self._held = HeldSymbols()
        self._stillness = Stillness()

    async def open(self) -> None:
        """Open the camera; raises DeviceError."""
        await self.close()
        self._held, self._stillness = HeldSymbols(), Stillness()
        await self._camera.open()
        self._worker = Worker("codes", limit=1)
        await self._worker.__aenter__()

    async def close(self) -> None:
        """Let go of the camera."""
        worker, self._worker = self._worker, None
        if worker:
            await worker.__aexit__(None, None, None)
        await self._camera.close()

    async def check(self) -> DeviceState:
        """Be as well as the camera is."""
        return await self._camera.check()

    async def self_test(self) -> SelfTest:
        """Say how the camera sees."""
        state = await self._camera.check()
        seen = f"The camera sees; brightness {state.facts['brightness']} of 255."
        return SelfTest(passed=not state.code, text=state.text or seen)

    async def scans(self) -> AsyncIterator[str]:
        """Yield each scan's text."""
        while True:
            frame = await self._camera.frame()
            if self._stillness.is_worth_reading(frame):
                texts = await self._read(frame)
                self._stillness.found(len(texts))
                for text in self._held.newly(texts, frame.at_s):
                    yield text
            await asyncio.sleep(max(frame.at_s + self._every_s - time.monotonic(), 0))

    async def _read(self, frame: Frame) -> list[str]:
        if self._worker is None:
            raise MuteError("The camera was closed.")
        try:
            return await self._worker.within(_READ_WITHIN_S, read_symbols, frame.picture)
        except (BusyError, DeadlinePassedError) as error:
            raise MuteError(f"A picture was not read: {error}") from error


class Stillness:
    """Whether a picture can show anything that the last one read did not. Pure."""

    def __init__(self) -> None:
        self._read: npt.NDArray[np.float64] | None = None
        self._read_at_s = 0.0
        self._empty = False

    def is_worth_reading(self, frame: Frame) -> bool:
        """Return whether to read it: something was there, moved, or 2 s have passed."""
        sketch = _sketch(frame.picture)
        if self._empty and frame.at_s - self._read_at_s < _LOOK_AGAIN_S and not self._moved(sketch):
            return False
        self._read, self._read_at_s = sketch, frame.at_s
        return True

    def found(self, symbols: int) -> None:
        """Note how many symbols the picture just read had."""
        self._empty = symbols == 0

    def _moved(self, sketch: npt.NDArray[np.float64]) -> bool:
        if self._read is None or sketch.shape != self._read.shape or not sketch.size:
            return True
        return bool(np.percentile(np.abs(sketch - self._read), 99) > _MOVED_BY)


def _sketch(picture: Picture) -> npt.NDArray[np.float64]:
    """Return the picture as means of blocks of 40 x 40 px, in which a sensor's noise is gone."""
    plane = picture if picture.ndim == _PLANE else picture[:, :, 1]
    few = plane[::_STEP, ::_STEP]
    rows, columns = few.shape[0] // _BLOCK, few.shape[1] // _BLOCK
    blocks = few[: rows * _BLOCK, : columns * _BLOCK].reshape(rows, _BLOCK, columns, _BLOCK)
    return np.asarray(blocks.mean(axis=(1, 3)), np.float64)
