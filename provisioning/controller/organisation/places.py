"""Where boxes stand in the tree of units, what places are called, and where units lie on a map."""

from typing import Protocol

from provisioning.controller.board import UnitFacts
from provisioning.controller.organisation.organisation import Organisation
from provisioning.controller.registry.records import BoxRecord
from provisioning.organisation.tree import whole_name


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

    def _unit(self, record: BoxRecord) -> str:
        site = self._organisation.site_or_none(record.site)
        return record.unit or (site.unit if site else "")
