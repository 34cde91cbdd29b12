"""Pages and API of this room."""

from typing import Any

from provisioning.controller.pages import Pages
from provisioning.controller.rooms import Rooms


def routes(rooms: Rooms, pages: Pages) -> list[Any]:
    """Return the route handlers."""
    del rooms, pages
    return []
