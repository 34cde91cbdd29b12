"""From an address that only takes forms to the page it belongs to.

A page that is drawn as the answer of a form stands at the form's address. Whoever changes its
language there, or loads it again, asks for something that is not read but sent.
"""

import re
from typing import Any
from urllib.parse import quote

from litestar import MediaType, Request, Response
from litestar.exceptions import HTTPException
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect

from devices.contract.message import Refused
from devices.web.serve import problem

_NAME = re.compile(r"\\\{\w+\\\}")  # of a path, escaped


def only_sent(
    request: Request[Any, Any, Any], error: HTTPException
) -> Response[Refused] | Redirect:
    """Lead a browser to the nearest page above, its query kept; refuse whatever else asks."""
    asks = request.method == "GET" and "text/html" in request.headers.get("accept", "")
    if not asks or request.url.path.startswith("/api/"):
        return problem(request, error)
    query = request.scope["query_string"].decode("latin-1")
    page = quote(_page_above(request.url.path, _pages(request)))
    return Redirect(f"{page}?{query}" if query else page, status_code=303)


def _pages(request: Request[Any, Any, Any]) -> re.Pattern[str]:
    """Return what the addresses of all pages look like."""
    handlers = (
        (route.path_format, handler)
        for route in request.app.routes
        for handler in getattr(route, "route_handlers", ())
    )
    paths = {
        _NAME.sub("[^/]+", re.escape(path))
        for path, handler in handlers
        if isinstance(handler, HTTPRouteHandler)
        and "GET" in handler.http_methods
        and handler.media_type is MediaType.HTML
    }
    return re.compile("|".join(sorted(paths)))


def _page_above(path: str, pages: re.Pattern[str]) -> str:
    while path := path.rpartition("/")[0]:
        if pages.fullmatch(path):
            return path
    return "/"
