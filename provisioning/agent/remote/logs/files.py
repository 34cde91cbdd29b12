"""Logs as files, where no journald runs: `{part}.log` in a folder, the parts' own JSON lines."""

import heapq
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from provisioning.agent.remote.logs.port import (
    LogLine,
    Logs,
    LogsConfig,
    NoLogsError,
    Wanted,
    words_of,
)
from provisioning.commands import Severity

_BLOCK_BYTES = 64 * 1024
_LONGEST_BYTES = 2**20


class FilesConfig(LogsConfig, frozen=True, kw_only=True, tag="files"):
    """A folder of files; a line that is not JSON has the moment of the line after it."""

    folder: str

    def build(self) -> "LogFiles":
        """Return the logs."""
        return LogFiles(Path(self.folder))


class LogFiles(Logs):
    """The files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def lines(self, wanted: Wanted) -> Iterator[LogLine]:
        """Yield the wanted lines, newest first; raises NoLogsError."""
        try:
            files = {path.stem: path for path in sorted(self._folder.glob("*.log"))}
            read = [
                _of_part(part, path, wanted)
                for part, path in files.items()
                if not wanted.parts or part in wanted.parts
            ]
            yield from heapq.merge(*read, key=lambda line: line.at, reverse=True)
        except OSError as error:
            raise NoLogsError(f"{self._folder}: {error.strerror}") from error


def _of_part(part: str, path: Path, wanted: Wanted) -> Iterator[LogLine]:
    at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    for raw in _backwards(path):
        text = raw.decode(errors="replace").strip()
        severity, said_at = words_of(text)
        at = said_at or at
        if at < wanted.since:
            return
        line = LogLine(at=at, part=part, severity=severity or Severity.INFO, text=text)
        if text and wanted.fits(line):
            yield line


def _backwards(path: Path) -> Iterator[bytes]:
    """Yield a file's lines, the last one first; one beyond 1 MiB is cut."""
    with path.open("rb") as file:
        left = file.seek(0, os.SEEK_END)
        rest = b""
        while left:
            begin = max(0, left - _BLOCK_BYTES)
            file.seek(begin)
            rest = (file.read(left - begin) + rest)[-_LONGEST_BYTES:]
            left = begin
            head, *whole = rest.split(b"\n")
            yield from reversed(whole)
            rest = head
        yield rest
