"""The kiosks' way to a dossier's status."""

from typing import Annotated

from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from devices.scanner.classify import LONGEST_DOSSIER_CODE
from kiosk.api.dossier_lookup import DossierLookup
from kiosk.counter.dossiers.lookup import Lookup
from kiosk.counter.guards import kiosk_only


@get("/api/dossiers")
async def look_up(
    code: Annotated[str, QueryParameter(min_length=1, max_length=LONGEST_DOSSIER_CODE)],
    dossiers: NamedDependency[Lookup],
) -> DossierLookup:
    """Return how a dossier stands, by its code as scanned or typed."""
    return await dossiers.dossier(code)


def dossier_routes(site_key: str) -> Router:
    """Return the routes; a kiosk shows the site's key."""
    return Router(path="/", route_handlers=[look_up], guards=[kiosk_only(site_key)])
