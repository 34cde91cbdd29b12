"""The box's own page on loopback: what is the matter as a picture, and as words for who draws."""

from typing import Any
from urllib.parse import urlsplit

from litestar import Litestar, MediaType, Response, get
from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler

from devices.contract.errors import MotcuaError
from devices.contract.notice import PATH, BoxNotice
from devices.runtime.worker import Worker
from devices.web.serve import problem
from provisioning.agent.matters import WORDS
from provisioning.agent.notice import Notice
from provisioning.agent.screen import png

_REFRESH_S = 3
_NAMES = ("127.0.0.1", "localhost")
_PAGE = f"""<!doctype html>
<html lang="vi"><head><meta charset="utf-8"><meta http-equiv="refresh" content="{_REFRESH_S}">
<title>motcua</title><link rel="stylesheet" href="/screen.css"></head>
<body><img src="/screen.png" alt="HEADLINE"></body></html>
"""
_CSS = """html, body { margin: 0; height: 100%; background: #fff; overflow: hidden }
img { display: block; width: 100vw; height: 100vh; object-fit: contain }
"""


class ForeignHostError(MotcuaError):
    """This page is for this box's own screen: it is called 127.0.0.1 or localhost."""

    code = "host.unknown"


def app(notice: Notice, worker: Worker, *, width: int, height: int) -> Litestar:
    """Return the application: `/`, `/screen.png` and `/state`."""
    return Litestar(
        route_handlers=_routes(notice, worker, width, height),
        guards=[_called_by_its_name],
        exception_handlers={Exception: problem},
        response_headers={
            "Cache-Control": "no-store",
            "Content-Security-Policy": "default-src 'none'; img-src 'self'; style-src 'self'",
            "X-Content-Type-Options": "nosniff",
        },
        logging_config=None,
        openapi_config=None,
    )


def _called_by_its_name(
    connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler
) -> None:
    """Refuse a page of elsewhere whose name was bent to this address (DNS rebinding)."""
    if urlsplit(f"//{connection.headers.get('host', '')}").hostname not in _NAMES:
        raise ForeignHostError


def _routes(notice: Notice, worker: Worker, width: int, height: int) -> list[Any]:
    @get("/", media_type=MediaType.HTML)
    async def page() -> str:
        return _PAGE.replace("HEADLINE", WORDS[notice.showing.foremost.code].headline)

    @get("/screen.css", media_type="text/css")
    async def css() -> str:
        return _CSS

    @get("/screen.png")
    async def picture() -> Response[bytes]:
        drawn = await worker.do(png, notice.showing, width, height)
        return Response(drawn, media_type="image/png")

    @get(PATH)
    async def state() -> BoxNotice:
        return notice.showing.told

    return [page, css, picture, state]
