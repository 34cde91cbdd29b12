"""The supervisor's API: every answer is the site's new state."""

import structlog
from litestar import Response, Router, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency, Provide
from litestar.params import JSONBody

from kiosk.counter import bodies
from kiosk.counter.bodies import back_at_of
from kiosk.counter.guards import AnyRequest
from kiosk.counter.head.acts import HeadActs
from kiosk.counter.head.bodies import HeadSignIn, HeadState, OpenCounter, PauseCounter
from kiosk.counter.head.view import head_state
from kiosk.counter.live import LiveSite
from kiosk.counter.moves import Whither
from kiosk.counter.sessions import HEAD_COOKIE, Sessions
from kiosk.counter.totals.book import TotalsBook
from kiosk.counter.totals.figures import DayTotals
from kiosk.counter.totals.routes import OfDay, as_sheet

Site = NamedDependency[LiveSite]
Acts = NamedDependency[HeadActs]
Asks = NamedDependency[Sessions]
Head = NamedDependency[bool]  # to ask for it is to be refused without a session
_log = structlog.get_logger()


async def head_signed_in(request: AnyRequest, sessions: Asks) -> bool:
    """Let the supervisor pass, a dependency; raises NotSignedInError."""
    await sessions.head(request.cookies.get(HEAD_COOKIE))
    return True


async def _state(site: LiveSite) -> HeadState:
    return head_state(await site.view())


@post("/sign-in")
async def sign_in(
    data: JSONBody[HeadSignIn], request: AnyRequest, site: Site, sessions: Asks
) -> Response[HeadState]:
    """Begin as the supervisor; refused where the site has none."""
    address = request.client.host if request.client else ""
    token = await sessions.sign_in_head(data.pin, address)
    cookie = Cookie(
        key=HEAD_COOKIE, value=token, path="/api/head", httponly=True, samesite="strict"
    )
    return Response(await _state(site), status_code=201, cookies=[cookie])


@post("/sign-out", status_code=204)
async def sign_out(
    data: JSONBody[bodies.Nothing], request: AnyRequest, head: Head, sessions: Asks
) -> Response[None]:
    """End the supervisor's session."""
    del data, head
    await sessions.sign_out(request.cookies[HEAD_COOKIE])
    response: Response[None] = Response(None, status_code=204)
    response.delete_cookie(HEAD_COOKIE, path="/api/head")
    return response


@get("/state")
async def get_state(head: Head, site: Site) -> HeadState:
    """Return what the page shows."""
    del head
    return await _state(site)


@post("/move", status_code=200)
async def move(
    data: JSONBody[bodies.Transfer], head: Head, site: Site, head_acts: Acts
) -> HeadState:
    """Hand a waiting or held ticket to a service or a counter."""
    del head
    whither = Whither(service=data.service, counter=data.counter, note=data.note)
    row = await site.change(head_acts.move, data.ticket, whither)
    _log.info("head.moved", number=row.number, service=data.service, counter=data.counter)
    return await _state(site)


@post("/resume", status_code=200)
async def resume(
    data: JSONBody[bodies.OfTicket], head: Head, site: Site, head_acts: Acts
) -> HeadState:
    """Put a held or missed ticket back at the place it had."""
    del head
    row = await site.change(head_acts.resume, data.ticket)
    _log.info("head.resumed", number=row.number)
    return await _state(site)


@post("/reclassify", status_code=200)
async def reclassify(
    data: JSONBody[bodies.Reclassify], head: Head, site: Site, head_acts: Acts
) -> HeadState:
    """Change a ticket's priority class."""
    del head
    row = await site.change(head_acts.reclassify, data.ticket, data.priority_class)
    _log.info("head.reclassified", number=row.number, priority_class=data.priority_class)
    return await _state(site)


@post("/pause", status_code=200)
async def pause(data: JSONBody[PauseCounter], head: Head, site: Site, head_acts: Acts) -> HeadState:
    """Stop the calls of a counter."""
    del head
    back_at = back_at_of(data, site.clock.now())
    await site.change(head_acts.pause, data.counter, data.reason, back_at)
    _log.info("head.paused", counter=data.counter, reason=data.reason)
    return await _state(site)


@post("/open", status_code=200)
async def unpause(
    data: JSONBody[OpenCounter], head: Head, site: Site, head_acts: Acts
) -> HeadState:
    """Let a counter call again."""
    del head
    await site.change(head_acts.unpause, data.counter)
    _log.info("head.opened", counter=data.counter)
    return await _state(site)


@get("/totals")
async def get_totals(
    head: Head, site: Site, totals: NamedDependency[TotalsBook], day: OfDay = None
) -> DayTotals:
    """Return a day's figures of all counters and services."""
    del head
    return await site.do(totals.day, day)


@get("/totals.csv")
async def get_totals_sheet(
    head: Head, site: Site, totals: NamedDependency[TotalsBook], day: OfDay = None
) -> Response[bytes]:
    """Return the same for a spreadsheet."""
    del head
    return as_sheet(await site.do(totals.day, day), site)


def head_routes() -> Router:
    """Return the routes. All but signing in need the supervisor's session."""
    of_head = Router(
        path="/",
        route_handlers=[
            *(get_state, sign_out, move, resume, reclassify, pause, unpause),
            *(get_totals, get_totals_sheet),
        ],
        dependencies={"head": Provide(head_signed_in)},
    )
    return Router(path="/api/head", route_handlers=[sign_in, of_head])
