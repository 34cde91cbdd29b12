"""What boxes fetch at the gate: the firmware that they were ordered to install, and no other."""

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.connection import ASGIConnection
from litestar.params import FromPath, PathParameter

from devices.runtime.worker import Worker
from devices.web.ranges import ranged
from provisioning.commands import InstallFirmware
from provisioning.controller.boards.errors import NoSuchReleaseError
from provisioning.controller.boards.shelf import Shelf
from provisioning.controller.remote.ledger import Ledger

AnyRequest = Request[Any, Any, Any]
BoxOf = Callable[[ASGIConnection[Any, Any, Any, Any]], str]
_Name = Annotated[str, PathParameter(pattern=r"^[0-9a-f]{24}$")]


class Piece(StrEnum):
    """The two files of a release."""

    MANIFEST = "manifest"
    IMAGE = "image"


def routes(shelf: Shelf, ledger: Ledger, files: Worker, box_of: BoxOf) -> list[Any]:
    """Return the handlers for the gate; `box_of` raises when no valid certificate was shown."""

    def found(box: str, order: str, piece: Piece) -> Path:
        record = ledger.order(order)
        wanted = record.order if record.open and record.box == box else None
        if not isinstance(wanted, InstallFirmware):
            raise NoSuchReleaseError
        manifest, image = shelf.files(wanted.release)
        return manifest if piece is Piece.MANIFEST else image

    @get("/box/firmware/{name:str}/{piece:str}")
    async def fetched(request: AnyRequest, name: _Name, piece: FromPath[Piece]) -> Response[Any]:
        """Return a file of the order's firmware, or a range of it (RFC 9110 §14)."""
        path = await files.do(found, box_of(request), name, piece)
        return ranged(path, request.headers.get("range", ""), "application/octet-stream")

    return [fetched]
