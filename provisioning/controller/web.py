"""The dashboard's HTTP: pages, API, live stream, metrics. Every answer carries a strict CSP."""

from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import msgspec
from litestar import Litestar, MediaType, Response, get, post
from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from litestar.response import ServerSentEvent
from litestar.static_files import create_static_files_router
from litestar.types import Guard

from devices.contract.errors import MotcuaError
from devices.contract.identity import box_id
from devices.messages import DeviceTested, Kind
from devices.runtime.part import software_version
from devices.web.serve import common_routes, problem
from provisioning.controller.accounts import routes as accounts
from provisioning.controller.alerts import routes as alerts
from provisioning.controller.answers import AnyRequest, html, language_of
from provisioning.controller.history import routes as history
from provisioning.controller.metrics import CONTENT_TYPE
from provisioning.controller.organisation import routes as organisation
from provisioning.controller.overview import BoxSummary, Summary
from provisioning.controller.pages import Pages
from provisioning.controller.queries import StoredEvent
from provisioning.controller.registry import routes as registry
from provisioning.controller.remote import routes as remote
from provisioning.controller.reports import routes as reports
from provisioning.controller.rooms import Rooms
from provisioning.controller.settings import routes as settings

_ROOMS = (accounts, alerts, history, organisation, registry, remote, reports, settings)
_STATIC = Path(__file__).parent / "static"
_PAGE_EVENTS = 25
_NEWEST = 2**53
_SECURE = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self'; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class ForeignOriginError(MotcuaError):
    """The request came from a page of another site."""

    code = "origin.foreign"


class UnknownHostError(MotcuaError):
    """The request calls this machine by a name that is not among its names (http.names)."""

    code = "host.unknown"


class AskTest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have a device exercised."""

    device: Kind


class EventPage(msgspec.Struct, frozen=True, kw_only=True):
    """Stored events upwards from `after`; the next page begins after `next_after`."""

    events: tuple[StoredEvent, ...]
    next_after: int


def app(rooms: Rooms, hosts: tuple[str, ...]) -> Litestar:
    """Return the application; it answers only to these host names (against DNS rebinding)."""
    pages = Pages()
    return Litestar(
        route_handlers=[
            *_pages(rooms, pages),
            *_api(rooms),
            *(handler for room in _ROOMS for handler in room.routes(rooms, pages)),
            *common_routes(),
            create_static_files_router(
                path="/dashboard", directories=[_STATIC], include_in_schema=False
            ),
        ],
        guards=[_known_host(hosts)],
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
    @get("/", media_type=MediaType.HTML, include_in_schema=False)
    async def overview_page(request: AnyRequest) -> Response[str]:
        language = language_of(request)
        overview = rooms.overview
        return html(pages.overview(language, overview.summary(), overview.boxes()), language)

    @get("/boxes/{box:str}", media_type=MediaType.HTML, include_in_schema=False)
    async def box_page(request: AnyRequest, box: FromPath[str]) -> Response[str]:
        language = language_of(request)
        known = rooms.overview.box(box)
        before = _NEWEST
        events = await rooms.queries.do(
            rooms.store.events, box=box, before=before, limit=_PAGE_EVENTS
        )
        commands = await rooms.queries.do(rooms.store.asked_of, box, limit=5)
        page = pages.box(language, rooms.clock.now(), known, events=events, commands=commands)
        return html(page, language)

    return [overview_page, box_page]


def _api(rooms: Rooms) -> list[Any]:
    @get("/api/summary")
    async def summary() -> Summary:
        """Return the province in a few numbers."""
        return rooms.overview.summary()

    @get("/api/boxes")
    async def boxes() -> list[BoxSummary]:
        """Return every box, those that need somebody first."""
        return rooms.overview.boxes()

    @get("/api/boxes/{box:str}")
    async def one_box(box: FromPath[str]) -> BoxSummary:
        """Return a box."""
        return rooms.overview.box(box)

    @get("/api/events")
    async def events(
        box: FromQuery[str] = "",
        after: Annotated[int, QueryParameter(ge=0, lt=_NEWEST)] = 0,
        limit: Annotated[int, QueryParameter(ge=1, le=1000)] = 100,
    ) -> EventPage:
        """Return stored events in the order of their arrival."""
        found = await rooms.queries.do(rooms.store.events, box=box, after=after, limit=limit)
        return EventPage(events=tuple(found), next_after=found[-1].id if found else after)

    @post("/api/boxes/{box:str}/test", guards=[_own_origin], status_code=200)
    async def test(
        request: AnyRequest, box: FromPath[str], data: JSONBody[AskTest]
    ) -> DeviceTested:
        """Have a device of a box exercised, and return what it really did."""
        rooms.overview.box(box)
        who = request.client.host if request.client else "unknown"
        return await rooms.commands.test_device(box_id(box), data.device, f"dashboard@{who}")

    @get("/api/stream", include_in_schema=False)
    async def stream() -> ServerSentEvent:
        return rooms.overview.stream()

    @get("/metrics", include_in_schema=False)
    async def metrics() -> Response[bytes]:
        return Response(rooms.metrics.text(), headers={"Content-Type": CONTENT_TYPE})

    return [summary, boxes, one_box, events, test, stream, metrics]


def _known_host(hosts: tuple[str, ...]) -> Guard:
    def check(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
        if urlsplit(f"//{connection.headers.get('host', '')}").hostname not in hosts:
            raise UnknownHostError

    return check


def _own_origin(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Refuse what a page of another site sends; raises ForeignOriginError."""
    origin = connection.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != connection.headers.get("host"):
        raise ForeignOriginError
