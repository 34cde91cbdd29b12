"""Pictures that move on the glass, on their way from other threads: the newest of each one."""

import threading
from collections.abc import Callable
from enum import StrEnum

import msgspec


class Who(StrEnum):
    """Whose picture it is."""

    OFFICER = "officer"
    OWN = "own"


class Moving(msgspec.Struct, frozen=True):
    """One picture: RGB, three bytes a pixel, from its highest line down."""

    who: Who
    width: int
    height: int
    rgb: bytes


class NewestPictures:
    """A slot for each one; `wake` is called when there is something to draw. Any thread."""

    def __init__(self, wake: Callable[[], None]) -> None:
        self._lock = threading.Lock()
        self._newest: dict[Who, Moving] = {}
        self._waits = False
        self._wake = wake

    def put(self, picture: Moving) -> None:
        """Replace what is in the slot."""
        with self._lock:
            self._newest[picture.who] = picture
            wakes, self._waits = not self._waits, True
        if wakes:  # else a wake is on its way
            self._wake()

    def clear(self) -> None:
        """Forget all pictures."""
        with self._lock:
            self._newest.clear()

    def take(self) -> tuple[Moving, ...]:
        """Return the newest ones, which stay for the next screen."""
        with self._lock:
            self._waits = False
            return tuple(self._newest.values())
