"""Lamps: each dark, burning or blinking, the blinking ones together."""

from firmware_bridge import frames

HALF_MS = 500


class Lamps:
    """What each lamp shall do."""

    def __init__(self, count: int) -> None:
        self._states = [frames.DARK] * count

    def __len__(self) -> int:
        return len(self._states)

    def set(self, lamp: int, state: int) -> None:
        """Let one do something else; raises ValueError."""
        if lamp >= len(self._states) or state > frames.BLINKS:
            raise ValueError("no such lamp or state")
        self._states[lamp] = state

    def clear(self) -> None:
        """Let all be dark."""
        for lamp in range(len(self._states)):
            self._states[lamp] = frames.DARK

    def lit(self, lamp: int, now_ms: int) -> bool:
        """Return whether it burns in this moment."""
        state = self._states[lamp]
        return state == frames.BURNS or (state == frames.BLINKS and now_ms // HALF_MS % 2 == 0)
