"""Pages and API of terminals: the screen as it is, keys, the end, and recordings."""

import asyncio
from pathlib import Path
from typing import Annotated, Any

import msgspec
from litestar import MediaType, Response, get, post
from litestar.params import JSONBody, PathParameter
from litestar.response import Redirect, ServerSentEvent

from devices.contract.errors import NotAllowedError
from devices.web.ranges import ranged
from provisioning.controller.access import needs, person_of
from provisioning.controller.answers import AnyRequest, html, language_of
from provisioning.controller.origins import own_origin
from provisioning.controller.pages import Pages
from provisioning.controller.remote.recordings import NoSuchShellError, ShellRecord
from provisioning.controller.rights import Right
from provisioning.controller.rooms import Rooms

_Name = Annotated[str, PathParameter(pattern=r"^[0-9a-f]{24}$")]
_provisions = needs(Right.PROVISION)


class Keys(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was typed, as a terminal sends it."""

    keys: Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]


def routes(rooms: Rooms, pages: Pages) -> list[Any]:
    """Return the route handlers."""
    return [*_looking(rooms, pages), *_typing(rooms)]


def _looking(rooms: Rooms, pages: Pages) -> list[Any]:
    shells, recordings = rooms.remote.shells, rooms.remote.recordings

    async def record_of(request: AnyRequest, name: str) -> ShellRecord:
        record = await recordings.on_record(name)
        rooms.reach.check(request, Right.PROVISION, record.box)
        return record

    @get(
        "/shells/{name:str}",
        media_type=MediaType.HTML,
        include_in_schema=False,
        guards=[_provisions],
    )
    async def page(request: AnyRequest, name: _Name) -> Response[str]:
        language = language_of(request)
        try:
            record = await record_of(request, name)
        except NoSuchShellError:  # the box has not come yet
            order = await rooms.queries.do(rooms.remote.orders.ledger.order, name)
            rooms.reach.check(request, Right.PROVISION, order.box)
            return Redirect(f"/boxes/{order.box}#orders", status_code=303)
        drawn = pages.draw(
            "remote_shell.html",
            language,
            rooms.clock.now(),
            person=person_of(request),
            shell=record,
            replayed=await rooms.papers.do(recordings.replay, name) if record.ended_at else None,
            own=record.actor == person_of(request).login,
        )
        return html(drawn, language)

    @get("/api/shells/{name:str}/stream", include_in_schema=False, guards=[_provisions])
    async def stream(request: AnyRequest, name: _Name) -> ServerSentEvent:
        await record_of(request, name)
        return shells.watch(name)

    @get("/api/shells/{name:str}/recording", guards=[_provisions])
    async def recording(request: AnyRequest, name: _Name) -> Response[Any]:
        """Return the recording as asciicast v2."""
        await record_of(request, name)
        path: Path = recordings.file(name)
        if not await asyncio.to_thread(path.is_file):
            raise NoSuchShellError("The recording is not here any more.")
        return ranged(path, request.headers.get("range", ""), "application/x-asciicast")

    return [page, stream, recording]


def _typing(rooms: Rooms) -> list[Any]:
    shells, recordings = rooms.remote.shells, rooms.remote.recordings

    async def owned(request: AnyRequest, name: str) -> ShellRecord:
        record = await recordings.on_record(name)
        person = rooms.reach.check(request, Right.PROVISION, record.box)
        if person.login != record.actor:
            raise NotAllowedError("Only who opened a terminal types into it.")
        return record

    @post(
        "/api/shells/{name:str}/keys",
        guards=[_provisions, own_origin],
        status_code=204,
    )
    async def keys(request: AnyRequest, name: _Name, data: JSONBody[Keys]) -> None:
        """Type into your own terminal."""
        await owned(request, name)
        await shells.type(name, data.keys)

    @post(
        "/shells/{name:str}/end",
        guards=[_provisions, own_origin],
        include_in_schema=False,
        status_code=303,
    )
    async def end(request: AnyRequest, name: _Name) -> Redirect:
        record = await recordings.on_record(name)
        rooms.reach.check(request, Right.PROVISION, record.box)
        shells.session(name).end("person")
        return Redirect(f"/shells/{name}", status_code=303)

    return [keys, end]
