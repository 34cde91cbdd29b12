"""Kivy's loop, asleep in SDL until an event, a timer, or a wake from another thread.

Kivy turns 60 times a second whether anything changed or not; here an idle screen costs next to
nothing. The clock fields used are private: kivy is pinned to 2.3.1, and a test holds this to it.
"""

import ctypes
import time
from pathlib import Path

from kivy.base import EventLoop
from kivy.clock import Clock

_USER_EVENT = 0x8000  # SDL_USEREVENT
_EVENT_BYTES = 56  # sizeof(SDL_Event)
_FRAMES_AFTER_EVENT = 3  # polled, dispatched, laid out and drawn
_LONGEST_S = 1.0  # signals are looked at this often


class WaitLoop:
    """Replaces the clock's idling. Make it on Kivy's thread, once the window is open."""

    def __init__(self) -> None:
        library = ctypes.CDLL(_loaded_sdl())
        self._wait = library.SDL_WaitEventTimeout
        self._wait.argtypes = [ctypes.c_void_p, ctypes.c_int]
        self._push = library.SDL_PushEvent
        self._push.argtypes = [ctypes.c_void_p]
        self._frames_left = _FRAMES_AFTER_EVENT
        self._turned_at = time.monotonic()
        Clock.idle = self._idle

    def wake(self) -> None:
        """End the sleep. May be called from any thread (SDL_PushEvent is thread-safe)."""
        event = ctypes.create_string_buffer(_EVENT_BYTES)
        ctypes.memmove(event, _USER_EVENT.to_bytes(4, "little"), 4)
        self._push(event)

    def stands_s(self) -> float:
        """Return for how long the loop has not turned, asleep or not. From any thread."""
        return time.monotonic() - self._turned_at

    def _idle(self) -> float:
        self._turned_at = time.monotonic()
        if self._frames_left > 0:
            self._frames_left -= 1
        elif not EventLoop.quit and not _is_touched():
            due_s = Clock.get_min_timeout() - Clock.time()
            sleep_ms = int(max(0.0, min(_LONGEST_S, due_s)) * 1000)
            if sleep_ms > 0 and self._wait(None, sleep_ms):  # NULL: the event stays in the queue
                self._frames_left = _FRAMES_AFTER_EVENT
        now = float(Clock.time())
        Clock._dt = now - Clock._last_tick  # noqa: SLF001 - see the top
        Clock._last_tick = now  # noqa: SLF001 - see the top
        return now


def _is_touched() -> bool:
    """Return whether a touch was taken from SDL's queue and is not dispatched yet.

    One that comes in the last frame before the sleep would wait for its end.
    """
    return any(getattr(each, "waiting_event", None) for each in EventLoop.input_providers)


def _loaded_sdl() -> str:
    """Return the path of the SDL that Kivy's wheel brought and has loaded."""
    maps = Path("/proc/self/maps").read_text(encoding="utf-8").splitlines()
    return next(line.split()[-1] for line in maps if "libSDL2-2" in line)
