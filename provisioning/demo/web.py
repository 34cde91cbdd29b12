"""The demo's own page over HTTP: screens as pictures, touches and hands as posts."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import jinja2
import msgspec
from litestar import Litestar, Response, get, post
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler
from litestar.params import FromPath, FromQuery, JSONBody
from litestar.response import File, ServerSentEvent
from litestar.static_files import create_static_files_router

from devices.camera.specimen_paper import Specimen
from devices.contract.errors import MotcuaError
from devices.messages import Kind
from devices.web.serve import as_json, common_routes, problem
from provisioning.broker import LOOPBACK
from provisioning.demo.page import Page

_HERE = Path(__file__).parent
_HOSTS = (LOOPBACK, "localhost")

Share = Annotated[float, msgspec.Meta(ge=0, lt=1)]


class Touch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A touch, as shares of the screen's width and height."""

    x: Share
    y: Share


class PutFault(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Make a device fail; an empty word heals it."""

    device: Kind
    word: str


class Press(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Press a button on an officer's desk."""

    button: str


class PutSheet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Lay a paper under the document camera; null takes it away."""

    sheet: Specimen | None


class Plug(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Plug headphones in or out."""

    plugged: bool


class PutLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Cut or mend a line."""

    cut: bool


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """What the page says besides the state: other pages' addresses, boxes' names, the PINs."""

    links: Mapping[str, str]
    boxes: Mapping[str, str]
    pin: str
    rooms: Mapping[str, str] = msgspec.field(default_factory=dict)
    guest_pin: str = ""
    login: str = ""
    password: str = ""
    clerk: str = ""
    notes: tuple[str, ...] = ()


class ForeignPageError(MotcuaError):
    """The request came from another page than the demo's own."""

    code = "not_allowed"


def page_app(page: Page, words: Words) -> Litestar:
    """Return the application."""
    static = create_static_files_router(
        path="/demo", directories=[_HERE / "static"], include_in_schema=False
    )
    return Litestar(
        route_handlers=[
            *_page_routes(page, words),
            *_screen_routes(page),
            *_box_routes(page),
            *(static, *common_routes()),
        ],
        exception_handlers={Exception: problem},
        guards=[_from_here],
        openapi_config=None,
        logging_config=None,
    )


def _from_here(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Refuse other sites' pages, and names that only lead here (DNS rebinding)."""
    host = connection.headers.get("host", "")
    origin = urlsplit(connection.headers.get("origin", f"//{host}")).netloc
    if origin != host or urlsplit(f"//{host}").hostname not in _HOSTS:
        raise ForeignPageError


def _page_routes(page: Page, words: Words) -> list[HTTPRouteHandler]:
    templates = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE / "templates"), autoescape=True
    )

    @get("/", media_type="text/html", sync_to_thread=False)
    def index() -> str:
        return templates.get_template("demo.html").render(
            words=words,
            sizes=page.sizes(),
            lines=page.world.lines(),
            desks=page.world.desks(),
            scanning=page.world.scanning(),
            hearing=page.world.hearing(),
        )

    @get("/events", sync_to_thread=False)
    def events() -> ServerSentEvent:
        return page.hub.stream(("state", as_json(page.world.state())))

    @post("/parts/{part:str}/kill", status_code=204, sync_to_thread=False)
    def kill(part: FromPath[str]) -> None:
        page.world.kill(part)

    return [index, events, kill]


def _screen_routes(page: Page) -> list[HTTPRouteHandler]:
    @get("/screens/{box:str}")
    async def screen(box: FromPath[str], after: FromQuery[int] = 0) -> Response[bytes]:
        version, jpeg = await page.watch(box).newer(after)
        headers = {"X-Version": str(version), "Cache-Control": "no-store"}
        return Response(jpeg, media_type="image/jpeg", headers=headers)

    @post("/screens/{box:str}/touch", status_code=204)
    async def touch(box: FromPath[str], data: JSONBody[Touch]) -> None:
        plan = page.watch(box).screen.plan
        await page.watch(box).screen.touch(int(data.x * plan.width), int(data.y * plan.height))

    return [screen, touch]


def _box_routes(page: Page) -> list[HTTPRouteHandler]:
    @post("/boxes/{box:str}/fault", status_code=204, sync_to_thread=False)
    def fault(box: FromPath[str], data: JSONBody[PutFault]) -> None:
        page.world.fault(box, data.device, data.word)

    @post("/boxes/{box:str}/press", status_code=204, sync_to_thread=False)
    def press(box: FromPath[str], data: JSONBody[Press]) -> None:
        page.world.press(box, data.button)

    @post("/boxes/{box:str}/card", status_code=204)
    async def card(box: FromPath[str]) -> None:
        await page.world.show_card(box)

    @post("/boxes/{box:str}/sheet", status_code=204, sync_to_thread=False)
    def sheet(box: FromPath[str], data: JSONBody[PutSheet]) -> None:
        page.world.lay(box, data.sheet)

    @post("/boxes/{box:str}/plug", status_code=204, sync_to_thread=False)
    def plug(box: FromPath[str], data: JSONBody[Plug]) -> None:
        page.world.plug(box, plugged=data.plugged)

    @post("/boxes/{box:str}/line", status_code=204, sync_to_thread=False)
    def line(box: FromPath[str], data: JSONBody[PutLine]) -> None:
        page.world.line(box, cut=data.cut)

    @get("/boxes/{box:str}/paper", sync_to_thread=False)
    def paper(box: FromPath[str]) -> File:
        piece = page.world.newest_piece(box)
        return File(piece, media_type="image/png", content_disposition_type="inline")

    return [fault, press, card, sheet, plug, line, paper]
