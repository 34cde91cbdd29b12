"""The second screen's way in, and the officer's hand on it."""

import secrets
from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from litestar import Response, Router, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, JSONBody
from litestar.response import ServerSentEvent

from kiosk.api.errors import BadCodeError, NotOpenedError
from kiosk.api.words import Request
from kiosk.counter.bodies import Nothing
from kiosk.counter.config import DeskConfig
from kiosk.counter.facing.desk import FacingDesk
from kiosk.counter.facing.screens import FacingScreens
from kiosk.counter.facing.sheets import FacingConsole, FacingState
from kiosk.counter.guards import AnyRequest, signed_in
from kiosk.counter.live import LiveSite
from kiosk.counter.sessions import FACING_COOKIE

Facing = NamedDependency[FacingScreens]
Desk = NamedDependency[FacingDesk]
ScreenAt = NamedDependency[DeskConfig]
SignedIn = NamedDependency[str]  # the counter of the session
_KEPT_S = 400 * 86_400  # the longest a browser keeps a cookie


class OpenScreen(Request, frozen=True, kw_only=True):
    """The code an officer reads from the console."""

    code: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{6}(?!\n)$")]


class SayWords(Request, frozen=True, kw_only=True):
    """Words of the site's list, "" for none."""

    words: Annotated[str, msgspec.Meta(max_length=64)]


async def screen_at(
    request: AnyRequest, site: NamedDependency[LiveSite], facing_desk: Desk
) -> DeskConfig:
    """Return the counter a screen was opened at, a dependency; raises NotOpenedError."""
    token = request.cookies.get(FACING_COOKIE, "")
    counter = await facing_desk.counter_of(token) if token else ""
    desk = site.config.desk(counter)
    if desk is None or counter != request.path_params["counter"]:
        raise NotOpenedError
    return desk


@post("/api/facing/{counter:str}/open", status_code=201)
async def open_screen(
    counter: FromPath[str], data: JSONBody[OpenScreen], facing_desk: Desk
) -> Response[Mapping[str, Any]]:
    """Open a screen at a counter, with its officer's code. Raises BadCodeError."""
    token = secrets.token_urlsafe(32)
    if not await facing_desk.admit(counter, data.code, token):
        raise BadCodeError
    cookie = Cookie(
        key=FACING_COOKIE,
        value=token,
        path=f"/api/facing/{counter}",
        httponly=True,
        samesite="strict",
        max_age=_KEPT_S,
    )
    return Response({}, status_code=201, cookies=[cookie])


@get("/state")
async def get_facing(screen_at: ScreenAt, facing: Facing) -> FacingState:
    """Return what the screen shows now."""
    return await facing.state(screen_at)


@get("/stream")
async def get_facing_stream(screen_at: ScreenAt, facing: Facing) -> ServerSentEvent:
    """Stream `tick`, `facing` and `closed`; the whole state first."""
    return await facing.stream(screen_at)


@post("/stay", status_code=204)
async def stay(data: JSONBody[Nothing], screen_at: ScreenAt, facing: Facing) -> None:
    """Leave the sheet a while longer: somebody touched the screen."""
    del data
    facing.stay(screen_at.id)


@get("/")
async def get_console(counter: SignedIn, facing_desk: Desk) -> FacingConsole:
    """Return what the console says of the second screen."""
    return await facing_desk.console(counter)


@post("/code", status_code=200)
async def new_code(data: JSONBody[Nothing], counter: SignedIn, facing_desk: Desk) -> FacingConsole:
    """Make a code that opens one screen."""
    del data
    facing_desk.new_code(counter)
    return await facing_desk.console(counter)


@post("/close", status_code=200)
async def close_screens(
    data: JSONBody[Nothing], counter: SignedIn, facing_desk: Desk
) -> FacingConsole:
    """Close the counter's screens; each needs a new code."""
    del data
    await facing_desk.close(counter)
    return await facing_desk.console(counter)


@post("/words", status_code=200)
async def say_words(
    data: JSONBody[SayWords], counter: SignedIn, facing_desk: Desk
) -> FacingConsole:
    """Show words of the site's list."""
    facing_desk.say(counter, data.words)
    return await facing_desk.console(counter)


@post("/ticket", status_code=200)
async def show_ticket(
    data: JSONBody[Nothing], counter: SignedIn, facing_desk: Desk
) -> FacingConsole:
    """Show what is kept of the number served now, to check it together."""
    del data
    await facing_desk.show_ticket(counter)
    return await facing_desk.console(counter)


@post("/clear", status_code=200)
async def clear_sheet(
    data: JSONBody[Nothing], counter: SignedIn, facing_desk: Desk
) -> FacingConsole:
    """Take the sheet away."""
    del data
    facing_desk.clear(counter)
    return await facing_desk.console(counter)


def facing_routes() -> list[Router]:
    """Return the routes: a screen's, with its own cookie; and the officers', behind sessions."""
    of_screens = Router(
        path="/api/facing/{counter:str}",
        route_handlers=[get_facing, get_facing_stream, stay],
        dependencies={"screen_at": Provide(screen_at)},
    )
    of_officers = Router(
        path="/api/officer/facing",
        route_handlers=[get_console, new_code, close_screens, say_words, show_ticket, clear_sheet],
        dependencies={"counter": Provide(signed_in)},
    )
    return [Router(path="/", route_handlers=[open_screen]), of_screens, of_officers]
