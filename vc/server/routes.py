"""The API of everybody inside: signing in, the door for guests, the state, acts and papers."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from litestar import Request, Response, Router, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, JSONBody
from litestar.response import File, ServerSentEvent

from devices.contract.message import Done
from vc.acts import AnyAct, Role
from vc.server import api
from vc.server.conference.notice import public
from vc.server.control import Live, NothingOpenError
from vc.server.doorway import Doorway
from vc.server.guests import Guests, may_look
from vc.server.papers import NoPageError, Papers
from vc.server.screens import Screens
from vc.server.sessions import (
    COOKIE,
    LASTS,
    NotForYouError,
    NotSignedInError,
    Sessions,
    actor_of,
    seat_of,
)
from vc.state import ConferenceState

AnyRequest = Request[Any, Any, Any]
TheSessions = NamedDependency[Sessions]
TheLive = NamedDependency[Live]
Who = NamedDependency[api.Session]
_LONGEST_NUMBER = 5
_NOWHERE = (Role.VIEWER, Role.HELPER)


def public_routes() -> Router:
    """Return the routes, under `/api`."""
    inside = Router(
        path="/",
        route_handlers=[state, follow, act],
        dependencies={"session": Provide(_inside)},
    )
    return Router(
        path="/api",
        route_handlers=[sign_in, sign_out, me, join, stands, page, inside],
    )


async def _session(request: AnyRequest, sessions: Sessions) -> api.Session:
    return await sessions.find(request.cookies.get(COOKIE)) or api.Session()


async def _inside(request: AnyRequest, sessions: TheSessions, live: TheLive) -> api.Session:
    """Return who is signed in or joined; raises NotSignedInError, ExpelledError."""
    session = await _session(request, sessions)
    if session.role is Role.VIEWER:
        raise NotSignedInError
    if session.role is Role.HELPER:
        raise NotForYouError
    if live.state is not None:
        may_look(live.state, session)
    return session


@post("/sign-in")
async def sign_in(
    data: JSONBody[api.SignIn],
    request: AnyRequest,
    sessions: TheSessions,
    https: NamedDependency[bool],
) -> Response[api.Session]:
    """Sit down at the chair's or the operator's console."""
    token, session = await sessions.sign_in(data, _address(request))
    return _with_cookie(session, token, LASTS, https=https)


@post("/sign-out", status_code=204)
async def sign_out(request: AnyRequest, sessions: TheSessions) -> Response[None]:
    """Leave."""
    if token := request.cookies.get(COOKIE):
        await sessions.end(token)
    response: Response[None] = Response(None, status_code=204)
    response.delete_cookie(COOKIE)
    return response


@get("/me")
async def me(request: AnyRequest, sessions: TheSessions, live: TheLive) -> api.Session:
    """Return who the browser is."""
    session = await _session(request, sessions)
    if session.conference or session.role in _NOWHERE or live.state is None:
        return session
    return api.Session(role=session.role, name=session.name, conference=live.state.plan.id)


@post("/join")
async def join(
    data: JSONBody[api.Join],
    request: AnyRequest,
    guests: NamedDependency[Guests],
    https: NamedDependency[bool],
) -> Response[api.Joined]:
    """Knock with a link and its PIN."""
    before = request.cookies.get(COOKIE)
    ticket, joined = await guests.join(data, _address(request), before)
    return _with_cookie(joined, ticket, LASTS, https=https)


@get("/join/{ticket:str}")
async def stands(ticket: FromPath[str], guests: NamedDependency[Guests]) -> api.Joined:
    """Return where the ticket's bearer stands, with new tokens."""
    return await guests.stands(ticket)


@get("/state")
async def state(session: Who, live: TheLive) -> ConferenceState:
    """Return the open conference, without secret votes."""
    del session
    if live.state is None:
        raise NothingOpenError
    return public(live.state)


@get("/live")
async def follow(
    request: AnyRequest, session: Who, screens: NamedDependency[Screens]
) -> ServerSentEvent:
    """Follow the state and the figures, for as long as the session lasts."""
    del session
    return screens.hub.stream(*screens.first(), owner=seat_of(request.cookies[COOKIE]))


@post("/acts", status_code=200)
async def act(data: JSONBody[AnyAct], session: Who, live: TheLive) -> Done:
    """Do something in the open conference."""
    await live.act(data, actor_of(session))
    return Done()


@get("/papers/{paper:str}/{name:str}", include_in_schema=False)
async def page(
    *,
    paper: FromPath[str],
    name: FromPath[str],
    request: AnyRequest,
    live: TheLive,
    sessions: TheSessions,
    doorway: NamedDependency[Doorway],
    papers: NamedDependency[Papers],
) -> File:
    """Return a page's picture to who is signed in, joined, or shows its media session's token."""
    token = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
    if not (token and doorway.member_of(token)):
        await _inside(request, sessions, live)
    if live.state is None:
        raise NothingOpenError
    number = name.removesuffix(".png")
    known = any(one.id == paper for one in live.state.plan.papers)
    if not known or not number.isascii() or not number.isdigit() or len(number) > _LONGEST_NUMBER:
        raise NoPageError
    picture: Path = await papers.page(live.state.plan.id, paper, int(number))
    return File(picture, media_type="image/png", content_disposition_type="inline")


def _with_cookie(body: Any, token: str, lasts: timedelta, *, https: bool) -> Response[Any]:
    cookie = Cookie(
        key=COOKIE,
        value=token,
        path="/",
        httponly=True,
        samesite="strict",
        secure=https,
        max_age=int(lasts.total_seconds()),
    )
    return Response(body, status_code=201, cookies=[cookie])


def _address(request: AnyRequest) -> str:
    return request.client.host if request.client else ""
