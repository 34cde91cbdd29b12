"""The room of appointments."""

from kiosk.counter.appointments.arrivals import Arrivals
from kiosk.counter.appointments.diary import Diary
from kiosk.counter.appointments.reception import Reception
from kiosk.counter.appointments.routes import appointment_routes
from kiosk.counter.live import LiveSite
from kiosk.counter.lived import LivedDays
from kiosk.counter.office.office import BackOffice
from kiosk.counter.room import Room


def appointments_room(site: LiveSite, office: BackOffice) -> Room:
    """Return the room."""
    config = site.config
    lived = LivedDays(site.store, site.clock)
    name = config.site or config.box
    arrivals = Arrivals(site.store, site.tickets, office.outbox, lived, site=name)
    diary = Diary(office, site.clock)
    reception = Reception(config.appointments, site, office, diary, arrivals)
    return Room(
        routes=appointment_routes(config.site_key),
        console="appointments",
        served={"reception": reception},
        work={"appointments": reception.keep},
    )
