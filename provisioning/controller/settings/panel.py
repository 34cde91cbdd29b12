"""This room's part of a box's page."""

from provisioning.controller.access import person_of
from provisioning.controller.answers import AnyRequest, language_of
from provisioning.controller.pages import Pages
from provisioning.controller.rooms import Rooms


async def panel(rooms: Rooms, pages: Pages, request: AnyRequest, box: str) -> str:
    """Return the part of a box's page: how far its settings are."""
    return pages.draw(
        "settings_box.html",
        language_of(request),
        rooms.clock.now(),
        person=person_of(request),
        of_box=await rooms.settings.box(box),
    )
