"""What stays of a conference, for the chair's side: recordings and minutes."""

import asyncio
from collections.abc import Callable
from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from devices.contract.errors import DeadlinePassedError
from devices.papers.document import Document
from devices.papers.odt import write_odt
from devices.papers.pdf import write_pdf
from devices.web.ranges import ranged
from vc.server import api
from vc.server.control import Live, NothingOpenError
from vc.server.minutes.account import account_of
from vc.server.minutes.document import document_of
from vc.server.record.errors import NoRecordingError
from vc.server.record.recorder import Recorder
from vc.server.record.shelf import FORMATS
from vc.server.store import NoConferenceError

AnyRequest = Request[Any, Any, Any]
AtDesk = NamedDependency[api.Session]
TheLive = NamedDependency[Live]
TheRecorder = NamedDependency[Recorder]
_MEDIA_TYPES = {"mkv": "video/x-matroska", "mp4": "video/mp4"}
_ODT = "application/vnd.oasis.opendocument.text"
_WRITTEN_WITHIN_S = 20.0


@get("/api/recordings")
async def recordings(session: AtDesk, recorder: TheRecorder) -> list[api.RecordingRow]:
    """Return all recordings, the newest first."""
    del session
    return list(await recorder.recordings())


@get("/recordings/{name:str}", include_in_schema=False)
async def recording(
    name: FromPath[str], session: AtDesk, recorder: TheRecorder, request: AnyRequest
) -> Response[Any]:
    """Return a recording's file, or the range of it that is asked for."""
    del session
    stem, _, kind = name.rpartition(".")
    known = next((one for one in FORMATS if one == kind), None)
    path = await asyncio.to_thread(recorder.file, stem, known) if known else None
    if known is None or path is None:
        raise NoRecordingError
    return ranged(path, request.headers.get("range", ""), _MEDIA_TYPES[known])


@get("/api/minutes.odt", include_in_schema=False)
async def minutes_odt(
    session: AtDesk, live: TheLive, conference: FromQuery[str] = ""
) -> Response[bytes]:
    """Return the minutes as an OpenDocument text."""
    del session
    return await _written(live, conference, write_odt, "odt", _ODT)


@get("/api/minutes.pdf", include_in_schema=False)
async def minutes_pdf(
    session: AtDesk, live: TheLive, conference: FromQuery[str] = ""
) -> Response[bytes]:
    """Return the minutes as a PDF."""
    del session
    return await _written(live, conference, write_pdf, "pdf", "application/pdf")


async def _written(
    live: Live, conference: str, write: Callable[[Document], bytes], kind: str, media_type: str
) -> Response[bytes]:
    """Write the minutes of the open conference, or of the one named."""
    state = await live.read(live.store.state, conference) if conference else live.state
    if state is None:
        raise NoConferenceError if conference else NothingOpenError
    facts = await live.read(live.store.facts, state.plan.id)
    try:
        async with asyncio.timeout(_WRITTEN_WITHIN_S):
            content = await asyncio.to_thread(lambda: write(document_of(account_of(state, facts))))
    except TimeoutError as error:
        raise DeadlinePassedError("The minutes took too long to write.") from error
    name = f'attachment; filename="bien-ban-{state.plan.id}.{kind}"'
    return Response(content, media_type=media_type, headers={"content-disposition": name})


KEEPING = (recordings, recording, minutes_odt, minutes_pdf)
"""Handlers for a router whose sessions are the chair's side's."""
