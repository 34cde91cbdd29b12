"""What boxes ask of the gate for their orders: files to put, and the bytes of a terminal."""

import re
from base64 import b64decode
from collections.abc import Callable
from typing import Annotated, Any

from litestar import Request, Response, get, post, put
from litestar.connection import ASGIConnection
from litestar.params import PathParameter
from litestar.response import Stream

from devices.contract.errors import BadPayloadError
from devices.contract.message import Done, Refused, refused
from provisioning.controller.remote.remote import Remote
from provisioning.controller.remote.uploads import (
    ChangedUploadError,
    Piece,
    Received,
    WrongDigestError,
)

AnyRequest = Request[Any, Any, Any]
BoxOf = Callable[[ASGIConnection[Any, Any, Any, Any]], str]
"""Whose valid certificate was shown; raises a MotcuaError when none was."""

_MOST_PIECE = 2**20
_RANGE = re.compile(r"^bytes ([0-9]{1,15})-([0-9]{1,15})/([0-9]{1,15})\Z")
_DIGEST = re.compile(r"^sha-256=:([A-Za-z0-9+/]{43}=):\Z")
_Name = Annotated[str, PathParameter(pattern=r"^[0-9a-f]{24}$")]


def routes(remote: Remote, box_of: BoxOf) -> list[Any]:
    """Return the handlers for the gate."""

    @get("/box/uploads/{name:str}")
    async def received(request: AnyRequest, name: _Name) -> Received:
        """Return how much of a file is here."""
        box = box_of(request)
        return await remote.files.do(remote.uploads.received, box, name)

    @put(
        "/box/uploads/{name:str}",
        exception_handlers={WrongDigestError: _mangled, ChangedUploadError: _other},
        request_max_body_size=_MOST_PIECE,
    )
    async def put_piece(request: AnyRequest, name: _Name) -> Received:
        """Keep a piece of a file (RFC 9110 §14.4 on PUT, RFC 9530 §3)."""
        box = box_of(request)
        piece = _piece(request, await request.body())
        return await remote.files.do(remote.uploads.put, box, name, piece)

    @post("/box/shells/{name:str}/output", request_max_body_size=None, status_code=200)
    async def shell_output(request: AnyRequest, name: _Name) -> Done:
        """Take what a terminal shows, until it ends."""
        await remote.shells.output(box_of(request), name, request.stream())
        return Done()

    @get("/box/shells/{name:str}/input")
    async def shell_input(request: AnyRequest, name: _Name) -> Stream:
        """Return what is typed for a terminal, as it is typed, until it ends."""
        typed = await remote.shells.input(box_of(request), name)
        return Stream(typed, media_type="application/x-ndjson")

    return [received, put_piece, shell_output, shell_input]


def _piece(request: AnyRequest, data: bytes) -> Piece:
    """Return what came; raises BadPayloadError."""
    bounds = _RANGE.match(request.headers.get("content-range", ""))
    digest = _DIGEST.match(request.headers.get("repr-digest", ""))
    if bounds is None or digest is None:
        raise BadPayloadError("Content-Range and Repr-Digest (sha-256) are needed.")
    first, last, size = (int(group) for group in bounds.groups())
    if last - first + 1 != len(data) or last >= size:
        raise BadPayloadError("Content-Range does not fit the body.")
    return Piece(begin=first, size_bytes=size, sha256=b64decode(digest.group(1)).hex(), data=data)


def _mangled(_: AnyRequest, error: WrongDigestError) -> Response[Refused]:
    return Response(refused(error), status_code=422, media_type="application/json")


def _other(_: AnyRequest, error: ChangedUploadError) -> Response[Refused]:
    return Response(refused(error), status_code=403, media_type="application/json")
