"""One thread over one source of pictures; the newest picture wins and older ones are dropped."""

import asyncio
import contextlib
import threading
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from devices.camera.picture import Picture
from devices.contract.errors import MuteError

_STOP_WITHIN_S = 2.0
_GRID = 8


class Source(Protocol):
    """A camera as its own thread sees it."""

    def read(self) -> Picture:
        """Block until the next picture, for some seconds at most; raises DeviceError."""
        ...

    def close(self) -> None:
        """Let go of the camera; never raises."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One picture of the running camera.

    `number` counts from 1 at each opening, gaps are dropped pictures; `at_s` is monotonic;
    `brightness` is the mean of 0 to 255; `same_for_s` says how long nothing of it has changed.
    """

    picture: Picture
    number: int
    at_s: float
    brightness: float
    same_for_s: float


class Capture:
    """A running source. Its methods belong to one event loop."""

    def __init__(self, open_source: Callable[[], Source]) -> None:
        self._open_source = open_source
        self._loop = asyncio.get_running_loop()
        self._changed = asyncio.Event()
        self._ended = asyncio.Event()
        self._stop = threading.Event()
        self._error: BaseException | None = None
        self._taken = 0
        self.latest: Frame | None = None
        self._thread = threading.Thread(target=self._run, name="camera", daemon=True)
        self._thread.start()

    async def next(self) -> Frame:
        """Return the newest frame not returned yet, waiting; raises what ended the source."""
        while self.latest is None or self.latest.number == self._taken:
            self.raise_if_ended()
            self._changed.clear()
            await self._changed.wait()
        self._taken = self.latest.number
        return self.latest

    def raise_if_ended(self) -> None:
        """Raise what ended the source, when it has ended."""
        if self._error is not None:
            raise self._error.with_traceback(None)  # else it grows with every asker

    async def stop(self) -> None:
        """End the thread; one that hangs in its driver is left behind after 2 s."""
        self._stop.set()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_STOP_WITHIN_S):
                await self._ended.wait()

    def _run(self) -> None:
        error: BaseException = MuteError("The camera was closed.")
        try:
            source = self._open_source()
            try:
                self._pump(source)
            finally:
                source.close()
        except BaseException as failure:  # noqa: BLE001 - every outcome belongs to the one who waits
            error = failure
        self._tell(self._end, error)

    def _pump(self, source: Source) -> None:
        number, print_before, changed_at = 0, -1, time.monotonic()
        while not self._stop.is_set():
            picture = source.read()
            number, now = number + 1, time.monotonic()
            grid = picture[::_GRID, ::_GRID]
            if (fingerprint := zlib.crc32(grid.tobytes())) != print_before:
                print_before, changed_at = fingerprint, now
            frame = Frame(
                picture=picture,
                number=number,
                at_s=now,
                brightness=float(grid.mean()),
                same_for_s=now - changed_at,
            )
            self._tell(self._arrive, frame)

    def _tell(self, what: Callable[..., None], about: object) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended before the camera
            self._loop.call_soon_threadsafe(what, about)

    def _arrive(self, frame: Frame) -> None:
        self.latest = frame
        self._changed.set()

    def _end(self, error: BaseException) -> None:
        self._error = error
        self._ended.set()
        self._changed.set()
