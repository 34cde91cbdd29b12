"""Presses out of what is read of a keypad again and again. Pure."""

from typing import Protocol

MOST_AT_ONCE = 16
_COUNTS = 0x10000


class Presses(Protocol):
    """One button, as its keypad tells of it."""

    def seen(self, value: int, now: float) -> int:
        """Return how often it was pressed since the last time, up to `now` in seconds."""
        ...

    def forget(self) -> None:
        """Begin anew: what was pressed while the keypad was away is not told."""
        ...


class ContactPresses:
    """A bit that is `closed` while the button is down.

    It is pressed when the bit turns so, unless it was so less than `bounce_s` ago.
    """

    def __init__(self, *, closed: int, bounce_s: float) -> None:
        self._closed = closed
        self._bounce_s = bounce_s
        self._down: bool | None = None
        self._down_at = 0.0

    def seen(self, value: int, now: float) -> int:
        """Return 1 when it went down."""
        before, self._down = self._down, value == self._closed
        came = self._down and before is False and now - self._down_at >= self._bounce_s
        if self._down:
            self._down_at = now
        return int(came)

    def forget(self) -> None:
        """Begin anew; a button that is down then was not pressed."""
        self._down = None


class CountedPresses:
    """A register in which the keypad counts presses, and goes on at 0 after 65,535."""

    def __init__(self) -> None:
        self._count: int | None = None

    def seen(self, value: int, now: float) -> int:  # noqa: ARG002 - the port's
        """Return by how much it has grown; by more than a hand can, and it began anew."""
        before, self._count = self._count, value
        grown = (value - before) % _COUNTS if before is not None else 0
        return grown if grown <= MOST_AT_ONCE else 0

    def forget(self) -> None:
        """Begin anew with the next count."""
        self._count = None
