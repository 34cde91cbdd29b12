"""Who may ask what of the counter server."""

import hmac
from typing import Any

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.types import Guard

from kiosk.api.errors import BadKeyError
from kiosk.counter.sessions import COOKIE, Sessions

AnyRequest = Request[Any, Any, Any]


def kiosk_only(site_key: str) -> Guard:
    """Return the guard of what only a kiosk needs: it asks for the site's key, when one is set."""

    def guard(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
        shown = connection.headers.get("authorization", "")
        if site_key and not hmac.compare_digest(shown.encode(), f"Bearer {site_key}".encode()):
            raise BadKeyError

    return guard


async def signed_in(request: AnyRequest, sessions: NamedDependency[Sessions]) -> str:
    """Return the counter of the officer's session, a dependency; raises NotSignedInError."""
    return await sessions.counter(request.cookies.get(COOKIE))
