"""What the board has to tell, kept in memory until the box has it on disk."""

from firmware_bridge import frames

try:
    from typing import Any
except ImportError:  # MicroPython reads no annotation
    pass

SIZE = 256
_BEHIND_PRESSES = 16  # places that presses leave to the rest: a restart is worth more than a finger
_MOST_AGE_MS = 0xFFFFFFFF


class EventRing:
    """Events in order, numbered from 1; each is sent once a session until it is stored.

    What finds no place is counted, and told as one `lost` where it is missing. What is `unstored`
    when the board restarts is lost, too.
    """

    def __init__(self, boot: int, size: int = SIZE) -> None:
        self._boot = boot
        self._size = size
        self._kept: list[tuple[int, int, str, tuple[Any, ...]]] = []
        self._newest = 0
        self._sent = 0  # how many of those that are kept
        self._lost = 0
        self._lost_ms = 0
        self._closed = False

    def __len__(self) -> int:
        return len(self._kept)

    def put(self, now_ms: int, name: str, *values: "Any") -> None:
        """Add an event; see frames.TELLS."""
        if self._closed:
            self._lost += 1
            return
        size = self._size - (_BEHIND_PRESSES if name == "pressed" else 0)
        self._confess(size - 1)
        if self._lost or len(self._kept) >= size:
            self._lost_ms = self._lost_ms if self._lost else now_ms
            self._lost += 1
        else:
            self._add(now_ms, name, values)

    def stored(self, boot: int, event: int) -> None:
        """Forget what the box has on disk; another boot's number says nothing about ours."""
        if boot != self._boot:
            return
        count = 0
        while count < len(self._kept) and self._kept[count][0] <= event:
            count += 1
        self._kept = self._kept[count:]
        self._sent = max(self._sent - count, 0)
        self._confess(self._size - _BEHIND_PRESSES)

    def close(self) -> None:
        """Only count what comes from now on: it could not get to the box any more."""
        self._closed = True

    @property
    def newest(self) -> int:
        """The number of the newest event; 0: there was none."""
        return self._newest

    @property
    def unstored(self) -> int:
        """How many events the box does not have on disk, as far as it has said so."""
        count = self._lost
        for _, _, name, values in self._kept:
            count += values[0] if name == "lost" else 1
        return count

    def again(self) -> None:
        """Begin a session: all that is kept is to be sent."""
        self._sent = 0

    def next(self, now_ms: int) -> bytes | None:
        """Return the message of the next event; None when all were sent."""
        if self._sent >= len(self._kept):
            return None
        event, at_ms, name, values = self._kept[self._sent]
        return frames.tell(name, self._boot, event, min(now_ms - at_ms, _MOST_AGE_MS), *values)

    def sent(self) -> None:
        """Go on to the one behind `next`."""
        self._sent += 1

    def _confess(self, size: int) -> None:
        if self._lost and not self._closed and len(self._kept) < size:
            self._add(self._lost_ms, "lost", (self._lost,))
            self._lost = 0

    def _add(self, now_ms: int, name: str, values: "tuple[Any, ...]") -> None:
        self._newest += 1
        self._kept.append((self._newest, now_ms, name, values))
