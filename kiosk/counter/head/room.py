"""The room of the supervisor."""

from kiosk.counter.head.acts import HeadActs
from kiosk.counter.head.routes import head_routes
from kiosk.counter.live import LiveSite
from kiosk.counter.room import Room


def head_room(site: LiveSite) -> Room:
    """Return the room; it asks for the room of totals."""
    acts = HeadActs(site.config, site.store, site.clock)
    return Room(routes=[head_routes()], served={"head_acts": acts})
