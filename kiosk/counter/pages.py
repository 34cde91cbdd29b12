"""The pages: consoles, a counter's second screen, the TV board, a ticket on the phone, an index."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jinja2
from litestar import MediaType, Response, get
from litestar.params import FromPath

STATIC = Path(__file__).parent / "static"
_TEMPLATES = Path(__file__).parent / "templates"


def pages(parts: Sequence[str] = ()) -> list[Any]:
    """Return the pages' routes. They hold no data: each asks the API and follows the stream.

    `parts` are the rooms that have a part of the officers' console.
    """
    drawer = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
    )

    def page(name: str) -> Response[str]:
        drawn = drawer.get_template(name).render(parts=parts)
        return Response(drawn, media_type=MediaType.HTML)

    @get("/", include_in_schema=False)
    async def index() -> Response[str]:
        return page("index.html")

    @get("/officer", include_in_schema=False)
    async def officer() -> Response[str]:
        return page("officer.html")

    @get("/head", include_in_schema=False)
    async def head() -> Response[str]:
        return page("head.html")

    @get("/facing/{counter:str}", include_in_schema=False)
    async def facing(counter: FromPath[str]) -> Response[str]:
        del counter
        return page("facing.html")

    @get("/tv", include_in_schema=False)
    async def board() -> Response[str]:
        return page("tv.html")

    @get("/t/{code:str}", include_in_schema=False)
    async def ticket(code: FromPath[str]) -> Response[str]:
        del code
        return page("ticket.html")

    return [index, officer, head, facing, board, ticket]
