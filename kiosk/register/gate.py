"""The gate before every route: what has no mark of `access.py` is nobody's."""

from typing import Any
from urllib.parse import urlsplit

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.types import Guard

from kiosk.register.access import NEEDS, AClient, AnOfficer, Anybody
from kiosk.register.errors import ForeignOriginError, NotAllowedError
from kiosk.register.oauth import Tokens
from kiosk.register.sessions import COOKIE, Sessions

_SAFE = ("GET", "HEAD", "OPTIONS")


def gate(tokens: Tokens, sessions: Sessions) -> Guard:
    """Return the guard of the whole application.

    `request.auth` is then a client's `Caller`, `request.user` the officer.
    """

    async def guard(
        connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler
    ) -> None:
        match handler.opt.get(NEEDS):
            case Anybody():
                return
            case AClient(scope=scope):
                connection.scope["auth"] = tokens.judge(connection.headers, scope)
            case AnOfficer(role=role):
                shown = connection.cookies.get(COOKIE)
                connection.scope["user"] = await sessions.officer(shown, role)
            case _:
                raise NotAllowedError

    return guard


def refuse_foreign_pages(request: Request[Any, Any, Any]) -> None:
    """Refuse what another site's page sends (CSRF): a browser names its page's origin.

    A cookie without an origin is no browser of ours, and refused too.
    """
    origin = request.headers.get("origin")
    if request.method in _SAFE or (origin is None and COOKIE not in request.cookies):
        return
    if origin is None or urlsplit(origin).netloc != request.headers.get("host", ""):
        raise ForeignOriginError
