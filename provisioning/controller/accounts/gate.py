"""The gate before every route: who asks, from whose page, and whether anybody may.

What is not named here as open needs a session. A person's page without one is led to the door, and
back afterwards; anything else gets 401. `scope["user"]` is then a Person, `scope["known"]` the
session it is known by.
"""

import hmac
from ipaddress import ip_address
from typing import Any
from urllib.parse import quote, urlsplit

from litestar.connection import ASGIConnection
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from provisioning.controller.access import NotSignedInError
from provisioning.controller.accounts.door import Door
from provisioning.controller.accounts.records import Known
from provisioning.controller.accounts.sessions import Client
from provisioning.controller.accounts.standing import Look, Standing
from provisioning.controller.origins import SAFE_METHODS, check_host, check_origin
from provisioning.controller.rights import Person

SIGN_IN = "/sign-in"
ACCOUNT = "/account"
METRICS = "/metrics"
_LOOKS = ("/static/", "/fonts/", "/dashboard/")
Connection = ASGIConnection[Any, Any, Any, Any]


class Gate:
    """Stands before an application that is known by these host names.

    An answer that goes on (a stream) ends when `standing` says that who asked has lost it. With
    `secure` (the dashboard speaks TLS) the cookie is bound to this host and to TLS by its `__Host-`
    prefix (RFC 6265bis §4.1.3.2).
    """

    def __init__(
        self,
        door: Door,
        standing: Standing,
        hosts: tuple[str, ...],
        *,
        secure: bool = False,
        metrics_token: str = "",
    ) -> None:
        self._door = door
        self._standing = standing
        self._hosts = hosts
        self._metrics_token = metrics_token
        self.secure = secure
        self.cookie = "__Host-session" if secure else "session"

    def __call__(self, app: ASGIApp) -> ASGIApp:
        """Return the application behind the gate."""

        async def behind(scope: Scope, receive: Receive, send: Send) -> None:
            await self._pass(app, scope, receive, send)

        return behind

    async def _pass(self, app: ASGIApp, scope: Any, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if scope["type"] not in ("http", "websocket") or path.startswith(_LOOKS):
            await app(scope, receive, send)
            return
        connection: Connection = ASGIConnection(scope, receive, send)
        check_host(connection, self._hosts)
        if _method(connection) not in SAFE_METHODS:
            check_origin(connection)
        token = connection.cookies.get(self.cookie, "")
        known = await self._door.known(token, used=_by_hand(connection)) if token else None
        scope["known"], scope["user"] = known, self._person(known)
        if known is not None:
            with self._standing.look(known.person.login) as look:
                await self._let_in(app, connection, known, token, look)
        elif path.rstrip("/") == SIGN_IN or self._may_read_metrics(connection):
            await app(scope, receive, send)
        elif _is_page(connection):
            asked = (
                f"{path}?{query}" if (query := scope["query_string"].decode("latin-1")) else path
            )
            await _lead(send, f"{SIGN_IN}?to={quote(asked, safe='/')}")
        else:
            raise NotSignedInError

    def _person(self, known: Known | None) -> Person | None:
        """Return who it is; who owes the door something has no rights until that is done."""
        if known is None or not self._door.owes(known):
            return known.person if known else None
        return Person(id=known.person.id, login=known.person.login, name=known.person.name)

    async def _let_in(
        self, app: ASGIApp, connection: Connection, known: Known, token: str, look: Look
    ) -> None:
        scope, receive, send = connection.scope, connection.receive, connection.send
        path = scope["path"].rstrip("/")
        outside = not path.startswith((ACCOUNT, SIGN_IN, "/sign-out"))
        if self._door.owes(known) and outside and _is_page(connection):
            await _lead(send, ACCOUNT)
            return
        over = False

        async def receive_while_known() -> Any:
            """Wait for the browser; who is lost meanwhile has the answer (a stream) ended."""
            nonlocal over
            while not over:
                try:
                    async with look.at_most():
                        return await receive()
                except TimeoutError:
                    over = await self._standing.is_lost(connection, known, token)
            return {"type": f"{scope['type']}.disconnect"}

        begun = ended = False

        async def send_noting(message: Message) -> None:
            nonlocal begun, ended
            begun = begun or message["type"] == "http.response.start"
            ended = message["type"] == "http.response.body" and not message.get("more_body")
            await send(message)

        await app(scope, receive_while_known, send_noting)
        if over and begun and not ended:
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    def _may_read_metrics(self, connection: Connection) -> bool:
        """Whether this is Prometheus: with the token, or on this very machine."""
        if connection.scope["path"].rstrip("/") != METRICS:
            return False
        told = connection.headers.get("authorization", "")
        if self._metrics_token and hmac.compare_digest(
            told.encode(), f"Bearer {self._metrics_token}".encode()
        ):
            return True
        forwarded = {"forwarded", "x-forwarded-for", "via"} & set(connection.headers.keys())
        return not forwarded and not told and _is_loopback(connection)


def client_of(connection: Connection) -> Client:
    """Return where a request comes from."""
    address = connection.client.host if connection.client else "?"
    return Client(address=address, browser=connection.headers.get("user-agent", ""))


def known_of(connection: Connection) -> Known:
    """Return the session that is asking; raises NotSignedInError."""
    known: Known | None = connection.scope.get("known")  # type: ignore[assignment]  # set by the gate
    if known is None:
        raise NotSignedInError
    return known


def own_place(to: str) -> str:
    """Return the place to go on to after the door, if it is one of ours, else the first page."""
    plain = to.isprintable() and "\\" not in to and to.startswith("/") and not to.startswith("//")
    try:
        parts = urlsplit(to)
    except ValueError:
        return "/"
    inside = plain and not parts.scheme and not parts.netloc
    return to if inside and parts.path.rstrip("/") != SIGN_IN else "/"


def _by_hand(connection: Connection) -> bool:
    """Whether somebody does this: a page that refreshes itself keeps no session alive."""
    return _method(connection) not in SAFE_METHODS or _is_visit(connection)


def _is_page(connection: Connection) -> bool:
    """Whether a person's browser goes to a page, rather than a script asking for something."""
    return (
        _method(connection) in ("GET", "HEAD")
        and not connection.scope["path"].startswith("/api/")
        and "text/html" in connection.headers.get("accept", "")
        and _is_visit(connection)
    )


def _is_visit(connection: Connection) -> bool:
    """Whether no script asks: it says so itself, or the browser does (over TLS and loopback)."""
    headers = connection.headers
    return (
        "x-refresh" not in headers
        and headers.get("accept") != "text/event-stream"
        and headers.get("sec-fetch-mode", "navigate") == "navigate"
    )


def _is_loopback(connection: Connection) -> bool:
    try:
        return ip_address(client_of(connection).address).is_loopback
    except ValueError:
        return False


def _method(connection: Connection) -> str:
    """Return the method; a websocket has none."""
    scope: Any = connection.scope
    return str(scope.get("method", ""))


async def _lead(send: Send, to: str) -> None:
    headers = [(b"location", to.encode("latin-1", "replace")), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": 303, "headers": headers})
    await send({"type": "http.response.body", "body": b"", "more_body": False})
