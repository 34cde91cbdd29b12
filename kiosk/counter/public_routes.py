"""The API for kiosks, TV boards and citizens' phones."""

from datetime import timedelta

from litestar import Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from litestar.response import ServerSentEvent

from devices.contract.clock import local_day
from kiosk.api.errors import NotFoundError
from kiosk.api.queue import Board, Rate, Site, TakeTicket, Ticket
from kiosk.counter.guards import kiosk_only
from kiosk.counter.live import LiveSite
from kiosk.counter.rows import Row

_UNPRINTED_FOR = timedelta(minutes=3)


def public_routes(site_key: str) -> Router:
    """Return the routes. Those that only a kiosk needs ask for the site's key, when one is set."""
    of_kiosks = Router(
        path="/",
        route_handlers=[take_ticket, ticket_printed, unprinted, get_ticket_by_number],
        guards=[kiosk_only(site_key)],
    )
    of_all = [get_site, get_board, get_stream, get_ticket, get_ticket_by_code, rate_ticket]
    return Router(path="/api", route_handlers=[*of_all, of_kiosks])


@get("/site")
async def get_site(site: NamedDependency[LiveSite]) -> Site:
    """Return what a kiosk must know to show its screens."""
    return (await site.view()).site


@get("/board")
async def get_board(site: NamedDependency[LiveSite]) -> Board:
    """Return what a TV board shows."""
    return (await site.view()).board(site.announcing)


@get("/stream")
async def get_stream(site: NamedDependency[LiveSite]) -> ServerSentEvent:
    """Stream `tick`, `site`, `board` and `call`; the whole state first."""
    return site.hub.stream(*await site.state())


@post("/tickets")
async def take_ticket(data: JSONBody[TakeTicket], site: NamedDependency[LiveSite]) -> Ticket:
    """Take a number; the same request gets the same ticket."""
    return await _shown(site, await site.change(site.tickets.take, data))


@get("/tickets/{ticket_id:str}")
async def get_ticket(ticket_id: FromPath[str], site: NamedDependency[LiveSite]) -> Ticket:
    """Return a ticket by its id."""
    return await _shown(site, await site.do(site.store.ticket, ticket_id))


@get("/tickets/by-code/{code:str}")
async def get_ticket_by_code(code: FromPath[str], site: NamedDependency[LiveSite]) -> Ticket:
    """Return a ticket by the code of its QR."""
    return await _shown(site, await site.do(site.store.by_code, code))


@get("/tickets/by-number/{number:str}")
async def get_ticket_by_number(number: FromPath[str], site: NamedDependency[LiveSite]) -> Ticket:
    """Return today's ticket of a number, which is no secret: only a kiosk on the site may ask."""
    today = local_day(site.clock.now())
    return await _shown(site, await site.do(site.store.by_number, number, today))


@post("/tickets/{ticket_id:str}/printed", status_code=200)
async def ticket_printed(ticket_id: FromPath[str], site: NamedDependency[LiveSite]) -> Ticket:
    """Keep that the number is on paper."""
    return await _shown(site, await site.change(site.tickets.printed, ticket_id))


@post("/tickets/{ticket_id:str}/rating", status_code=200)
async def rate_ticket(
    ticket_id: FromPath[str], data: JSONBody[Rate], site: NamedDependency[LiveSite]
) -> Ticket:
    """Rate a finished visit, once. To know the ticket's unguessable id is the right to."""
    return await _shown(site, await site.change(site.tickets.rate, ticket_id, data))


@get("/kiosks/{kiosk:str}/unprinted")
async def unprinted(kiosk: FromPath[str], site: NamedDependency[LiveSite]) -> tuple[Ticket, ...]:
    """Return the fresh tickets a kiosk took and has not printed, oldest first."""
    since = site.clock.now() - _UNPRINTED_FOR
    rows = await site.do(site.store.unprinted, kiosk, since)
    view = await site.view()
    return tuple(view.ticket(row) for row in rows)


async def _shown(site: LiveSite, row: Row | None) -> Ticket:
    if row is None:
        raise NotFoundError("There is no such ticket.")
    return (await site.view()).ticket(row)
