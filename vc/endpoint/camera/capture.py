"""A camera that blocks, on a thread of its own; its pictures wait in a short line."""

import asyncio
import contextlib
import threading
from collections import deque
from collections.abc import Callable
from typing import Protocol

from devices.contract.errors import MuteError
from vc.endpoint.camera.port import VideoUnit

_WAITING = 8
_STOP_WITHIN_S = 2.0


class Source(Protocol):
    """A camera as its thread sees it."""

    def read(self, *, keyframe: bool) -> VideoUnit | None:
        """Block until the next picture, some seconds at most; None when it comes later.

        Raises DeviceError.
        """
        ...

    def close(self) -> None:
        """Let go of the camera; never raises."""
        ...


class Capture:
    """A running source. Its methods belong to one event loop.

    When the line of waiting pictures is full it is dropped, and everything up to the next IDR.
    """

    def __init__(self, open_source: Callable[[], Source]) -> None:
        self._open_source = open_source
        self._loop = asyncio.get_running_loop()
        self._units: deque[VideoUnit] = deque()
        self._changed = asyncio.Event()
        self._stop = threading.Event()
        self._wants_keyframe = threading.Event()
        self._needs_keyframe = True
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="camera", daemon=True)
        self._thread.start()

    async def next(self) -> VideoUnit:
        """Return the oldest picture that waits; raises what ended the source."""
        while not self._units:
            if self._error is not None:
                raise self._error.with_traceback(None)  # else it grows with every asker
            self._changed.clear()
            await self._changed.wait()
        return self._units.popleft()

    @property
    def has_ended(self) -> bool:
        """Whether the thread has let go of the camera."""
        return self._error is not None or not self._thread.is_alive()

    def want_keyframe(self) -> None:
        """Let an IDR come soon."""
        self._wants_keyframe.set()

    async def stop(self) -> None:
        """End the thread; one that hangs in its driver is left behind after 2 s."""
        self._stop.set()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_STOP_WITHIN_S):
                while self._error is None:
                    self._changed.clear()
                    await self._changed.wait()

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
        self._wants_keyframe.set()
        while not self._stop.is_set():
            wanted = self._wants_keyframe.is_set()
            self._wants_keyframe.clear()
            if unit := source.read(keyframe=wanted):
                self._tell(self._arrive, unit)

    def _tell(self, what: Callable[..., None], about: object) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended before the camera
            self._loop.call_soon_threadsafe(what, about)

    def _arrive(self, unit: VideoUnit) -> None:
        if len(self._units) == _WAITING:
            self._units.clear()
            self._needs_keyframe = True
        if self._needs_keyframe and not unit.keyframe:
            self._wants_keyframe.set()
            return
        self._needs_keyframe = False
        self._units.append(unit)
        self._changed.set()

    def _end(self, error: BaseException) -> None:
        self._error = error
        self._changed.set()
