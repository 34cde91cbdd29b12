"""Areas: boxes of a unit that go within a while are one alert of that unit. Pure.

A box is of one area. When a larger area is cut off, those in it that are alerts already stand
within it, unseen, and come back to their own when the larger one ends before they do.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta

import msgspec

from provisioning.controller.alerts.alert import Alert
from provisioning.controller.alerts.readings import Key
from provisioning.controller.alerts.rules import AreaRule, Kind, Severity

Gone = Mapping[str, datetime]
"""Since when boxes are gone."""


class Ended(msgspec.Struct, frozen=True):
    """The areas that ended, and the boxes they leave behind, each on its own."""

    areas: tuple[Key, ...]
    alone: tuple[str, ...]


class Areas:
    """The areas that are alerts, and where boxes stand. `patience_s` is that of a lost box."""

    def __init__(self, rule: AreaRule, patience_s: float) -> None:
        self._rule = rule
        self._window = timedelta(seconds=rule.within_s + patience_s)
        self._paths: dict[str, tuple[str, ...]] = {}
        self._boxes_of: defaultdict[str, set[str]] = defaultdict(set)
        self._open: dict[str, Alert] = {}
        self._known: dict[str, Alert] = {}  # as they were told last

    def __bool__(self) -> bool:
        return bool(self._open)

    @property
    def boxes(self) -> frozenset[str]:
        """The boxes of all areas."""
        return frozenset(box for area in self._open.values() for box in area.boxes)

    def take_up(self, area: Alert) -> None:
        """Go on with an area that is an alert already."""
        self._open[area.key.where] = self._known[area.key.where] = area

    def place(self, box: str, path: tuple[str, ...]) -> None:
        """Take in which units a box stands, root first; in none it is let go of."""
        if self._paths.get(box, ()) == path:
            return
        for unit in self._paths.pop(box, ()):
            self._boxes_of[unit].discard(box)
        for unit in path:
            self._boxes_of[unit].add(box)
        if path:
            self._paths[box] = path

    def begin(self, gone: Gone, now: datetime) -> list[Alert]:
        """Return the areas that are new; what goes in one that is open is of that one."""
        fresh: list[str] = []
        areas = {box: unit for unit, area in self._open.items() for box in area.boxes}
        for unit, boxes in self.judged(gone, now).items():
            home = next((one for one in reversed(self._to(unit)) if one in self._open), unit)
            own = [box for box in boxes if areas.get(box, home) == home]
            if home in self._open:
                self._open[home] = _grown(self._open[home], own)
            elif own:
                fresh.append(home)
                self._take_in(home)
                self._open[home] = _begun(home, own, gone)
        self._count()
        return [self._open[unit] for unit in fresh]

    def end(self, gone: Gone) -> Ended:
        """End the areas that are mostly back, the inner ones first."""
        ended: list[Key] = []
        alone: list[str] = []
        larger = {area.within for area in self._open.values()}
        for unit in sorted(self._open, key=self._depth, reverse=True):
            area = self._open[unit]
            still = [box for box in area.boxes if box in gone]
            if len(still) >= min(self._rule.least_boxes, len(area.boxes)):
                continue
            del self._open[unit]
            ended.append(area.key)
            if unit in larger:
                self._let_out(unit, area.within)
            if area.within in self._open:
                self._open[area.within] = _grown(self._open[area.within], still)
            else:
                alone += still
        return Ended(tuple(ended), tuple(alone))

    def changed(self) -> list[Alert]:
        """Return the areas that grew, were taken up or came back to their own since it was asked.

        Those that are new are not among them.
        """
        self._count()
        news = [area for unit, area in self._open.items() if self._known.get(unit, area) != area]
        self._known = dict(self._open)
        return news

    def judged(self, gone: Gone, now: datetime) -> dict[str, tuple[str, ...]]:
        """Return the highest units of which enough boxes went within the window that is now.

        Where all of them stand in one unit below, it is that one.
        """
        by_unit: defaultdict[str, set[str]] = defaultdict(set)
        for box, since in gone.items():
            if now - since <= self._window:
                for unit in self._paths.get(box, ()):
                    by_unit[unit].add(box)
        enough = {
            unit
            for unit, boxes in by_unit.items()
            if len(boxes) >= self._rule.least_boxes
            and len(boxes) >= self._rule.share * len(self._boxes_of[unit])
        }
        return {
            self._narrowest(unit, by_unit): tuple(sorted(by_unit[unit]))
            for unit in enough
            if not enough & set(self._to(unit)[:-1])
        }

    def _narrowest(self, unit: str, by_unit: Mapping[str, set[str]]) -> str:
        """Return the lowest unit that all boxes of this one stand in; one that is open stays."""
        if unit in self._open:
            return unit
        path = self._paths[next(iter(by_unit[unit]))]
        below = path[path.index(unit) :]
        return [one for one in below if by_unit[one] == by_unit[unit]][-1]

    def _take_in(self, unit: str) -> None:
        """Let the areas of a unit stand within its own."""
        for code, area in self._open.items():
            if not area.within and unit in self._to(code):
                self._open[code] = msgspec.structs.replace(area, within=unit)

    def _let_out(self, unit: str, to: str) -> None:
        for code, area in self._open.items():
            if area.within == unit:
                self._open[code] = msgspec.structs.replace(area, within=to)

    def _to(self, unit: str) -> tuple[str, ...]:
        """Return the units down to this one, root first, as a box of it tells them."""
        for box in self._boxes_of.get(unit, ()):
            path = self._paths[box]
            return path[: path.index(unit) + 1]
        return (unit,)

    def _depth(self, unit: str) -> int:
        return len(list(self._larger(unit)))

    def _larger(self, unit: str) -> Iterator[str]:
        """Yield an open area and those it stands within, outwards."""
        while unit in self._open:
            yield unit
            unit = self._open[unit].within

    def _count(self) -> None:
        """Let each area say how many boxes went in it and in those within it."""
        counts: Counter[str] = Counter()
        for unit, area in self._open.items():
            for each in self._larger(unit):
                counts[each] += len(area.boxes)
        for unit, area in self._open.items():
            if counts[unit] > area.value:  # who came back, went
                self._open[unit] = msgspec.structs.replace(area, value=float(counts[unit]))


def _begun(unit: str, boxes: Collection[str], gone: Gone) -> Alert:
    return Alert(
        key=Key(Kind.AREA, unit),
        severity=Severity.CRITICAL,
        since=min(gone[box] for box in boxes),
        value=float(len(boxes)),
        boxes=tuple(sorted(boxes)),
    )


def _grown(area: Alert, boxes: Collection[str]) -> Alert:
    return msgspec.structs.replace(area, boxes=tuple(sorted({*area.boxes, *boxes})))
