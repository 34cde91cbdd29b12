"""The page of firmware: what is kept for the boxes' boards, put there and taken away by people."""

from typing import Annotated, Any

from litestar import MediaType, Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import PathParameter
from litestar.response import Redirect

from devices.contract.errors import BadPayloadError, MotcuaError
from provisioning.controller.access import needs, needs_everywhere, person_of
from provisioning.controller.answers import AnyRequest, html, language_of
from provisioning.controller.boards.shelf import (
    MOST_IMAGE_BYTES,
    MOST_MANIFEST_BYTES,
    Release,
    Stranger,
)
from provisioning.controller.origins import own_origin
from provisioning.controller.pages import Pages
from provisioning.controller.rights import Right
from provisioning.controller.rooms import Rooms

_PLACE = "/firmware"
_MOST_BODY = MOST_IMAGE_BYTES + MOST_MANIFEST_BYTES + 4_096
_EVERYWHERE = [needs_everywhere(Right.PROVISION), own_origin]
_Release = Annotated[str, PathParameter(pattern=r"^[0-9a-f]{32}$")]


def routes(rooms: Rooms, pages: Pages) -> list[Any]:
    """Return the route handlers."""

    async def drawn(request: AnyRequest, failed: MotcuaError | None = None) -> Response[str]:
        language, person = language_of(request), person_of(request)
        page = pages.draw(
            "boards_firmware.html",
            language,
            rooms.clock.now(),
            person=person,
            here="firmware",
            releases=await rooms.remote.files.do(rooms.shelf.all),
            strangers=await rooms.remote.files.do(rooms.shelf.strangers),
            has_keys=await rooms.remote.files.do(lambda: rooms.shelf.has_keys),
            may=person.may(Right.PROVISION, ()),
            at=rooms.clock.now(),
            failed=failed,
        )
        answer = html(page, language)
        answer.status_code = 400 if failed else 200
        return answer

    @get(
        _PLACE,
        media_type=MediaType.HTML,
        include_in_schema=False,
        guards=[needs(Right.PROVISION)],
    )
    async def page(request: AnyRequest) -> Response[str]:
        return await drawn(request)

    @post(
        _PLACE,
        include_in_schema=False,
        guards=_EVERYWHERE,
        request_max_body_size=_MOST_BODY,
        status_code=303,
    )
    async def put(request: AnyRequest) -> Response[Any]:
        try:
            form = await request.form()
            manifest = await _file(form.get("manifest"), MOST_MANIFEST_BYTES)
            image = await _file(form.get("image"), MOST_IMAGE_BYTES)
            kept: Release = await rooms.remote.files.do(
                rooms.shelf.put, manifest, image, rooms.clock.now()
            )
        except MotcuaError as error:
            return await drawn(request, error)
        await _noted(request, "firmware.put", kept)
        return Redirect(_PLACE, status_code=303)

    @post(
        _PLACE + "/{release:str}/remove",
        include_in_schema=False,
        guards=_EVERYWHERE,
        status_code=303,
    )
    async def remove(request: AnyRequest, release: _Release) -> Redirect:
        gone = await rooms.remote.files.do(rooms.shelf.remove, release)
        await _noted(request, "firmware.removed", gone)
        return Redirect(_PLACE, status_code=303)

    async def _noted(request: AnyRequest, action: str, release: Release | Stranger) -> None:
        what, detail = release.id, "trusted no more"
        if isinstance(release, Release):
            what, detail = f"{release.kind} {release.version}", f"{release.id} {release.name}"
        login = person_of(request).login
        await rooms.queries.do(rooms.audit.write, login, action, what, detail)

    return [page, put, remove]


async def _file(sent: object, most_bytes: int) -> bytes:
    """Return what a field's file holds; raises BadPayloadError."""
    if not isinstance(sent, UploadFile):
        raise BadPayloadError("No file was chosen.")
    content = await sent.read()
    if not content or len(content) > most_bytes:
        raise BadPayloadError(f"A file of 1 to {most_bytes} bytes is needed.")
    return content
