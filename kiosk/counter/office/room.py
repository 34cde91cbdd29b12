"""The room of the back office."""

from kiosk.counter.office.office import BackOffice
from kiosk.counter.office.routes import outbox_routes
from kiosk.counter.room import Room


def office_room(office: BackOffice) -> Room:
    """Return the room."""
    return Room(
        routes=[outbox_routes()],
        console="outbox",
        served={"back_office": office},
        work={"outbox": office.send, "systems": office.look},
    )
