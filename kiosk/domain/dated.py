"""What holds from a day to a day (domain G-2, ADM-9), both included; either may be open."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import pairwise
from typing import TypeVar

from devices.contract.config import Config


class Dated(Config, frozen=True, kw_only=True):
    """Something with its days. `None` is open: since always, or until further notice."""

    valid_from: date | None = None
    valid_to: date | None = None

    def __post_init__(self) -> None:
        """Refuse days in the wrong order (ValueError)."""
        if self.first > self.last:
            raise ValueError(f"valid_to {self.last} is before valid_from {self.first}")

    @property
    def first(self) -> date:
        """The first day it holds; `date.min` when that is open."""
        return self.valid_from or date.min

    @property
    def last(self) -> date:
        """The last day it holds; `date.max` when that is open."""
        return self.valid_to or date.max

    def holds_on(self, day: date) -> bool:
        """Return whether it holds on a local day (G-3)."""
        return self.first <= day <= self.last


D = TypeVar("D", bound=Dated)


def on(day: date, things: Iterable[D]) -> Iterator[D]:
    """Yield those that hold on the day, in their order."""
    return (thing for thing in things if thing.holds_on(day))


def overlapping(things: Iterable[D]) -> Iterator[tuple[D, D]]:
    """Yield neighbours in time that share a day; none means that each day has one at most."""
    ordered = sorted(things, key=lambda thing: (thing.first, thing.last))
    return ((one, other) for one, other in pairwise(ordered) if one.last >= other.first)
