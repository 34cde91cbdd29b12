"""Where boxes stand in the tree of units, what places are called, and where units lie on a map."""

from collections.abc import Iterator
from typing import Protocol

from provisioning.controller.board import UnitFacts
from provisioning.controller.branches import Scope
from provisioning.controller.dotmap import Point
from provisioning.controller.organisation.organisation import Organisation
from provisioning.controller.registry.records import BoxRecord
from provisioning.controller.rights import EVERYWHERE
from provisioning.organisation.tree import Tree, whole_name
from provisioning.organisation.units import Level

_MOST_LANDS = 100


class Boxes(Protocol):
    """The boxes on record."""

    def known(self, box: str) -> BoxRecord | None:
        """Return a box by its name."""
        ...


class BoxPlaces:
    """A box stands in the unit it was given, or else in its site's."""

    def __init__(self, organisation: Organisation, boxes: Boxes) -> None:
        self._organisation = organisation
        self._boxes = boxes
        self._lands: tuple[Tree, dict[Scope, tuple[Point, ...]]] | None = None

    def path(self, place: str) -> tuple[str, ...]:
        """Return the codes of the units of a box or of a unit, root first; empty when nowhere."""
        record = self._boxes.known(place)
        if record is None:
            return self._organisation.path_of(place)
        return self._organisation.path_of(self._unit(record))

    def name(self, place: str) -> str:
        """Return what people call a box or a unit."""
        record = self._boxes.known(place)
        if record is None:
            return self._organisation.name_of(place)
        site = self._organisation.site_or_none(record.site)
        return record.name or (site.name if site else "") or place

    def unit(self, code: str) -> UnitFacts | None:
        """Return what a unit is called and where it lies, today."""
        unit = self._organisation.tree().get(code)
        if unit is None:
            return None
        return UnitFacts(whole_name(unit), unit.latitude, unit.longitude)

    def land(self, scope: Scope) -> tuple[Point, ...]:
        """Return where the communes of these branches lie, today."""
        tree = self._organisation.tree()
        if self._lands is None or self._lands[0] is not tree:
            self._lands = tree, {}
        known = self._lands[1]
        if scope not in known:
            if len(known) >= _MOST_LANDS:
                known.clear()
            known[scope] = tuple(_communes(tree, scope))
        return known[scope]

    def _unit(self, record: BoxRecord) -> str:
        site = self._organisation.site_or_none(record.site)
        return record.unit or (site.unit if site else "")


def _communes(tree: Tree, scope: Scope) -> Iterator[Point]:
    for code in scope:
        for unit in tree if code == EVERYWHERE else tree.descendants(code):
            if unit.latitude is None or unit.longitude is None:
                continue
            if unit.level is Level.COMMUNE:
                yield unit.latitude, unit.longitude
