"""What a place of logs owes: its lines, newest first, within bounds of time, part and severity."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from datetime import UTC, datetime

import msgspec

from devices.contract.config import Config
from devices.contract.errors import MotcuaError
from provisioning.commands import Severity

_RANK = {severity: rank for rank, severity in enumerate(Severity)}
_PRIORITIES = (Severity.ERROR,) * 4 + (Severity.WARNING,) + (Severity.INFO,) * 2 + (Severity.DEBUG,)
"""Syslog's priorities 0 to 7 (RFC 5424 §6.2.1) in four words."""


class NoLogsError(MotcuaError):
    """The logs cannot be read."""

    code = "logs.unreadable"
    retry = True


class LogLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line: `text` as its part wrote it, which is JSON from ours."""

    at: datetime
    part: str
    severity: Severity
    text: str


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which lines: of these parts, of all when none is named; from `since` to before `until`."""

    parts: tuple[str, ...] = ()
    since: datetime
    until: datetime
    severity: Severity = Severity.INFO

    def fits(self, line: LogLine) -> bool:
        """Whether the line is wanted."""
        return (
            self.since <= line.at < self.until
            and _RANK[line.severity] >= _RANK[self.severity]
            and (not self.parts or line.part in self.parts)
        )


class Logs(ABC):
    """A place of logs."""

    @abstractmethod
    def lines(self, wanted: Wanted) -> Iterator[LogLine]:
        """Yield the wanted lines, newest first; raises NoLogsError. Blocking."""


class LogsConfig(Config, frozen=True, kw_only=True, tag_field="driver"):
    """Base of the drivers' configurations."""


class _Words(msgspec.Struct, frozen=True):
    level: str = ""
    timestamp: str = ""


def words_of(text: str) -> tuple[Severity | None, datetime | None]:
    """Return what a line of ours says of itself: its severity and moment."""
    try:
        words = msgspec.json.decode(text, type=_Words)
    except (msgspec.DecodeError, RecursionError):
        return None, None
    severity = Severity.ERROR if words.level == "critical" else words.level
    known = Severity(severity) if severity in tuple(Severity) else None
    return known, moment(words.timestamp)


def moment(text: str) -> datetime | None:
    """Return an ISO 8601 moment with its zone; None when it is none."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at.astimezone(UTC) if at.tzinfo else None


def severity_of(priority: str) -> Severity:
    """Return syslog's priority in our words."""
    known = priority.isascii() and priority.isdigit() and int(priority) < len(_PRIORITIES)
    return _PRIORITIES[int(priority)] if known else Severity.INFO
