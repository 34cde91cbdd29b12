"""Tickets and waiting times of a day, pure: raw counts, never a score (domain QUE-13)."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

HOURS = 24


class Figures(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Of some tickets: how many were issued and wait, and how long until the first call.

    `longest_wait_s` is of those called and those still waiting.
    """

    issued: int = 0
    waiting: int = 0
    served: int = 0
    called: int = 0
    waited_s: float = 0.0
    longest_called_s: float = 0.0
    oldest_waiting: datetime | None = None
    by_hour: tuple[int, ...] = (0,) * HOURS  # in Viet Nam (domain G-3)

    @property
    def mean_wait_s(self) -> float | None:
        """The mean wait of those called, None when nobody was."""
        return self.waited_s / self.called if self.called else None

    def longest_wait_s(self, now: datetime) -> float | None:
        """Return the longest wait, None when nobody ever waited."""
        still = (now - self.oldest_waiting).total_seconds() if self.oldest_waiting else 0.0
        longest = max(self.longest_called_s, still)
        return longest if self.called or self.oldest_waiting else None


def together(parts: Iterable[Figures]) -> Figures:
    """Return the figures of several boxes as one."""
    known = list(parts)
    waiting = [figures.oldest_waiting for figures in known if figures.oldest_waiting]
    return Figures(
        issued=sum(f.issued for f in known),
        waiting=sum(f.waiting for f in known),
        served=sum(f.served for f in known),
        called=sum(f.called for f in known),
        waited_s=sum(f.waited_s for f in known),
        longest_called_s=max((f.longest_called_s for f in known), default=0.0),
        oldest_waiting=min(waiting, default=None),
        by_hour=tuple(sum(f.by_hour[hour] for f in known) for hour in range(HOURS)),
    )
