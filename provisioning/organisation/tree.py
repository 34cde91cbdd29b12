"""The tree of units as it stands on a day: paths, children, search. Pure.

Made anew when a unit changes, and for another day: some 10 ms for the whole country.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from provisioning.organisation.plain import plain
from provisioning.organisation.units import Level, Unit

_DEEPEST = 8
_RANK = {level: rank for rank, level in enumerate(Level)}


class Tree:
    """The units that hold on `day`. A unit whose parent does not is beside the roots."""

    def __init__(self, units: Iterable[Unit], day: date) -> None:
        self.day = day
        self._units = {unit.code: unit for unit in units if holds(unit, day)}
        self._children: dict[str, list[Unit]] = defaultdict(list)
        for unit in self._units.values():
            parent = unit.parent if unit.parent in self._units else ""
            self._children[parent].append(unit)
        self._plain: dict[str, str] = {}

    def __len__(self) -> int:
        return len(self._units)

    def __iter__(self) -> Iterator[Unit]:
        return iter(self._units.values())

    def __contains__(self, code: object) -> bool:
        return code in self._units

    def get(self, code: str) -> Unit | None:
        """Return the unit with this code, if it holds on the day."""
        return self._units.get(code)

    def path(self, code: str) -> tuple[str, ...]:
        """Return the codes down to the unit, root first and itself last; empty when unknown."""
        found: list[str] = []
        while code in self._units and code not in found and len(found) < _DEEPEST:
            found.append(code)
            code = self._units[code].parent
        return tuple(reversed(found))

    def children(self, code: str = "") -> tuple[Unit, ...]:
        """Return the units right below, by name; those of the root without a code."""
        below = self._children.get(code, ())
        return tuple(sorted(below, key=lambda unit: (_RANK[unit.level], self.words(unit))))

    def descendants(self, code: str) -> Iterator[Unit]:
        """Yield all units below, in no order to rely on."""
        waiting, seen = list(self._children.get(code, ())), {code}
        while waiting:
            unit = waiting.pop()
            if unit.code not in seen:
                seen.add(unit.code)
                yield unit
                waiting.extend(self._children.get(unit.code, ()))

    def label(self, code: str) -> str:
        """Return the unit's name with those above it: `xã Gio Linh, tỉnh Quảng Trị`."""
        path = reversed(self.path(code))
        return ", ".join(whole_name(self._units[one]) for one in path)

    def search(self, text: str, *, limit: int = 20, below: str = "") -> list[Unit]:
        """Return the units whose name or code is like the text, written with or without marks.

        A code, a name that is the same and a name that begins so come first; every word must be
        found in the unit's name or in those above it.
        """
        sought = plain(text)
        if not sought:
            return []
        words = sought.split()
        among = self.descendants(below) if below else self
        found = [
            (rank, _RANK[unit.level], self.words(unit), unit.code)
            for unit in among
            if (rank := self._rank(unit, sought, words)) is not None
        ]
        return [self._units[code] for *_, code in sorted(found)[:limit]]

    def words(self, unit: Unit) -> str:
        """Return the unit's name for searching and sorting."""
        known = self._plain.get(unit.code)
        if known is None:
            known = self._plain[unit.code] = plain(unit.name)
        return known

    def _rank(self, unit: Unit, sought: str, words: list[str]) -> int | None:
        name = self.words(unit)
        if sought in (unit.code, name):
            return 0
        if unit.code.startswith(sought) or name.startswith(sought):
            return 1
        if sought in name:
            return 2
        if words[0] not in name and words[0] != plain(unit.kind).split(" ")[0]:
            return None
        above = " ".join(
            f"{plain(self._units[code].kind)} {self.words(self._units[code])}"
            for code in self.path(unit.code)
        )
        return 3 if all(word in above for word in words) else None


def holds(unit: Unit, day: date) -> bool:
    """Whether the unit is valid on the day."""
    return unit.since <= day and (unit.until is None or day < unit.until)


def whole_name(unit: Unit) -> str:
    """Return the name with its type before it, as it is written: `xã Gio Linh`."""
    return f"{unit.kind} {unit.name}" if unit.kind else unit.name
