"""The pages' routes. They hold no data: each page asks the API and follows the stream."""

from pathlib import Path
from typing import Any

import jinja2
from litestar import MediaType, Response, get
from litestar.datastructures import CacheControlHeader
from litestar.params import FromPath
from litestar.static_files import create_static_files_router

STATIC = Path(__file__).parent / "static"
_TEMPLATES = Path(__file__).parent / "templates"
SECURE = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' blob:; media-src 'self' blob: mediastream:; font-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Permissions-Policy": "camera=(self), microphone=(self), display-capture=(self), "
    "geolocation=()",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
"""Headers of every page: no script, style or picture of anybody else, and none inline."""


def page_routes() -> list[Any]:
    """Return `/`, `/console`, `/help`, `/join/{code}` and `/pages/...` (their scripts and looks).

    `/static` and `/fonts` are `devices.web.serve.common_routes`.
    """
    drawer = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
    )

    def page(name: str) -> Response[str]:
        return Response(
            drawer.get_template(f"{name}.html").render(),
            media_type=MediaType.HTML,
            headers=SECURE,
        )

    @get("/", include_in_schema=False)
    async def home() -> Response[str]:
        return page("home")

    @get("/console", include_in_schema=False)
    async def console() -> Response[str]:
        return page("console")

    @get("/help", include_in_schema=False)
    async def help_desk() -> Response[str]:
        return page("help")

    @get("/join/{code:str}", include_in_schema=False)
    async def join(code: FromPath[str]) -> Response[str]:
        del code  # the page's script reads it where it stands
        return page("join")

    return [
        home,
        console,
        help_desk,
        join,
        create_static_files_router(
            path="/pages",
            directories=[STATIC],
            include_in_schema=False,
            cache_control=CacheControlHeader(no_cache=True),
        ),
    ]
