"""Presses as signals: each once, and only while they are fresh. Pure; the time is an argument."""

from collections import deque

from devices.messages import ButtonPressed
from firmware_bridge.board import Event

FRESH_S = 10.0
"""A press that is older when it arrives is an event, and no signal any more."""
_WAITING = 32


class FreshPresses:
    """Those that nobody has taken yet; of too many the oldest are dropped."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[float, ButtonPressed]] = deque(maxlen=_WAITING)
        self._latest = ("", 0, 0)

    def told(self, board: str, event: Event, button: str, now_s: float) -> bool:
        """Note a press that a board told; returns whether it is a new and fresh one.

        A board tells in order, and what was not stored it tells again.
        """
        uid, boot, latest = self._latest
        if (board, event.boot) == (uid, boot) and event.id <= latest:
            return False
        self._latest = (board, event.boot, event.id)
        left_s = FRESH_S - event.age_ms / 1000
        if left_s <= 0:
            return False
        press = ButtonPressed(button=button, press=f"{board}-{event.boot}-{event.id}")
        self._waiting.append((now_s + left_s, press))
        return True

    def next(self, now_s: float) -> ButtonPressed | None:
        """Take the oldest that is still fresh."""
        while self._waiting:
            until_s, press = self._waiting.popleft()
            if now_s < until_s:
                return press
        return None
