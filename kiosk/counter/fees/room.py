"""The room of fees."""

from kiosk.counter.facing.screens import FacingScreens
from kiosk.counter.fees.book import FeeBook
from kiosk.counter.fees.desk import FeesDesk
from kiosk.counter.fees.facing import FeesFacing
from kiosk.counter.fees.routes import fee_routes
from kiosk.counter.live import LiveSite
from kiosk.counter.office.office import BackOffice
from kiosk.counter.room import Room


def fees_room(site: LiveSite, office: BackOffice, screens: FacingScreens) -> Room:
    """Return the room; its fees are shown on second screens, too."""
    book = FeeBook(site.store, site.clock, keep_days=site.config.keep_days)
    desk = FeesDesk(site, office, book)
    facing = FeesFacing(site, desk, screens)
    return Room(
        routes=fee_routes(site.config.site_key),
        console="fees",
        served={"fees": desk, "fees_facing": facing},
        work={"fees_facing": facing.watch},
    )
