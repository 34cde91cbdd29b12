"""The officers' way to the day's figures: those of the own counter."""

from datetime import date
from typing import Annotated

from litestar import Response, Router, get
from litestar.di import NamedDependency, Provide
from litestar.params import QueryParameter

from kiosk.counter.guards import signed_in
from kiosk.counter.live import LiveSite
from kiosk.counter.room import Room
from kiosk.counter.totals.book import TotalsBook
from kiosk.counter.totals.figures import DayTotals, narrowed
from kiosk.counter.totals.sheet import sheet

Site = NamedDependency[LiveSite]
Totals = NamedDependency[TotalsBook]
SignedIn = NamedDependency[str]  # the counter of the session
OfDay = Annotated[date | None, QueryParameter()]


@get("/totals")
async def get_totals(counter: SignedIn, site: Site, totals: Totals, day: OfDay = None) -> DayTotals:
    """Return the figures of a day, of this counter and of the services it serves."""
    desk = site.config.desk(counter)
    told = await site.do(totals.day, day)
    return narrowed(told, counter, desk.services if desk else ())


@get("/totals.csv")
async def get_totals_sheet(
    counter: SignedIn, site: Site, totals: Totals, day: OfDay = None
) -> Response[bytes]:
    """Return the same for a spreadsheet."""
    desk = site.config.desk(counter)
    told = await site.do(totals.day, day)
    return as_sheet(narrowed(told, counter, desk.services if desk else ()), site)


def as_sheet(told: DayTotals, site: LiveSite) -> Response[bytes]:
    """Return the figures as a file to be kept."""
    name = f'attachment; filename="hang-doi-{told.day.isoformat()}.csv"'
    return Response(
        sheet(told, site.config.rating_scale),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": name},
    )


def totals_room(site: LiveSite) -> Room:
    """Return the room; an officer is signed in."""
    of_officers = Router(
        path="/api/officer",
        route_handlers=[get_totals, get_totals_sheet],
        dependencies={"counter": Provide(signed_in)},
    )
    return Room(
        routes=[of_officers],
        served={"totals": TotalsBook(site.config, site.store, site.clock)},
    )
