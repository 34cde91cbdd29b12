"""What a benchmark says: a table, how it was measured, and against what."""

import statistics
from collections.abc import Sequence

import msgspec


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """One benchmark's result, for docs/benchmarks.md."""

    title: str
    how: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def as_markdown(self) -> str:
        """Return the table as GitHub's Markdown."""
        lines = [self.head, ("---",) * len(self.head), *self.rows]
        return "\n".join(
            [f"## {self.title}", "", self.how, "", *(f"| {' | '.join(row)} |" for row in lines), ""]
        )


def spread(values: Sequence[float], digits: int = 1) -> str:
    """Return the median and the range of several runs, e.g. `12.3 (11.9-13.0)`."""
    middle = statistics.median(values)
    return f"{middle:.{digits}f} ({min(values):.{digits}f}-{max(values):.{digits}f})"


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which a share (0 to 1) of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
