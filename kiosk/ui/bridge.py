"""Between the glass and the thread of the world: the newest screen goes one way, touches the other.

Neither side waits for the other. A screen that was not drawn yet is replaced by a newer one; a
touch more than `TOUCHES` behind is dropped: nobody touches that fast.
"""

import asyncio
import threading
import time
from collections.abc import Callable
from typing import Protocol

from kiosk.ui.events import AnyAction, Touched
from kiosk.ui.screen import Screen

TOUCHES = 32


class Surface(Protocol):
    """What shows screens and is touched; the twin of the panel in tests is a list of screens."""

    def show(self, screen: Screen) -> None:
        """Show this screen soon. Called from the world's thread."""
        ...

    def behind_s(self) -> float:
        """Return for how long it has shown nothing new, and taken no touch, though it should."""
        ...


class Touches:
    """Touches on their way from the glass to the loop of the world."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._tell: Callable[[Touched], None] = _drop
        self._under_way = 0

    def begin(self, tell: Callable[[Touched], None]) -> None:
        """Hand touches to the running loop from now on."""
        with self._lock:
            self._loop, self._tell = asyncio.get_running_loop(), tell

    def end(self) -> None:
        """Drop touches from now on."""
        with self._lock:
            self._loop, self._tell = None, _drop

    def put(self, action: AnyAction | None) -> None:
        """Hand a touch over. Called from the glass's thread."""
        with self._lock:
            if self._loop is not None and self._under_way < TOUCHES:
                self._under_way += 1
                self._loop.call_soon_threadsafe(self._arrive, Touched(action=action))

    def _arrive(self, touch: Touched) -> None:
        with self._lock:
            self._under_way -= 1
            tell = self._tell
        tell(touch)


class NewestScreen:
    """A slot for one screen between two threads; `wake` is called when it is empty no more."""

    def __init__(self, wake: Callable[[], None]) -> None:
        self._lock = threading.Lock()
        self._screen: Screen | None = None
        self._since = 0.0
        self._wake = wake

    def put(self, screen: Screen) -> None:
        """Replace what is in the slot."""
        with self._lock:
            was_empty = self._screen is None
            if was_empty:
                self._since = time.monotonic()
            self._screen = screen
        if was_empty:  # else a wake is on its way: a flood of screens makes no flood of wakes
            self._wake()

    def waited_s(self) -> float:
        """Return for how long the slot has not been emptied."""
        with self._lock:
            return time.monotonic() - self._since if self._screen else 0.0

    def take(self) -> Screen | None:
        """Empty the slot."""
        with self._lock:
            screen, self._screen = self._screen, None
        return screen


def _drop(_: Touched) -> None:
    """Nobody is there for this touch."""
