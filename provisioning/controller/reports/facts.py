"""What a month of a unit comes to: figures added up, never of a person. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from provisioning.controller.reports.month import Month

_LONGEST_NAME = 200  # what a box calls a service may be anything


class Served(msgspec.Struct, frozen=True, kw_only=True):
    """Tickets of a box and a service in a month; waits in seconds, of those that were called."""

    box: str
    service: str
    issued: int = 0
    served: int = 0
    missed: int = 0
    called: int = 0
    waited_s: float = 0.0
    longest_s: float = 0.0
    in_time: int = 0  # called within the promised wait


class Rated(msgspec.Struct, frozen=True, kw_only=True):
    """How often a value of a scale was given at a box; 1 is worst (domain QUE-10)."""

    box: str
    scale: int
    value: int
    count: int


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """Feedback and hand-offs of a box."""

    box: str
    received: int = 0
    answered: int = 0
    answered_in_time: int = 0
    handed_off: int = 0


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the report: a unit, a box or a service, and the sum of all."""

    name: str
    issued: int = 0
    served: int = 0
    missed: int = 0
    called: int = 0
    waited_s: float = 0.0
    longest_s: float = 0.0
    in_time: int = 0

    @property
    def mean_wait_s(self) -> float | None:
        """The mean wait, None when nobody was called."""
        return self.waited_s / self.called if self.called else None

    @property
    def in_time_share(self) -> float | None:
        """Which share of the called waited no longer than promised."""
        return self.in_time / self.called if self.called else None


class Ratings(msgspec.Struct, frozen=True, kw_only=True):
    """The ratings of one scale, worst first. Scales are never mixed (domain QUE-10)."""

    scale: int
    counts: tuple[int, ...]

    @property
    def whole(self) -> int:
        """How many there are."""
        return sum(self.counts)


class BoxMonth(msgspec.Struct, frozen=True, kw_only=True):
    """A box: where it stands, and which share of the open hours it could be reached."""

    box: str
    name: str
    unit: str
    availability: float | None
    outages: int


class UnitMonth(msgspec.Struct, frozen=True, kw_only=True):
    """The month of a unit and all below it."""

    unit: str
    name: str
    month: Month
    is_over: bool
    promised_wait_min: int
    whole: Row
    units: tuple[Row, ...]
    services: tuple[Row, ...]
    ratings: tuple[Ratings, ...]
    feedback: Counted
    boxes: tuple[BoxMonth, ...]


def rows_by(served: Iterable[Served], names: Mapping[str, str], *, by: str) -> tuple[Row, ...]:
    """Return the sums by `box` (its unit's name, from `names`) or by `service`, most first."""
    groups: defaultdict[str, list[Served]] = defaultdict(list)
    for one in served:
        key = one.service if by == "service" else one.box
        groups[names.get(key, key)].append(one)
    rows = (added(name[:_LONGEST_NAME], group) for name, group in groups.items())
    return tuple(sorted(rows, key=lambda row: (-row.issued, row.name)))


def added(name: str, served: Sequence[Served]) -> Row:
    """Return the sum."""
    return Row(
        name=name,
        issued=sum(one.issued for one in served),
        served=sum(one.served for one in served),
        missed=sum(one.missed for one in served),
        called=sum(one.called for one in served),
        waited_s=sum(one.waited_s for one in served),
        longest_s=max((one.longest_s for one in served), default=0.0),
        in_time=sum(one.in_time for one in served),
    )


def ratings_of(rated: Iterable[Rated]) -> tuple[Ratings, ...]:
    """Return the ratings scale by scale."""
    counts: defaultdict[int, Counter[int]] = defaultdict(Counter)
    for one in rated:
        counts[one.scale][one.value] += one.count
    return tuple(
        Ratings(scale=scale, counts=tuple(found[value] for value in range(1, scale + 1)))
        for scale, found in sorted(counts.items())
    )


def counted(all_: Iterable[Counted]) -> Counted:
    """Return the sum, of no box."""
    known = list(all_)
    return Counted(
        box="",
        received=sum(one.received for one in known),
        answered=sum(one.answered for one in known),
        answered_in_time=sum(one.answered_in_time for one in known),
        handed_off=sum(one.handed_off for one in known),
    )
