"""The journal of systemd, read with `journalctl` (the units `motcua-*`)."""

import subprocess
import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import msgspec

from provisioning.agent.remote.logs.port import (
    LogLine,
    Logs,
    LogsConfig,
    NoLogsError,
    Wanted,
    severity_of,
    words_of,
)

_WITHIN_S = 120.0
_LAST_CHARACTERS = 300
_UNIT = "motcua-{part}.service"
_FIELDS = "MESSAGE,PRIORITY,_SYSTEMD_UNIT,UNIT,__REALTIME_TIMESTAMP"


class JournaldConfig(LogsConfig, frozen=True, kw_only=True, tag="journald"):
    """systemd's journal; of another machine or a copy when `directory` names one."""

    directory: str = ""

    def build(self) -> "Journald":
        """Return the logs."""
        return Journald(self.directory)


class _Entry(msgspec.Struct, frozen=True):
    """systemd.journal-fields(7); a message that is no UTF-8 is a list of numbers."""

    stamp: str = msgspec.field(name="__REALTIME_TIMESTAMP", default="0")
    message: str | list[int] | None = msgspec.field(name="MESSAGE", default="")
    priority: str = msgspec.field(name="PRIORITY", default="6")
    unit: str = msgspec.field(name="_SYSTEMD_UNIT", default="")
    about: str = msgspec.field(name="UNIT", default="")


class Journald(Logs):
    """The journal. What systemd says about a unit of ours is a line of that part, too."""

    def __init__(self, directory: str) -> None:
        self._directory = directory

    def lines(self, wanted: Wanted) -> Iterator[LogLine]:
        """Yield the wanted lines, newest first; raises NoLogsError."""
        units = [_UNIT.format(part=part) for part in wanted.parts or ("*",)]
        command = [
            *("journalctl", "--output=json", f"--output-fields={_FIELDS}"),
            *("--no-pager", "--quiet", "--reverse"),
            f"--since=@{wanted.since.timestamp():.6f}",
            f"--until=@{wanted.until.timestamp():.6f}",
            *(f"--unit={unit}" for unit in units),
            *((f"--directory={self._directory}",) if self._directory else ()),
        ]
        pipe = subprocess.PIPE
        try:
            journal = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe)
        except OSError as error:
            raise NoLogsError(f"journalctl: {error.strerror}") from error
        late = threading.Timer(_WITHIN_S, journal.kill)
        late.start()
        try:
            for text in journal.stdout or ():
                line = _line(text)
                if line and wanted.fits(line):
                    yield line
            complaint = (journal.stderr.read() if journal.stderr else b"").decode(errors="replace")
            if journal.wait():
                raise NoLogsError(f"journalctl: {complaint.strip()[-_LAST_CHARACTERS:]}")
        finally:
            late.cancel()
            journal.kill()
            journal.wait()
            for end in (journal.stdout, journal.stderr):
                if end:
                    end.close()


def _line(text: bytes) -> LogLine | None:
    try:
        entry = msgspec.json.decode(text, type=_Entry)
        at = datetime.fromtimestamp(int(entry.stamp) / 1e6, UTC)
    except (msgspec.DecodeError, ValueError, OverflowError):
        return None
    message = entry.message or ""
    if isinstance(message, list):
        message = bytes(byte & 0xFF for byte in message).decode(errors="replace")
    unit = entry.about or entry.unit
    said, _ = words_of(message)
    part = unit.removeprefix("motcua-").removesuffix(".service")
    return LogLine(at=at, part=part, severity=said or severity_of(entry.priority), text=message)
