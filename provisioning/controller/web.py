"""The dashboard's HTTP: pages, API, live stream, metrics. Every answer carries a strict CSP."""

from pathlib import Path
from typing import Any

from litestar import Litestar, MediaType, Response, get
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.params import FromPath
from litestar.static_files import create_static_files_router
from litestar.types import ASGIApp, Receive, Scope, Send

from devices.runtime.part import software_version
from devices.web.serve import common_routes, problem
from provisioning.controller.access import needs, person_of
from provisioning.controller.accounts import routes as accounts
from provisioning.controller.alerts import routes as alerts
from provisioning.controller.answers import AnyRequest, html, language_of
from provisioning.controller.api import NEWEST, api
from provisioning.controller.board import Asked
from provisioning.controller.branches import Need, reach_of
from provisioning.controller.drawn import Drawn
from provisioning.controller.history import routes as history
from provisioning.controller.organisation import routes as organisation
from provisioning.controller.origins import known_host
from provisioning.controller.pages import Pages
from provisioning.controller.registry import routes as registry
from provisioning.controller.remote import routes as remote
from provisioning.controller.reports import routes as reports
from provisioning.controller.rights import Grant, Person, Right, Role
from provisioning.controller.rooms import Rooms
from provisioning.controller.settings import routes as settings

_ROOMS = (accounts, alerts, history, organisation, registry, remote, reports, settings)
_STATIC = Path(__file__).parent / "static"
_PAGE_EVENTS = 25
_DRAWN_FOR_S = 15  # waiting times grow by themselves
_LONGEST = 64
_sees = needs(Right.SEE)
_ANYBODY = Person(id=0, login="dashboard", name="", grants=(Grant(role=Role.ADMINISTRATOR),))
_SECURE = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self'; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def app(rooms: Rooms, hosts: tuple[str, ...]) -> Litestar:
    """Return the application; it answers only to these host names (against DNS rebinding)."""
    pages = Pages()
    return Litestar(
        route_handlers=[
            *_pages(rooms, pages),
            *api(rooms),
            *(handler for room in _ROOMS for handler in room.routes(rooms, pages)),
            *common_routes(),
            create_static_files_router(
                path="/dashboard", directories=[_STATIC], include_in_schema=False
            ),
        ],
        guards=[known_host(hosts)],
        middleware=[_somebody],
        logging_config=None,
        exception_handlers={Exception: problem},
        response_headers=_SECURE,
        openapi_config=OpenAPIConfig(
            title="motcua controller",
            version=software_version(),
            render_plugins=[
                JsonRenderPlugin(path="/openapi.json")
            ],  # the pages of the others come from a CDN
        ),
        request_max_body_size=65_536,
    )


def _pages(rooms: Rooms, pages: Pages) -> list[Any]:
    drawn = Drawn()
    born = int(rooms.clock.now().timestamp())

    @get("/", media_type=MediaType.HTML, include_in_schema=False, guards=[_sees])
    async def overview_page(request: AnyRequest) -> Response[str]:
        language, person, asked = language_of(request), person_of(request), _asked(request)
        reach = reach_of(person, Right.SEE)
        now = rooms.clock.now()
        version = (rooms.overview.revision, int(now.timestamp()) // _DRAWN_FOR_S)
        tag = f'W/"{born}-{version[0]}-{version[1]}-{language}-{person.id}"'
        if request.headers.get("if-none-match") == tag:
            return Response("", status_code=304, media_type=MediaType.HTML)
        main = drawn.get(
            (reach, asked, language),
            version,
            lambda: pages.overview_main(language, rooms.board.view(reach, asked)),
        )
        page = html(pages.overview(language, now, asked, main, person), language)
        page.headers["ETag"] = tag
        return page

    @get("/boxes/{box:str}", media_type=MediaType.HTML, include_in_schema=False, guards=[_sees])
    async def box_page(request: AnyRequest, box: FromPath[str]) -> Response[str]:
        language = language_of(request)
        rooms.reach.check(request, Right.SEE, box)
        known = rooms.overview.box(box)
        events = await rooms.queries.do(
            rooms.store.events, box=box, before=NEWEST, limit=_PAGE_EVENTS
        )
        commands = await rooms.queries.do(rooms.store.asked_of, box, limit=5)
        page = pages.box(language, rooms.clock.now(), known, events=events, commands=commands)
        return html(page, language)

    return [overview_page, box_page]


def _asked(request: AnyRequest) -> Asked:
    """Return what the address asks for; what it means by nothing we know is left out."""
    query = request.query_params
    need = query.get("need", "")
    name, words = (query.get(key, "")[:_LONGEST] for key in ("unit", "words"))
    return Asked(
        unit=name,
        need=Need(need) if need in set(Need) else None,
        words=words.strip(),
        after=query.get("after", "")[:_LONGEST],
        before=query.get("before", "")[:_LONGEST],
    )


def _somebody(app: ASGIApp) -> ASGIApp:
    """Let whoever comes be somebody who may do everything, until people sign in."""

    async def call(scope: Scope, receive: Receive, send: Send) -> None:
        if not scope.get("user"):
            scope["user"] = _ANYBODY
        await app(scope, receive, send)

    return call
