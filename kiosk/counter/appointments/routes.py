"""The kiosks' way in, and the officers' list."""

from typing import Annotated

from litestar import Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import JSONBody, PathParameter

from kiosk.api.check_in import CameByAppointment, CheckedIn, DayList
from kiosk.counter.appointments.reception import Reception
from kiosk.counter.guards import kiosk_only, signed_in


@post("/api/appointments/{code:str}/check-in", status_code=200)
async def check_in(
    code: Annotated[str, PathParameter(pattern=r"^[0-9A-Z-]{4,20}(?!\n)$")],
    data: JSONBody[CameByAppointment],
    reception: NamedDependency[Reception],
) -> CheckedIn:
    """Give who came by appointment the number, once."""
    return await reception.check_in(code, data)


@get("/api/officer/appointments")
async def of_today(counter: NamedDependency[str], reception: NamedDependency[Reception]) -> DayList:
    """Return today's appointments."""
    del counter
    return await reception.day_list()


def appointment_routes(site_key: str) -> list[Router]:
    """Return the routes: one asks for the site's key, the other for an officer's session."""
    return [
        Router(path="/", route_handlers=[check_in], guards=[kiosk_only(site_key)]),
        Router(path="/", route_handlers=[of_today], dependencies={"counter": Provide(signed_in)}),
    ]
