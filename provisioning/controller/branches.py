"""Boxes counted by branch of the tree of units, each change at once in all branches above. Pure.

Counting a branch costs the same with ten boxes and with ten thousand: nothing is walked but the
branches themselves.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import StrEnum

import msgspec

from devices.contract.message import Health
from provisioning.controller.figures import HOURS, Figures
from provisioning.controller.fleet import BoxState, Line
from provisioning.controller.rights import EVERYWHERE, Person, Right

Scope = tuple[str, ...]
"""Branches beside each other (codes of units, none under another) that are seen as one."""


class Need(StrEnum):
    """How much a box needs somebody, most first."""

    LOST = "lost"
    FAULT = "fault"
    WARNING = "warning"
    READY = "ready"
    SLEEPING = "sleeping"


NEEDY = (Need.LOST, Need.FAULT, Need.WARNING)
"""Those for which somebody should come."""
_OF_HEALTH = {Health.FAULT: Need.FAULT, Health.WARNING: Need.WARNING, Health.READY: Need.READY}


class Place(msgspec.Struct, frozen=True, gc=False):
    """What a box adds to its branches; `path` is its units, root first."""

    path: tuple[str, ...]
    need: Need
    faults: tuple[str, ...] = ()  # kinds of the devices in fault that can be heard
    figures: Figures = Figures()


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """A scope in numbers; `figures` are of all its tickets today."""

    boxes: int
    needs: dict[Need, int]
    faults: dict[str, int]
    figures: Figures

    @property
    def online(self) -> int:
        """How many boxes can be heard and are at work."""
        return sum(self.needs[need] for need in (Need.FAULT, Need.WARNING, Need.READY))


class _Branch:
    """A unit with all below it."""

    def __init__(self, above: tuple[str, ...]) -> None:
        self.above = above
        self.below: set[str] = set()
        self.members: dict[Need, set[str]] = {need: set() for need in Need}
        self.here = 0  # boxes that stand in this very unit
        self.faults: Counter[str] = Counter()
        self.sums = [0.0] * 5  # issued, waiting, served, called, waited_s
        self.by_hour = [0] * HOURS
        self.extremes: tuple[float, datetime | None] | None = (0.0, None)

    def add(self, box: str, place: Place, sign: int) -> None:
        (self.members[place.need].add if sign > 0 else self.members[place.need].discard)(box)
        for kind in place.faults:
            self.faults[kind] += sign
        own = place.figures
        if own.issued:
            for at, value in enumerate(_sums(own)):
                self.sums[at] += sign * value
            for hour, count in enumerate(own.by_hour):
                self.by_hour[hour] += sign * count
        if sign < 0:
            self._without(own)
        elif self.extremes is not None:
            longest, oldest = self.extremes
            self.extremes = max(longest, own.longest_called_s), _older(oldest, own.oldest_waiting)

    def _without(self, figures: Figures) -> None:
        """Forget the extremes when they may have been of these figures."""
        if self.extremes is None:
            return
        longest, oldest = self.extremes
        held_longest = longest and figures.longest_called_s >= longest
        held_oldest = oldest is not None and figures.oldest_waiting == oldest
        if held_longest or held_oldest:
            self.extremes = None

    def boxes(self) -> Iterator[str]:
        for members in self.members.values():
            yield from members


class Branches:
    """All boxes by branch. The branch of everything is EVERYWHERE; units without boxes are not."""

    def __init__(self) -> None:
        self._branches: dict[str, _Branch] = {EVERYWHERE: _Branch(())}
        self._places: dict[str, Place] = {}

    def __contains__(self, unit: object) -> bool:
        return unit in self._branches

    def put(self, box: str, place: Place) -> bool:
        """Count a box as it is now; returns whether that changed anything."""
        before = self._places.get(box)
        if before == place:
            return False
        if before:
            self._count(box, before, -1)
        self._count(box, place, 1)
        self._places[box] = place
        return True

    def place(self, box: str) -> Place:
        """Return how a known box is counted."""
        return self._places[box]

    def scope(self, reach: Iterable[str], unit: str = EVERYWHERE) -> Scope:
        """Return what is seen of a unit by somebody whose rights reach these units."""
        known = {code for code in reach if code in self._branches}
        if unit not in self._branches:
            return ()
        if known & {EVERYWHERE, unit, *self._branches[unit].above}:
            return (unit,)
        under = [c for c in known if unit == EVERYWHERE or unit in self._branches[c].above]
        return tuple(sorted(c for c in under if not known & set(self._branches[c].above)))

    def above(self, unit: str) -> tuple[str, ...]:
        """Return the units over a unit with boxes, root first."""
        return self._branches[unit].above

    def below(self, scope: Scope) -> list[str]:
        """Return the units right under a scope: its own parts when it has several."""
        if len(scope) != 1:
            return list(scope)
        below = self._branches[scope[0]].below
        return sorted(code for code in below if self.count((code,), *Need))

    def members(self, scope: Scope, *needs: Need) -> Iterator[str]:
        """Yield the boxes of a scope in such need, in no order."""
        for code in scope:
            for need in needs:
                yield from self._branches[code].members[need]

    def count(self, scope: Scope, *needs: Need) -> int:
        """Return how many boxes of a scope are in such need."""
        return sum(len(self._branches[code].members[need]) for code in scope for need in needs)

    def worst(self, unit: str) -> Need:
        """Return the worst of a unit's boxes."""
        members = self._branches[unit].members
        return next((need for need in Need if members[need]), Need.SLEEPING)

    def leaves(self, scope: Scope) -> Iterator[str]:
        """Yield the units of a scope in which boxes stand."""
        for code in scope:
            if self._branches[code].here and code != EVERYWHERE:
                yield code
            yield from self.leaves(tuple(self._branches[code].below))

    def tally(self, scope: Scope) -> Tally:
        """Return a scope in numbers."""
        among = [self._branches[code] for code in scope]
        sums = [sum(branch.sums[at] for branch in among) for at in range(5)]
        extremes = [self._extremes(branch) for branch in among]
        faults: Counter[str] = Counter()
        for branch in among:
            faults.update(branch.faults)
        needs = {need: self.count(scope, need) for need in Need}
        return Tally(
            boxes=sum(needs.values()),
            needs=needs,
            faults={kind: count for kind, count in sorted(faults.items()) if count > 0},
            figures=Figures(
                issued=int(sums[0]),
                waiting=int(sums[1]),
                served=int(sums[2]),
                called=int(sums[3]),
                waited_s=max(0.0, sums[4]),
                longest_called_s=max((longest for longest, _ in extremes), default=0.0),
                oldest_waiting=min((old for _, old in extremes if old), default=None),
                by_hour=tuple(sum(b.by_hour[hour] for b in among) for hour in range(HOURS)),
            ),
        )

    def _extremes(self, branch: _Branch) -> tuple[float, datetime | None]:
        """Return the longest wait and who waits longest; the holder of one may have gone."""
        if branch.extremes is None:
            known = [self._places[box].figures for box in branch.boxes()]
            longest = max((figures.longest_called_s for figures in known), default=0.0)
            oldest = min((f.oldest_waiting for f in known if f.oldest_waiting), default=None)
            branch.extremes = longest, oldest
        return branch.extremes

    def _count(self, box: str, place: Place, sign: int) -> None:
        codes = (EVERYWHERE, *place.path)
        for depth, code in enumerate(codes):
            above = codes[1:depth]
            branch = self._branches.setdefault(code, _Branch(above))
            if depth and sign > 0:
                if branch.above != above:  # units were merged, or stand under another one now
                    self._branches[(EVERYWHERE, *branch.above)[-1]].below.discard(code)
                    branch.above = above
                self._branches[codes[depth - 1]].below.add(code)
            branch.add(box, place, sign)
        self._branches[codes[-1]].here += sign


def need_of(state: BoxState) -> Need:
    """Return how much a box needs somebody."""
    if state.line is Line.READY:
        return _OF_HEALTH[state.health]
    return Need.SLEEPING if state.line is Line.SLEEPING else Need.LOST


def reach_of(person: Person, right: Right) -> Scope:
    """Return the units where a person has a right, EVERYWHERE alone when it is everywhere."""
    if person.may(right, ()):
        return (EVERYWHERE,)
    units = {grant.unit for grant in person.grants if person.may(right, (grant.unit,))}
    return tuple(sorted(units))


def _sums(figures: Figures) -> tuple[float, ...]:
    return (
        figures.issued,
        figures.waiting,
        figures.served,
        figures.called,
        figures.waited_s,
    )


def _older(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((moment for moment in (one, other) if moment), default=None)
