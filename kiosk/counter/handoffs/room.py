"""The room of hand-offs, and its one route."""

from litestar import Router, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from kiosk.api.handoffs import HandOffTold, TellHandOff
from kiosk.counter.guards import kiosk_only
from kiosk.counter.handoffs.tally import Tally
from kiosk.counter.live import LiveSite
from kiosk.counter.room import Room


@post("/api/hand-offs", status_code=200)
async def tell_hand_off(
    data: JSONBody[TellHandOff],
    site: NamedDependency[LiveSite],
    hand_offs: NamedDependency[Tally],
) -> HandOffTold:
    """Count a citizen who was shown the way to the portal; the same request once."""
    await site.change(hand_offs.add, data)
    return HandOffTold()


def hand_offs_room(site: LiveSite) -> Room:
    """Return the room; a kiosk shows the site's key."""
    guards = [kiosk_only(site.config.site_key)]
    return Room(
        routes=[Router(path="/", route_handlers=[tell_hand_off], guards=guards)],
        served={"hand_offs": Tally(site.store, site.clock)},
    )
