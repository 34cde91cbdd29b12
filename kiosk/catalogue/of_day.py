"""The catalogue of one day, ready to be looked through and searched."""

from datetime import date

from kiosk.catalogue.catalogue import Catalogue
from kiosk.catalogue.procedure import Procedure, Sector
from kiosk.catalogue.search import Index

_FOUND = 30


class DayCatalogue:
    """Procedures and sectors of `day`. It never changes; one is equal to itself only.

    Making it takes as long as its index does; asking it is quick.
    """

    def __init__(self, catalogue: Catalogue, day: date) -> None:
        self.day = day
        self._of_day = catalogue.on(day)
        self._index = Index(self._of_day.procedures)

    def __repr__(self) -> str:
        """Say which day it is of; what it holds would fill pages."""
        return f"DayCatalogue({self.day}, {len(self._of_day.procedures)} procedures)"

    def __bool__(self) -> bool:
        """Return whether there is any procedure."""
        return bool(self._of_day.procedures)

    @property
    def sectors(self) -> tuple[Sector, ...]:
        """The sectors that have procedures, in their order."""
        return self._of_day.sectors

    def procedure(self, code: str) -> Procedure | None:
        """Return the procedure of this code; another agency's code is the same one."""
        return self._of_day.procedure(code, self.day)

    def sector(self, sector: str) -> Sector | None:
        """Return the sector of this id."""
        return self._of_day.sector(sector)

    def of_sector(self, sector: str) -> tuple[Procedure, ...]:
        """Return the sector's procedures."""
        return self._of_day.of_sector(sector)

    def of_service(self, service: str) -> tuple[Procedure, ...]:
        """Return the procedures that a counter service calls for."""
        return self._of_day.of_service(service)

    def found(self, query: str) -> tuple[Procedure, ...]:
        """Return what is found for what somebody typed, the likeliest first."""
        return tuple(hit.procedure for hit in self._index.search(query, _FOUND))
