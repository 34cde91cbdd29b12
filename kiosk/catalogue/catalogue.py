"""A catalogue: sectors, and procedures with their days. Pure."""

from datetime import date

import msgspec

from kiosk.catalogue.procedure import Procedure, Sector, identity
from kiosk.domain.dated import on


class Catalogue(msgspec.Struct, frozen=True, kw_only=True):
    """Sectors and procedures in order; each procedure has one version a day at most."""

    sectors: tuple[Sector, ...] = ()
    procedures: tuple[Procedure, ...] = ()

    def on(self, day: date) -> "Catalogue":
        """Return the catalogue of a day: its procedures, and the sectors that have any."""
        today = tuple(on(day, self.procedures))
        used = {procedure.sector for procedure in today}
        return Catalogue(
            sectors=tuple(sector for sector in self.sectors if sector.id in used), procedures=today
        )

    def procedure(self, code: str, day: date) -> Procedure | None:
        """Return the version of the day; a code with another agency, or none, is the same one."""
        versions = [one for one in on(day, self.procedures) if one.identity == identity(code)]
        return next((one for one in versions if one.code == code), next(iter(versions), None))

    def sector(self, sector: str) -> Sector | None:
        """Return the sector of this id."""
        return next((one for one in self.sectors if one.id == sector), None)

    def of_sector(self, sector: str) -> tuple[Procedure, ...]:
        """Return the sector's procedures."""
        return tuple(one for one in self.procedures if one.sector == sector)

    def of_service(self, service: str) -> tuple[Procedure, ...]:
        """Return the procedures that a counter service calls for."""
        return tuple(one for one in self.procedures if one.service == service)
