"""The room of dossiers."""

from kiosk.backoffice.systems import DOSSIER
from kiosk.counter.dossiers.codes import LocalCodes
from kiosk.counter.dossiers.lookup import Lookup
from kiosk.counter.dossiers.routes import dossier_routes
from kiosk.counter.live import LiveSite
from kiosk.counter.office.office import BackOffice
from kiosk.counter.room import Room


def dossiers_room(site: LiveSite, office: BackOffice) -> Room:
    """Return the room."""
    codes = LocalCodes(site.store, office.outbox, site.clock)
    office.on_sent(DOSSIER, codes.sent)
    return Room(
        routes=[dossier_routes(site.config.site_key)],
        served={"dossiers": Lookup(site, office, codes)},
    )
