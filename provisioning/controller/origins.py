"""Whose page asks: what a page of another site sends is refused (OWASP: cross-site requests).

A session's cookie is `SameSite=Strict`, so another site's request comes without it. On top of
that a browser says itself where an unsafe request comes from (`Sec-Fetch-Site`, `Origin`), and no
page can make it lie; so there is no token in forms, which every page would have to carry.
"""

from typing import Any
from urllib.parse import urlsplit

from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler
from litestar.types import Guard

from devices.contract.errors import MotcuaError

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_OWN = frozenset({"same-origin", "none"})  # `none`: typed in, or a bookmark
_Connection = ASGIConnection[Any, Any, Any, Any]


class ForeignOriginError(MotcuaError):
    """The request came from a page of another site, or does not say from where."""

    code = "origin.foreign"


class UnknownHostError(MotcuaError):
    """The request calls this machine by a name that is not among its names (http.names)."""

    code = "host.unknown"


def known_host(hosts: tuple[str, ...]) -> Guard:
    """Return a guard: this machine is called by one of its names (against DNS rebinding)."""

    def check(connection: _Connection, _: BaseRouteHandler) -> None:
        check_host(connection, hosts)

    return check


def check_host(connection: _Connection, hosts: tuple[str, ...]) -> None:
    """Raise UnknownHostError for a name that is not ours."""
    try:
        name = urlsplit(f"//{connection.headers.get('host', '')}").hostname
    except ValueError:  # brackets without an address
        name = None
    if name not in hosts:
        raise UnknownHostError


def own_origin(connection: _Connection, _: BaseRouteHandler | None = None) -> None:
    """Refuse what a page of another site sends; raises ForeignOriginError."""
    site, origin = (connection.headers.get(name) for name in ("sec-fetch-site", "origin"))
    if site is not None and site not in _OWN:
        raise ForeignOriginError
    if origin is not None and _netloc(origin) != connection.headers.get("host"):
        raise ForeignOriginError


def check_origin(connection: _Connection) -> None:
    """Refuse the same, and an unsafe request that does not say where it comes from.

    Raises ForeignOriginError. A program that signs in says `Origin`, as every browser does.
    """
    own_origin(connection)
    if not {"origin", "sec-fetch-site"} & set(connection.headers.keys()):
        raise ForeignOriginError


def _netloc(origin: str) -> str:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""
