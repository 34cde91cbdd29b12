"""An ASGI application served inside the process's own loop, and errors as `{code, text, retry}`."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

import fontpkg_be_vietnam_pro
import msgspec
import structlog
import uvicorn
from litestar import Request, Response
from litestar.exceptions import HTTPException, InternalServerException
from litestar.static_files import create_static_files_router
from litestar.types import ASGIApp

from devices.contract.errors import BusyError, LineDownError, MotcuaError
from devices.contract.message import Refused, refused
from devices.runtime.alongside import alongside
from devices.web.limits import TooOftenError
from devices.web.tls import TlsConfig, TlsHttp, server_context

STATIC = Path(__file__).parent / "static"
_SHUTDOWN_S = 2
_BACKLOG = 256
_LONGEST_NAME = 255  # bytes, of ext4 and all its kin
_MOST_BYTES = 4  # of a letter in UTF-8
_NO_NUL = b"%EF%BF%BD"
_log = structlog.get_logger()


class _Server(uvicorn.Server):
    """uvicorn without signal handlers: the process owns the signals."""

    @contextlib.contextmanager
    def capture_signals(self) -> Any:
        yield


def _with_plain_names(app: ASGIApp) -> ASGIApp:
    """Take out of addresses what is nothing's name: file systems and databases raise for it.

    A NUL is replaced, and of a name in a path what is beyond the longest (255 bytes) is left out.
    """

    async def serve(scope: Any, receive: Any, send: Any) -> None:
        path = scope.get("path", "")
        if "\0" in path or len(path) > _LONGEST_NAME // _MOST_BYTES:
            whole = path.replace("\0", unquote_to_bytes(_NO_NUL).decode())
            names = (name.encode()[:_LONGEST_NAME] for name in whole.split("/"))
            scope["path"] = "/".join(name.decode(errors="ignore") for name in names)
        if b"%00" in scope.get("query_string", b""):
            scope["query_string"] = scope["query_string"].replace(b"%00", _NO_NUL)
        await app(scope, receive, send)

    return serve


@contextlib.asynccontextmanager
async def served(
    app: ASGIApp, host: str, port: int, *, tls: TlsConfig | None = None
) -> AsyncIterator[int]:
    """Serve the application while the context lasts; yields the port (`port=0` takes a free one).

    Raises OSError when the address cannot be bound, BadConfigError when `tls` is not usable.
    """
    context = server_context(tls) if tls else None
    listener = socket.create_server((host, port), backlog=_BACKLOG)
    listener.setblocking(False)
    # asyncio spares us Nagle only on sockets that name their protocol; accepted ones inherit this
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    config = uvicorn.Config(
        _with_plain_names(app),
        log_config=None,
        access_log=False,
        lifespan="on",
        timeout_graceful_shutdown=_SHUTDOWN_S,
        h11_max_incomplete_event_size=65_536,
        server_header=False,
        proxy_headers=False,  # an address that a client writes itself limits nobody
        http=TlsHttp if context else "h11",
        ssl_context_factory=(lambda _, __: context) if context else None,
    )
    server = _Server(config)
    ended = asyncio.Event()

    async def serve() -> None:
        try:
            await server.serve(sockets=[listener])
        finally:
            ended.set()

    async with alongside(serve(), name=f"http :{port}"):
        while not server.started:
            if ended.is_set():
                raise RuntimeError("the application did not start")
            await asyncio.sleep(0.01)
        try:
            yield int(listener.getsockname()[1])
        finally:
            server.should_exit = True
            try:
                await ended.wait()  # uvicorn waits for answers under way, for 2 s at most
            finally:  # it closes nothing when it is cancelled
                for each in server.servers:
                    each.close()
                listener.close()


def problem(_: Request[Any, Any, Any], error: Exception) -> Response[Refused]:
    """Return any error as `{code, text, retry}`; a bug is logged here, its inside not told."""
    if wrong := _wrong_in_body(error):
        return _answer(400, Refused(code="request.bad", text=wrong))
    if isinstance(error, HTTPException):
        code = _HTTP_CODES.get(error.status_code, f"http.{error.status_code}")
        return _answer(error.status_code, Refused(code=code, text=_detail(error)))
    if isinstance(error, MotcuaError):
        status = (
            503 if isinstance(error, BusyError | LineDownError) else _STATUS.get(error.code, 409)
        )
        answer = _answer(status, refused(error))
        if isinstance(error, TooOftenError):
            answer.headers["retry-after"] = str(error.wait_s)
        return answer
    if isinstance(error, RecursionError | UnicodeDecodeError):  # msgspec's words for broken JSON
        return _answer(400, Refused(code="request.bad", text="The body is not JSON."))
    _log.error("http.bug", exc_info=error)
    return _answer(
        500, Refused(code="bug", text="An error on our side; it was logged.", retry=True)
    )


def _answer(status: int, body: Refused) -> Response[Refused]:
    return Response(body, status_code=status, media_type="application/json")


def _wrong_in_body(error: Exception) -> str:
    """Return what is wrong in a body's key that Litestar took for a dependency of that name."""
    cause = error.__cause__
    if not isinstance(error, InternalServerException) or not isinstance(
        cause, msgspec.ValidationError
    ):
        return ""
    text, _, where = str(cause).partition(" - at `$.")
    return text if where.startswith("data") else ""


def _detail(error: HTTPException) -> str:
    extra = error.extra
    if isinstance(extra, list) and extra:
        return "; ".join(str(item.get("message", item)) for item in extra if isinstance(item, dict))
    return error.detail


_HTTP_CODES = {
    400: "request.bad",
    401: "not_signed_in",
    403: "not_allowed",
    404: "not_found",
    405: "method.not_allowed",
    413: "payload.too_large",
    429: "busy",
}
_STATUS = {
    "request.bad": 400,
    "payload.bad": 400,
    "payload.too_large": 413,
    "not_found": 404,
    "not_signed_in": 401,
    "too_often": 429,
    "command.not_allowed": 403,
}


def as_json(value: msgspec.Struct) -> str:
    """Return the struct as JSON text, for an event stream or a page."""
    return msgspec.json.encode(value).decode()


def common_routes() -> list[Any]:
    """Return the common routes: `/static/base.css`, `/static/live.js` and `/fonts/...`."""
    fonts = Path(fontpkg_be_vietnam_pro.__file__).parent / "files"
    return [
        create_static_files_router(path="/static", directories=[STATIC], include_in_schema=False),
        create_static_files_router(path="/fonts", directories=[fonts], include_in_schema=False),
    ]
