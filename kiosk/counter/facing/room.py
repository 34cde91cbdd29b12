"""The room of the second screens."""

from kiosk.counter.facing.codes import Codes
from kiosk.counter.facing.desk import FacingDesk
from kiosk.counter.facing.opened import OpenedScreens
from kiosk.counter.facing.routes import facing_routes
from kiosk.counter.facing.screens import FacingScreens
from kiosk.counter.live import LiveSite
from kiosk.counter.room import Room


def facing_room(site: LiveSite, screens: FacingScreens) -> Room:
    """Return the room; every room's routes may ask for `facing`, and show a sheet."""
    desk = FacingDesk(site, screens, OpenedScreens(site.store), Codes(site.clock))
    return Room(
        routes=facing_routes(),
        served={"facing": screens, "facing_desk": desk},
        work={"facing": screens.run},
    )
