"""The register's HTTP application: API and pages of all rooms behind one gate."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from litestar import Litestar, Request, Response
from litestar.di import Provide
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, OAuthFlow, OAuthFlows, SecurityScheme
from litestar.response import Redirect
from litestar.static_files import create_static_files_router
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from devices.contract.errors import MotcuaError
from devices.contract.message import Refused
from devices.web.serve import common_routes, problem
from kiosk.register import scopes
from kiosk.register.access import OPEN, SCHEME
from kiosk.register.door import ROUTES as DOOR
from kiosk.register.errors import NotSignedInError, RegisterError
from kiosk.register.gate import gate, refuse_foreign_pages
from kiosk.register.oauth import Tokens
from kiosk.register.oauth_routes import TOKEN_PATH, oauth_routes
from kiosk.register.pages import STATIC, Pages, led
from kiosk.register.room import Room
from kiosk.register.sessions import Sessions

_MAX_BODY_BYTES = 1_048_576
_STATUS: Mapping[str, int] = {"storage.failed": 503, "request.deadline": 503}
_POLICY = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self';"
    b" img-src 'self' data:; frame-src 'self'; base-uri 'none'; form-action 'self';"
    b" frame-ancestors 'none'"
)
_HEADERS = (
    (b"content-security-policy", _POLICY),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
)


def application(
    rooms: Sequence[Room], *, tokens: Tokens, sessions: Sessions, pages: Pages
) -> ASGIApp:
    """Return the whole application."""
    served: dict[str, object] = {"tokens": tokens, "sessions": sessions, "pages": pages}
    for room in rooms:
        served.update(room.served)
    app = Litestar(
        route_handlers=[
            oauth_routes(),
            *DOOR,
            *(handler for room in rooms for handler in room.routes),
            *_files(),
        ],
        dependencies={name: _given(value) for name, value in served.items()},
        guards=[gate(tokens, sessions)],
        exception_handlers={Exception: _answers(pages)},
        before_request=refuse_foreign_pages,
        request_max_body_size=_MAX_BODY_BYTES,
        logging_config=None,
        openapi_config=openapi_config(),
    )
    return _with_headers(app)


def openapi_config() -> OpenAPIConfig:
    """Return how the routes are described; the document itself is `docs/openapi`'s."""
    flow = OAuthFlow(token_url=TOKEN_PATH, scopes={str(one): "" for one in scopes.Scope})
    scheme = SecurityScheme(type="oauth2", flows=OAuthFlows(client_credentials=flow))
    return OpenAPIConfig(
        title="Motcua register",
        version="1",
        path="/api/schema",
        use_handler_docstrings=True,
        render_plugins=[JsonRenderPlugin(path="/openapi.json")],
        components=Components(security_schemes={SCHEME: scheme}),
    )


def _given(value: object) -> Provide:
    return Provide(lambda: value, sync_to_thread=False)


def _files() -> list[Any]:
    """Return looks and fonts, marked as open: the house's common ones carry no mark of ours."""
    own = create_static_files_router(
        path="/looks", directories=[STATIC], include_in_schema=False, opt=dict(OPEN)
    )
    common = common_routes()
    for router in common:
        router.opt.update(OPEN)
    return [own, *common]


def _answers(pages: Pages) -> Any:
    """Return how errors are answered: a page for who looks, `{code, text, retry}` for machines."""

    def answer(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
        told = _problem(request, error)
        if request.method not in ("GET", "POST") or not _is_page(request):
            return told
        if isinstance(error, NotSignedInError):
            return _to_the_door(request)
        refused, status = told.content, told.status_code or 500
        page = pages.show(
            request, "refused.html", status=status, code=refused.code, text=refused.text
        )
        page.headers.update(told.headers)
        return page

    return answer


def _problem(request: Request[Any, Any, Any], error: Exception) -> Response[Refused]:
    answer = problem(request, error)
    answer.status_code = _STATUS.get(answer.content.code, answer.status_code)
    if isinstance(error, RegisterError):
        answer.status_code = error.status
        answer.headers.update(error.headers)
    elif isinstance(error, MotcuaError) and answer.status_code == 503:  # noqa: PLR2004 - RFC 9110
        answer.headers["retry-after"] = "1"
    return answer


def _is_page(request: Request[Any, Any, Any]) -> bool:
    return "text/html" in request.headers.get("accept", "")


def _to_the_door(request: Request[Any, Any, Any]) -> Redirect:
    path = request.url.path if request.method == "GET" else "/"
    return led(f"/sign-in?to={quote(path, safe='/')}" if path != "/" else "/sign-in")


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
