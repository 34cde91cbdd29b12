"""Milliseconds since the start, on a board whose own count wraps after 12 days."""

import time


class Clock:
    """Never goes back; ask it at least once in 6 days."""

    def __init__(self) -> None:
        self._ticks = time.ticks_ms()  # type: ignore[attr-defined]  # MicroPython's
        self._now = 0

    def now_ms(self) -> int:
        """Return the milliseconds since it was made."""
        ticks = time.ticks_ms()  # type: ignore[attr-defined]  # MicroPython's
        self._now += time.ticks_diff(ticks, self._ticks)  # type: ignore[attr-defined]  # MicroPython's
        self._ticks = ticks
        return self._now
