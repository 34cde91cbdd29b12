"""What shows the conference to the room: the glass, or nothing."""

import asyncio
import threading
from collections.abc import Callable
from typing import Protocol

from vc.endpoint.camera.port import VideoUnit
from vc.endpoint.panels import PageOnGlass
from vc.endpoint.presses import AnyPress
from vc.endpoint.view import Screen
from vc.endpoint.viewer import Picture

_TOUCHES = 16


class Surface(Protocol):
    """A screen. Every call returns at once, and may come from any thread."""

    def show(self, screen: Screen) -> None:
        """Show this soon, around the picture."""

    def picture(self, picture: Picture) -> None:
        """Show this picture of the conference when it is due."""

    def no_picture(self) -> None:
        """Forget the picture: it must not pass for live."""

    def own(self, unit: VideoUnit) -> None:
        """Show the own camera's picture, small."""

    def page(self, page: PageOnGlass, png: bytes) -> None:
        """Have this page of a paper ready."""

    def behind_s(self) -> float:
        """Return for how long it has shown nothing new though it should."""


class NoScreen:
    """A room without a screen. `screen` is what one would show."""

    def __init__(self) -> None:
        self.screen = Screen()

    def show(self, screen: Screen) -> None:
        """Keep it."""
        self.screen = screen

    def picture(self, picture: Picture) -> None:
        """Show nothing."""

    def no_picture(self) -> None:
        """Have none."""

    def own(self, unit: VideoUnit) -> None:
        """Show nothing."""

    def page(self, page: PageOnGlass, png: bytes) -> None:
        """Show nothing."""

    def behind_s(self) -> float:
        """Be up to date."""
        return 0.0


class Touches:
    """Presses on their way from the glass to the room's loop; nobody presses faster than these."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._tell: Callable[[AnyPress], None] = _drop
        self._under_way = 0

    def begin(self, tell: Callable[[AnyPress], None]) -> None:
        """Hand presses to the running loop from now on."""
        with self._lock:
            self._loop, self._tell = asyncio.get_running_loop(), tell

    def end(self) -> None:
        """Drop presses from now on."""
        with self._lock:
            self._loop, self._tell = None, _drop

    def put(self, press: AnyPress) -> None:
        """Hand a press over; from the glass's thread."""
        with self._lock:
            if self._loop is not None and self._under_way < _TOUCHES:
                self._under_way += 1
                self._loop.call_soon_threadsafe(self._arrive, press)

    def _arrive(self, press: AnyPress) -> None:
        with self._lock:
            self._under_way -= 1
            tell = self._tell
        tell(press)


def _drop(_: AnyPress) -> None:
    """Nobody is there for this press."""
