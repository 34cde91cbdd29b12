"""The one-stop API for clients (docs/openapi/one-stop.yaml): numbers, papers, dossiers, progress.

The bodies are `kiosk.api.dossiers`, shared with the connector.
"""

import asyncio
import base64
import binascii
import re
from collections.abc import AsyncIterator
from typing import Annotated, Any

from litestar import Request, Router, get, post
from litestar.di import NamedDependency
from litestar.openapi.spec import OpenAPIMediaType, Operation, RequestBody, Schema
from litestar.openapi.spec.enums import OpenAPIFormat, OpenAPIType
from litestar.params import FromPath, HeaderParameter, JSONBody

from devices.contract.errors import BusyError, DeadlinePassedError
from kiosk.api import dossiers as wire
from kiosk.register.access import for_client
from kiosk.register.dossiers.bodies import MorePapers, ReportedStep
from kiosk.register.dossiers.errors import DigestError, KeyMissingError, PaperTooLargeError
from kiosk.register.dossiers.office import Office
from kiosk.register.dossiers.views import progress, status
from kiosk.register.errors import RequestReusedError
from kiosk.register.scopes import Scope

BASE = "/api/one-stop"
_KEY = re.compile(r"^[A-Za-z0-9._-]{1,128}\Z")
_DIGEST = re.compile(r"sha-256=:([A-Za-z0-9+/=]+):")
_CHUNK = 256 * 1024
_UPLOAD_WITHIN_S = 600.0  # 20 MB over a third of a megabit

AnyRequest = Request[Any, Any, Any]
Key = Annotated[
    str,
    HeaderParameter(
        name="Idempotency-Key",
        description="The same key with the same request is carried out once, and answered alike.",
        pattern=_KEY.pattern.replace(r"\Z", "$"),
    ),
]
Here = NamedDependency[Office]
_TAGS = ["one-stop"]
_OF_PAPERS = {415: "The file is no PDF, JPEG or PNG.", 507: "There is no room for more files."}


class _PaperOperation(Operation):
    """The description of an upload: the body is the file itself."""

    def __post_init__(self) -> None:
        binary = Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.BINARY)
        self.request_body = RequestBody(
            required=True,
            description="The file itself: a PDF, JPEG or PNG.",
            content={
                media: OpenAPIMediaType(schema=binary)
                for media in ("application/pdf", "image/jpeg", "image/png")
            },
        )


@post("/numbers", tags=_TAGS, **for_client(Scope.DOSSIERS_NUMBER))
async def next_number(
    request: AnyRequest, data: JSONBody[wire.NextNumber], office: Here, key: Key
) -> wire.DossierNumber:
    """Give the next dossier code of the agency."""
    numbers = office.numbers
    code = await office.store.do(numbers.give, request.auth.client, _checked(key), data)
    return wire.DossierNumber(code=code)


@post(
    "/papers",
    tags=_TAGS,
    operation_class=_PaperOperation,
    request_max_body_size=None,
    **for_client(Scope.DOSSIERS_FILE, _OF_PAPERS),
)
async def add_paper(request: AnyRequest, office: Here, key: Key) -> wire.StoredPaper:
    """Store a file; a `Content-Digest: sha-256` (RFC 9530) is checked. A dossier may name it."""
    client, key = request.auth.client, _checked(key)
    expected = _expected(request.headers.get("content-digest", ""))
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > office.most_paper_bytes:
        raise PaperTooLargeError
    file = await office.store.do(office.papers.arriving)
    try:
        async with asyncio.timeout(_UPLOAD_WITHIN_S):
            async for chunk in _gathered(request):
                await office.files.do(file.add, chunk)
        if expected and file.sha256 != expected:
            raise DigestError
        earlier = await office.store.do(office.papers.known, client, key)
        if earlier is None:
            await office.files.do(file.whole)
            earlier = await office.store.do(office.papers.keep, client, key, file)
        if earlier.sha256 != file.sha256:
            raise RequestReusedError
    except TimeoutError:
        raise DeadlinePassedError("The file did not come in time.") from None
    finally:
        try:
            await office.files.do(file.end)
        except BusyError:  # no job of this file is under way
            await asyncio.to_thread(file.end)
    return wire.StoredPaper(id=earlier.id, sha256=earlier.sha256)


@post("/dossiers", tags=_TAGS, **for_client(Scope.DOSSIERS_CREATE))
async def create(
    request: AnyRequest, data: JSONBody[wire.NewDossier], office: Here, key: Key
) -> wire.DossierStatus:
    """Create a dossier under a number given before: "1 Mới đăng ký" until an officer accepts."""
    row = await office.store.do(office.intake.create, request.auth.client, _checked(key), data)
    return status(row, office.config)


@get("/dossiers/{code:str}", tags=_TAGS, **for_client(Scope.DOSSIERS_STATUS))
async def look_up(code: FromPath[str], office: Here) -> wire.DossierStatus:
    """Return how far a dossier is, by its code or the kiosk's own; nothing of a person is in it."""
    return status(await office.store.do(office.shelf.known, code), office.config)


@get("/dossiers/{code:str}/progress", tags=_TAGS, **for_client(Scope.DOSSIERS_STATUS))
async def look_at_progress(code: FromPath[str], office: Here) -> tuple[wire.ProgressStep, ...]:
    """Return the steps a dossier has taken, oldest first."""
    row = await office.store.do(office.shelf.known, code)
    return progress(await office.store.do(office.shelf.steps, row.code), office.config)


@post(
    "/dossiers/{code:str}/progress",
    tags=_TAGS,
    status_code=200,
    **for_client(Scope.DOSSIERS_PROGRESS),
)
async def report(
    request: AnyRequest, code: FromPath[str], data: JSONBody[ReportedStep], office: Here
) -> wire.DossierStatus:
    """Take a step that a system of the office reports; the state it is in already is no step."""
    row = await office.store.do(office.report, request.auth.client, code, data)
    return status(row, office.config)


@post(
    "/dossiers/{code:str}/papers",
    tags=_TAGS,
    status_code=200,
    **for_client(Scope.DOSSIERS_CREATE),
)
async def add_to_dossier(
    request: AnyRequest, code: FromPath[str], data: JSONBody[MorePapers], office: Here
) -> wire.DossierStatus:
    """Add papers that the dossier lacked; those that it has are not added again."""
    client = request.auth.client
    row = await office.store.do(office.intake.add_sent, client, code, data.components)
    return status(row, office.config)


def api_routes() -> Router:
    """Return the routes."""
    return Router(
        path=BASE,
        route_handlers=[
            next_number,
            add_paper,
            create,
            look_up,
            look_at_progress,
            report,
            add_to_dossier,
        ],
    )


def _checked(key: str) -> str:
    if not _KEY.match(key):
        raise KeyMissingError
    return key


def _expected(header: str) -> str:
    """Return the SHA-256 that was sent, in hexadecimal, or nothing; raises DigestError."""
    found = _DIGEST.search(header)
    if found is None:
        return ""
    try:
        return base64.b64decode(found[1], validate=True).hex()
    except (binascii.Error, ValueError) as error:
        raise DigestError from error


async def _gathered(request: AnyRequest) -> AsyncIterator[bytes]:
    """Yield the body in pieces that are worth a thread's while."""
    waiting = bytearray()
    async for chunk in request.stream():
        waiting += chunk
        if len(waiting) >= _CHUNK:
            yield bytes(waiting)
            waiting.clear()
    yield bytes(waiting)
