"""The pages: the officers' console, the TV board, a citizen's ticket on the phone, and an index."""

from pathlib import Path
from typing import Any

import jinja2
from litestar import MediaType, Response, get
from litestar.params import FromPath

STATIC = Path(__file__).parent / "static"
_TEMPLATES = Path(__file__).parent / "templates"


def pages() -> list[Any]:
    """Return the pages' routes. They hold no data: each asks the API and follows the stream."""
    drawer = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
    )

    def page(name: str) -> Response[str]:
        return Response(drawer.get_template(name).render(), media_type=MediaType.HTML)

    @get("/", include_in_schema=False)
    async def index() -> Response[str]:
        return page("index.html")

    @get("/officer", include_in_schema=False)
    async def officer() -> Response[str]:
        return page("officer.html")

    @get("/tv", include_in_schema=False)
    async def board() -> Response[str]:
        return page("tv.html")

    @get("/t/{code:str}", include_in_schema=False)
    async def ticket(code: FromPath[str]) -> Response[str]:
        del code
        return page("ticket.html")

    return [index, officer, board, ticket]
