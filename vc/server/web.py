"""The conference server's HTTP application: pages, API and sessions of media, guarded."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from litestar import Litestar, Request, Response
from litestar.di import Provide
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.types import ASGIApp, ControllerRouterHandler, Message, Receive, Scope, Send

from devices.contract.errors import MotcuaError
from devices.contract.message import Refused
from devices.web.serve import common_routes, problem
from vc.server.desk_routes import desk_routes
from vc.server.help.routes import help_routes
from vc.server.pages.routes import page_routes
from vc.server.routes import public_routes
from vc.server.sessions import COOKIE

_MAX_BODY_BYTES = 2**20
_SAFE = ("GET", "HEAD", "OPTIONS")
_MEDIA_DOORS = ("/whip/", "/whep/", "/room/", "/legs/", "/help-calls/")
"""Opened with a bearer token, never by a cookie: any origin may (RFC 9725 §4.3)."""
_STATUS: Mapping[str, int] = {
    "sign_in.wrong": 401,
    "pin.wrong": 401,
    "link.unknown": 404,
    "link.expired": 410,
    "link.locked": 410,
    "not_allowed": 403,
    "origin.foreign": 403,
    "conference.may_not": 403,
    "conference.expelled": 403,
    "conference.none": 404,
    "help.no_call": 404,
    "record.unknown": 404,
    "papers.not_pdf": 415,
    "papers.too_large": 413,
    "storage.failed": 503,
    "record.disk_full": 507,
    "journal.full": 503,
    "request.deadline": 503,
    "engine.lost": 503,
}


class ForeignOriginError(MotcuaError):
    """The request comes from another site's page."""

    code = "origin.foreign"


def application(
    *,
    signaling: Sequence[ControllerRouterHandler],
    max_paper_bytes: int,
    **served: Any,
) -> ASGIApp:
    """Return the whole application; `served` are what the handlers ask for, by name."""
    app = Litestar(
        route_handlers=[
            public_routes(),
            desk_routes(max_paper_bytes),
            *help_routes(),
            *signaling,
            *page_routes(),
            *common_routes(),
        ],
        dependencies={name: _given(value) for name, value in served.items()},
        exception_handlers={Exception: _problem},
        before_request=_refuse_foreign,
        request_max_body_size=_MAX_BODY_BYTES,
        logging_config=None,
        openapi_config=OpenAPIConfig(
            title="Motcua conference server",
            version="1",
            path="/api/schema",
            render_plugins=[JsonRenderPlugin(path="/openapi.json")],
        ),
    )
    return _with_headers(app)


def _given(value: Any) -> Provide:
    return Provide(lambda: value, sync_to_thread=False)


def _problem(request: Request[Any, Any, Any], error: Exception) -> Response[Refused]:
    answer = problem(request, error)
    answer.status_code = _STATUS.get(answer.content.code, answer.status_code)
    return answer


def _refuse_foreign(request: Request[Any, Any, Any]) -> None:
    """Refuse what another site's page sends (CSRF): a browser names its page's origin.

    A cookie without an origin is no browser of ours, and refused too.
    """
    if request.method in _SAFE or request.scope["path"].startswith(_MEDIA_DOORS):
        return
    origin = request.headers.get("origin")
    if origin is None and COOKIE not in request.cookies:
        return
    if origin is None or urlsplit(origin).netloc != request.headers.get("host", ""):
        raise ForeignOriginError


def _with_headers(app: ASGIApp) -> ASGIApp:
    """Let nothing be kept by browsers but fonts, and no answer be taken for another kind."""

    async def secured(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                path = str(scope.get("path", ""))
                given = {name for name, _ in message["headers"]}
                fonts = path.startswith("/fonts/")
                wanted = {
                    b"x-content-type-options": b"nosniff",
                    b"referrer-policy": b"no-referrer",
                    b"cache-control": b"public, max-age=86400" if fonts else b"no-store",
                }
                added = [(name, value) for name, value in wanted.items() if name not in given]
                message["headers"] = [*message["headers"], *added]
            await send(message)

        await app(scope, receive, send_secured)

    return secured
