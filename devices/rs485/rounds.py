"""Whose turn it is on a bus. Pure.

A unit that is silent costs the others the slot it was asked in. So one that was silent
`SILENT_AFTER` times in a row is asked less and less often, and of such units only one in a round.
One that misses more than a third of its turns comes to the same: it is slow, and what is taken for
its reply is its reply to what it was asked before.
"""

from collections.abc import Mapping

SILENT_AFTER = 3
LEAST_WAIT_S = 0.25
MOST_WAIT_S = 4.0
_MISSED = 2  # turns that it must answer to make up for one that it missed


class Attendance:
    """Whether one unit answers."""

    def __init__(self) -> None:
        self.again_at = 0.0
        self._lapse = 0
        self._wait_s = LEAST_WAIT_S

    @property
    def silent(self) -> bool:
        """Whether it has missed so many turns that it counts as absent."""
        return self._lapse >= _MISSED * SILENT_AFTER

    def heard(self) -> None:
        """Note that it answered."""
        self._lapse = 0 if self.silent else max(0, self._lapse - 1)
        self._wait_s, self.again_at = LEAST_WAIT_S, 0.0

    def missed(self, now: float) -> None:
        """Note that it did not, by `now` in seconds."""
        self._lapse = min(self._lapse + _MISSED, _MISSED * SILENT_AFTER)
        if self.silent:
            self.again_at = now + self._wait_s
            self._wait_s = min(2 * self._wait_s, MOST_WAIT_S)


def a_round(due: Mapping[int, Attendance], now: float) -> tuple[int, ...]:
    """Return which of the units that are due are asked, in this order, each once.

    All that answer; then, of the silent ones whose time has come, the one that waits longest.
    """
    answering = [unit for unit, attendance in due.items() if not attendance.silent]
    silent = [
        (attendance.again_at, unit)
        for unit, attendance in due.items()
        if attendance.silent and attendance.again_at <= now
    ]
    return (*sorted(answering), *(unit for _, unit in sorted(silent)[:1]))
