"""The help desk over HTTP: officers by their session, the two ends of a call by its tokens.

| route | who | does |
|---|---|---|
| `GET /api/help/live` | at the desk | SSE: `calls` HelpRows; open: on duty; ends with the session |
| `POST /api/help/{call}/take` | at the desk | -> TakenCall; the first one gets it |
| `POST /api/help/{call}/end` | who took it | -> 204 |
| `GET /api/help/{call}/form` | who took it | -> JPEG |
| `POST, PATCH, DELETE /help-calls/{call}/media` | the officer's token | as WHIP, both ways |
| `/help-calls/{call}...` | the kiosk's token | `vc.helping` |
"""

from typing import Any

from litestar import Request, Response, Router, delete, get, patch, post, put
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery
from litestar.response import ServerSentEvent

from devices.contract.errors import DeadlinePassedError
from vc.acts import Role
from vc.helping import MOST_FORM_BYTES, Ended, HelpNews, Hidden
from vc.server import api
from vc.server.help.calls import HelpCalls, TakenCall
from vc.server.help.lines import HelpLine
from vc.server.sessions import COOKIE, DESK, NotForYouError, NotSignedInError, Sessions, seat_of
from vc.signaling.errors import NotAcceptedTypeError, NoTokenError
from vc.signaling.replies import refusal
from vc.signaling.sdp import MAX_SDP_BYTES, read_description, text_of

AT_HELP = (Role.HELPER, *DESK)
_SDP, _FRAGMENT, _JPEG = "application/sdp", "application/trickle-ice-sdpfrag", "image/jpeg"
_AnyRequest = Request[Any, Any, Any]
Calls = NamedDependency[HelpCalls]
Officer = NamedDependency[api.Session]


def help_routes() -> list[Router]:
    """Return the routes; the handlers ask for `help_calls`."""
    return [
        Router(
            path="/api/help",
            route_handlers=[live, take, end, form],
            dependencies={"session": Provide(_at_help)},
        ),
        Router(
            path="/help-calls/{call:str}",
            route_handlers=[offer, candidates, leave, news, answer, hang_up],
            exception_handlers={Exception: refusal},
            request_max_body_size=MAX_SDP_BYTES,
            include_in_schema=False,
        ),
        Router(
            path="/help-calls/{call:str}/form",
            route_handlers=[show, hide],
            exception_handlers={Exception: refusal},
            request_max_body_size=MOST_FORM_BYTES,
            include_in_schema=False,
        ),
    ]


async def _at_help(request: _AnyRequest, sessions: NamedDependency[Sessions]) -> api.Session:
    session = await sessions.find(request.cookies.get(COOKIE)) or api.Session()
    if session.role is Role.VIEWER:
        raise NotSignedInError
    if session.role not in AT_HELP:
        raise NotForYouError
    return session


def _seat(request: _AnyRequest) -> str:
    return seat_of(request.cookies[COOKIE])


@get("/live")
async def live(request: _AnyRequest, session: Officer, help_calls: Calls) -> ServerSentEvent:
    """Follow the calls."""
    del session
    return help_calls.hub.stream(*help_calls.first(), owner=_seat(request))


@post("/{call:str}/take", status_code=200)
async def take(
    call: FromPath[str], request: _AnyRequest, session: Officer, help_calls: Calls
) -> TakenCall:
    """Take a call that waits."""
    return help_calls.take(call, _seat(request), session.name)


@post("/{call:str}/end", status_code=204)
async def end(
    call: FromPath[str], request: _AnyRequest, session: Officer, help_calls: Calls
) -> None:
    """End one's own call."""
    del session
    help_calls.hang_up(call, _seat(request))


@get("/{call:str}/form", include_in_schema=False)
async def form(
    call: FromPath[str], request: _AnyRequest, session: Officer, help_calls: Calls
) -> Response[bytes]:
    """Return what the citizen lets be seen."""
    del session
    return Response(help_calls.form(call, _seat(request)), media_type=_JPEG)


@post("/media")
async def offer(call: FromPath[str], request: _AnyRequest, help_calls: Calls) -> Response[str]:
    """Hand the officer's offer to the kiosk, and its answer back (as RFC 9725 §4.2)."""
    line = _officers(request, help_calls, call)
    body = await _body(request, _SDP)
    read_description(body)
    try:
        answered = await help_calls.offered(line, text_of(body))
    except TimeoutError:
        raise DeadlinePassedError("The kiosk does not answer.") from None
    headers = {"Location": f"/help-calls/{call}/media", "ETag": f'"{call}"'}
    return Response(answered, status_code=201, media_type=_SDP, headers=headers)


@patch("/media", status_code=204)
async def candidates(call: FromPath[str], request: _AnyRequest, help_calls: Calls) -> None:
    """Take candidates that were found after the offer (RFC 8840)."""
    line = _officers(request, help_calls, call)
    line.found(text_of(await _body(request, _FRAGMENT)))


@delete("/media", status_code=204)
async def leave(call: FromPath[str], request: _AnyRequest, help_calls: Calls) -> None:
    """End the call from the officer's side."""
    _officers(request, help_calls, call)
    help_calls.end(call, Ended.OFFICER)


@get("/")
async def news(
    call: FromPath[str], request: _AnyRequest, help_calls: Calls, seen: FromQuery[int] = 0
) -> HelpNews:
    """Return what is new, when something is."""
    return await help_calls.news(_kiosks(request, help_calls, call), seen)


@post("/answer", status_code=204)
async def answer(call: FromPath[str], request: _AnyRequest, help_calls: Calls) -> None:
    """Take the kiosk's answer."""
    line = _kiosks(request, help_calls, call)
    body = await _body(request, _SDP)
    read_description(body)
    line.answered(text_of(body))


@delete("/", status_code=204)
async def hang_up(
    call: FromPath[str],
    request: _AnyRequest,
    help_calls: Calls,
    why: FromQuery[Ended] = Ended.CITIZEN,
) -> None:
    """End the call from the kiosk's side."""
    _kiosks(request, help_calls, call)
    help_calls.end(call, why)


@put("/", status_code=204)
async def show(call: FromPath[str], request: _AnyRequest, help_calls: Calls) -> None:
    """Take a picture of what the citizen lets be seen."""
    line = _kiosks(request, help_calls, call)
    help_calls.show(line, await _body(request, _JPEG), None)


@delete("/", status_code=204)
async def hide(
    call: FromPath[str],
    request: _AnyRequest,
    help_calls: Calls,
    why: FromQuery[Hidden] = Hidden.WITHDRAWN,
) -> None:
    """Take what was seen away."""
    help_calls.show(_kiosks(request, help_calls, call), b"", why)


def _kiosks(request: _AnyRequest, calls: HelpCalls, call: str) -> HelpLine:
    line = calls.line(call)
    line.is_kiosk(_token(request))
    return line


def _officers(request: _AnyRequest, calls: HelpCalls, call: str) -> HelpLine:
    line = calls.line(call)
    line.is_officer(_token(request))
    return line


def _token(request: _AnyRequest) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise NoTokenError
    return token.strip()


async def _body(request: _AnyRequest, kind: str) -> bytes:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != kind:
        raise NotAcceptedTypeError(f"The content type must be {kind}.")
    return await request.body()
