"""Time as an argument: the wall clock for people, the monotonic clock for waiting."""

import time
from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")  # domain G-3: all day arithmetic happens here


class Clock(Protocol):
    """What time it is."""

    def now(self) -> datetime:
        """Return the wall clock's time, with zone."""
        ...

    def monotonic(self) -> float:
        """Return seconds that never go back, from an arbitrary start."""
        ...


class SystemClock:
    """The machine's clocks."""

    def now(self) -> datetime:
        """Return the wall clock's time in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return the machine's monotonic seconds."""
        return time.monotonic()


class SimulatedClock:
    """A clock that moves when told to."""

    def __init__(self, start: datetime) -> None:
        self._now = start
        self._monotonic = 0.0

    def now(self) -> datetime:
        """Return the time told."""
        return self._now

    def monotonic(self) -> float:
        """Return the seconds moved so far."""
        return self._monotonic

    def move(self, step: timedelta) -> None:
        """Let time pass: both clocks move."""
        self._now += step
        self._monotonic += step.total_seconds()

    def set(self, moment: datetime) -> None:
        """Set the wall clock, as NTP does; the monotonic clock does not move."""
        self._now = moment


def local_day(moment: datetime) -> date:
    """Return the calendar day in Viet Nam; running numbers reset with it (domain G-3)."""
    return moment.astimezone(LOCAL).date()
