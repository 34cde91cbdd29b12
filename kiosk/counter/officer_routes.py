"""The officers' console's API: every answer is the counter's new state."""

from litestar import Response, Router, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency, Provide
from litestar.params import JSONBody

from kiosk.api import errors
from kiosk.counter import bodies
from kiosk.counter.announcer import Announcer
from kiosk.counter.bodies import OfficerState, back_at_of
from kiosk.counter.guards import AnyRequest, signed_in
from kiosk.counter.live import LiveSite
from kiosk.counter.sessions import COOKIE, Sessions

Site = NamedDependency[LiveSite]
SignedIn = NamedDependency[str]  # the counter of the session
Announces = NamedDependency[Announcer]


def officer_routes() -> Router:
    """Return the routes. All but signing in need a session; its counter is the one acted for."""
    of_counters = Router(
        path="/",
        route_handlers=[
            *(get_state, sign_out, call_next, call_chosen, recall, finish, no_show, hold),
            *(resume, transfer, reclassify, pause, unpause),
        ],
        dependencies={"counter": Provide(signed_in)},
    )
    return Router(path="/api/officer", route_handlers=[sign_in, of_counters])


async def _state(site: LiveSite, counter: str) -> OfficerState:
    desk = site.config.desk(counter)
    if desk is None:
        raise errors.NotSignedInError
    return (await site.view()).officer(desk)


@post("/sign-in")
async def sign_in(
    data: JSONBody[bodies.SignIn],
    request: AnyRequest,
    site: Site,
    sessions: NamedDependency[Sessions],
) -> Response[OfficerState]:
    """Sit down at a counter."""
    address = request.client.host if request.client else ""
    token = await sessions.sign_in(data.counter, data.pin, address)
    cookie = Cookie(key=COOKIE, value=token, path="/", httponly=True, samesite="strict")
    return Response(await _state(site, data.counter), status_code=201, cookies=[cookie])


@post("/sign-out", status_code=204)
async def sign_out(
    data: JSONBody[bodies.Nothing],
    request: AnyRequest,
    counter: SignedIn,
    sessions: NamedDependency[Sessions],
) -> Response[None]:
    """Leave the counter."""
    del data, counter
    await sessions.sign_out(request.cookies[COOKIE])
    response: Response[None] = Response(None, status_code=204)
    response.delete_cookie(COOKIE)
    return response


@get("/state")
async def get_state(counter: SignedIn, site: Site) -> OfficerState:
    """Return what the console shows."""
    return await _state(site, counter)


@post("/next", status_code=200)
async def call_next(
    data: JSONBody[bodies.AtCounter], counter: SignedIn, site: Site, announcer: Announces
) -> OfficerState:
    """Finish the current ticket and call the next one by the fairness rule."""
    call = await site.change(site.desks.next, counter, data.current)
    if call is not None:
        announcer.add(call)
    return await _state(site, counter)


@post("/call", status_code=200)
async def call_chosen(
    data: JSONBody[bodies.CallTicket], counter: SignedIn, site: Site, announcer: Announces
) -> OfficerState:
    """Finish the current ticket and call a chosen one."""
    announcer.add(await site.change(site.desks.call, counter, data.current, data.ticket))
    return await _state(site, counter)


@post("/recall", status_code=200)
async def recall(
    data: JSONBody[bodies.AtCounter], counter: SignedIn, site: Site, announcer: Announces
) -> OfficerState:
    """Call the current ticket again."""
    announcer.add(await site.change(site.desks.recall, counter, data.current))
    return await _state(site, counter)


@post("/finish", status_code=200)
async def finish(data: JSONBody[bodies.AtCounter], counter: SignedIn, site: Site) -> OfficerState:
    """Finish the current ticket; call nobody yet."""
    await site.change(site.desks.finish, counter, data.current)
    return await _state(site, counter)


@post("/no-show", status_code=200)
async def no_show(data: JSONBody[bodies.AtCounter], counter: SignedIn, site: Site) -> OfficerState:
    """Keep that nobody came to the call."""
    await site.change(site.desks.no_show, counter, data.current)
    return await _state(site, counter)


@post("/hold", status_code=200)
async def hold(data: JSONBody[bodies.Hold], counter: SignedIn, site: Site) -> OfficerState:
    """Let the citizen wait aside."""
    await site.change(site.desks.hold, counter, data.current, data.reason)
    return await _state(site, counter)


@post("/resume", status_code=200)
async def resume(data: JSONBody[bodies.OfTicket], counter: SignedIn, site: Site) -> OfficerState:
    """Put a held or missed ticket back at the place it had."""
    await site.change(site.desks.resume, counter, data.ticket)
    return await _state(site, counter)


@post("/transfer", status_code=200)
async def transfer(data: JSONBody[bodies.Transfer], counter: SignedIn, site: Site) -> OfficerState:
    """Hand a ticket to another service or counter."""
    to = (data.service, data.counter, data.note)
    await site.change(site.desks.transfer, counter, data.ticket, *to)
    return await _state(site, counter)


@post("/reclassify", status_code=200)
async def reclassify(
    data: JSONBody[bodies.Reclassify], counter: SignedIn, site: Site
) -> OfficerState:
    """Change a ticket's priority class."""
    await site.change(site.desks.reclassify, counter, data.ticket, data.priority_class)
    return await _state(site, counter)


@post("/pause", status_code=200)
async def pause(data: JSONBody[bodies.Pause], counter: SignedIn, site: Site) -> OfficerState:
    """Stop calling; said again, tell anew why and until when."""
    back_at = back_at_of(data, site.clock.now())
    await site.change(site.desks.pause, counter, data.reason, back_at)
    return await _state(site, counter)


@post("/open", status_code=200)
async def unpause(data: JSONBody[bodies.Nothing], counter: SignedIn, site: Site) -> OfficerState:
    """Call again."""
    del data
    await site.change(site.desks.unpause, counter)
    return await _state(site, counter)
