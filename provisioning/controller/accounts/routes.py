"""Pages of this room: the door, one's own account, people, the audit log."""

from typing import Any

from provisioning.controller.accounts import audit_page, door_page, own_page, people_page
from provisioning.controller.pages import Pages
from provisioning.controller.rooms import Rooms


def routes(rooms: Rooms, pages: Pages) -> list[Any]:
    """Return the route handlers."""
    return [
        handler
        for page in (door_page, own_page, people_page, audit_page)
        for handler in page.routes(rooms, pages)
    ]
