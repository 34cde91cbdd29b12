"""The counter server's HTTP application: pages and API, guarded."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from litestar import Litestar, Request, Response
from litestar.di import Provide
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.static_files import create_static_files_router
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from devices.contract.message import Refused
from devices.web.serve import common_routes, problem
from kiosk.api import errors
from kiosk.counter.announcer import Announcer
from kiosk.counter.live import LiveSite
from kiosk.counter.officer_routes import officer_routes
from kiosk.counter.pages import STATIC, pages
from kiosk.counter.public_routes import public_routes
from kiosk.counter.room import Room
from kiosk.counter.sessions import COOKIES, Sessions

_MAX_BODY_BYTES = 65_536
_STATUS: Mapping[str, int] = {
    errors.BadKeyError.code: 401,
    errors.BadPinError.code: 401,
    errors.TooManyTriesError.code: 429,
    errors.ForeignOriginError.code: 403,
    errors.NotOpenedError.code: 401,
    errors.BadCodeError.code: 401,
    errors.NotConnectedError.code: 503,
    errors.SystemAwayError.code: 503,
    errors.NotSentYetError.code: 409,
    "storage.failed": 503,
    "journal.full": 503,
    "request.deadline": 503,
}
_POLICY = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; connect-src 'self';"
    b" img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = (
    (b"content-security-policy", _POLICY),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)


def application(
    site: LiveSite, announcer: Announcer, sessions: Sessions, rooms: Sequence[Room] = ()
) -> ASGIApp:
    """Return the whole application; `rooms` bring their own routes."""
    served = {
        "site": site,
        "announcer": announcer,
        "sessions": sessions,
        **{name: part for room in rooms for name, part in room.served.items()},
    }
    app = Litestar(
        route_handlers=[
            public_routes(site.config.site_key),
            officer_routes(),
            *(route for room in rooms for route in room.routes),
            *pages([room.console for room in rooms if room.console]),
            *common_routes(),
            create_static_files_router(
                path="/counter", directories=[STATIC], include_in_schema=False
            ),
        ],
        dependencies={name: _provide(part) for name, part in served.items()},
        exception_handlers={Exception: _problem},
        before_request=_refuse_foreign_posts,
        request_max_body_size=_MAX_BODY_BYTES,
        logging_config=None,
        openapi_config=OpenAPIConfig(
            title="Motcua counter server",
            version="1",
            path="/api/schema",
            render_plugins=[JsonRenderPlugin(path="/openapi.json")],
        ),
    )
    return _with_headers(app)


def _provide(part: object) -> Provide:
    return Provide(lambda: part, sync_to_thread=False)


def _problem(request: Request[Any, Any, Any], error: Exception) -> Response[Refused]:
    answer = problem(request, error)
    answer.status_code = _STATUS.get(answer.content.code, answer.status_code)
    return answer


def _refuse_foreign_posts(request: Request[Any, Any, Any]) -> None:
    """Refuse what another site's page sends (CSRF): a browser names its page's origin on each POST.

    A cookie without an origin is no browser of ours, and refused too.
    """
    origin = request.headers.get("origin")
    if request.method != "POST" or (origin is None and not COOKIES & request.cookies.keys()):
        return
    if origin is None or urlsplit(origin).netloc != request.headers.get("host", ""):
        raise errors.ForeignOriginError


def _with_headers(app: ASGIApp) -> ASGIApp:
    """Put the pages' policy on every answer; a browser may keep the fonts, and nothing else."""

    async def secured(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                path = str(scope.get("path", ""))
                keep = b"public, max-age=86400" if path.startswith("/fonts/") else b"no-store"
                kept = [pair for pair in message["headers"] if pair[0] != b"cache-control"]
                message["headers"] = [*kept, *_HEADERS, (b"cache-control", keep)]
            await send(message)

        await app(scope, receive, send_secured)

    return secured
