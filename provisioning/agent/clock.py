"""The clock of a box that may have none: is it believed, and how is it set.

A Raspberry Pi without a battery begins where it stopped, or in its image's year. NTP may be blocked
for ever; then the province's gate tells the time.
"""

import ctypes
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

import structlog

from devices.contract.config import Config
from devices.contract.errors import MotcuaError
from provisioning.broker.files import READABLE, written

SOFTWARE_FROM = datetime(2026, 11, 1, tzinfo=UTC)
"""This software is not older than that: a clock before it is wrong."""
STEP = timedelta(seconds=2)
"""An error that is not worth a step: the answer's own way takes some of it."""
_TIME_ERROR = 5  # adjtimex(2): the kernel's clock is not synchronised
_TIMEX_BYTES = 512  # struct timex has 208 on 64 bits; `modes` first, 0: only ask
_log = structlog.get_logger()


class ClockNotSetError(MotcuaError):
    """The clock is wrong and could not be set."""

    code = "clock.not_set"
    retry = True


class Timepiece(Protocol):
    """The machine's clock, as something to be judged and set. Its methods do not block."""

    def is_sure(self) -> bool:
        """Return whether somebody keeps the clock right (NTP)."""
        ...

    def move(self, by: timedelta) -> None:
        """Set the clock forward, or back; raises ClockNotSetError."""
        ...


class SystemTimeConfig(Config, frozen=True, kw_only=True, tag_field="driver", tag="system"):
    """The kernel's clock."""

    def build(self) -> "SystemTime":
        """Return the driver."""
        return SystemTime()


class SimulatedTimeConfig(Config, frozen=True, kw_only=True, tag_field="driver", tag="simulated"):
    """A clock that is off by the seconds in a file, as libfaketime reads them."""

    file: str

    def build(self) -> "SimulatedTime":
        """Return the driver."""
        return SimulatedTime(Path(self.file))


class SystemTime:
    """The kernel's clock; setting it takes CAP_SYS_TIME."""

    def is_sure(self) -> bool:
        """Ask the kernel whether NTP (any daemon) has the clock in its hands."""
        libc = ctypes.CDLL(None, use_errno=True)
        state = libc.adjtimex(ctypes.create_string_buffer(_TIMEX_BYTES))
        return bool(0 <= state < _TIME_ERROR)

    def move(self, by: timedelta) -> None:
        """Step the kernel's clock."""
        try:
            time.clock_settime(time.CLOCK_REALTIME, time.time() + by.total_seconds())
        except OSError as error:
            raise ClockNotSetError(f"The clock could not be set: {error.strerror}.") from error


class SimulatedTime:
    """The twin: nobody keeps it right, and without its file it cannot be set."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def is_sure(self) -> bool:
        """Nobody does."""
        return False

    def move(self, by: timedelta) -> None:
        """Write down by how much the clock is off now."""
        try:
            off_s = float(self._file.read_text()) + by.total_seconds()
            written(self._file, f"{off_s:+.3f}".encode(), mode=READABLE)
        except (OSError, ValueError) as error:
            raise ClockNotSetError(f"The clock could not be set: {error}.") from error


AnyTimepiece = SystemTimeConfig | SimulatedTimeConfig
"""The union of the drivers' configurations is the registry."""


class Timekeeper:
    """Judges the clock, and keeps it right while nobody else does."""

    def __init__(self, timepiece: Timepiece, least: datetime = SOFTWARE_FROM) -> None:
        self._timepiece = timepiece
        self._least = least
        self._asked = False
        self.offset_s: float | None = None

    def believed(self, now: datetime) -> bool:
        """Return whether certificates' dates can be judged by this clock."""
        return now >= self._least and (self._asked or self._timepiece.is_sure())

    def doubt(self) -> None:
        """Believe the clock no longer until the gate was asked again, unless NTP keeps it."""
        self._asked = False

    def told(self, truth: datetime, now: datetime) -> None:
        """Hear the gate's time, `now` being the own clock's meanwhile.

        Sets a clock that nobody keeps right. Raises ClockNotSetError.
        """
        off = truth - now
        self.offset_s = -off.total_seconds()
        if abs(off) > STEP and not (self._timepiece.is_sure() and now >= self._least):
            self._timepiece.move(off)
            _log.warning("clock.set", by_s=round(off.total_seconds(), 3))
            self.offset_s = 0.0
        self._asked = True
