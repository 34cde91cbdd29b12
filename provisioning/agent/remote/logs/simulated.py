"""The twin of a place of logs: lines in memory, and it can be unreadable."""

from collections.abc import Iterator

from provisioning.agent.remote.logs.port import LogLine, Logs, NoLogsError, Wanted


class SimulatedLogs(Logs):
    """Holds what it was given; `broken` makes it unreadable."""

    def __init__(self, *lines: LogLine) -> None:
        self.held = list(lines)
        self.broken = False

    def lines(self, wanted: Wanted) -> Iterator[LogLine]:
        """Yield the wanted lines, newest first; raises NoLogsError."""
        if self.broken:
            raise NoLogsError("The twin was told to break.")
        newest_first = sorted(self.held, key=lambda line: line.at, reverse=True)
        yield from (line for line in newest_first if wanted.fits(line))
