"""Every route of an application, found by itself, and what stands in their paths."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple
from urllib.parse import quote

from litestar import Litestar
from litestar.routes import HTTPRoute

_ASIDE = frozenset({"OPTIONS", "HEAD"})
_NAME = re.compile(r"\{(\w+)\}")


class Route(NamedTuple):
    """A method of a path, as it is written: `/boxes/{box}`."""

    method: str
    path: str

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def names(self) -> list[str]:
        """What stands in the path."""
        return _NAME.findall(self.path)


def routes_of(app: Litestar) -> Iterator[Route]:
    """Yield every route of the application."""
    for route in app.routes:
        assert isinstance(route, HTTPRoute), f"{route.path} is not of HTTP: guard it, and test it"
        for method in sorted(route.methods - _ASIDE):
            yield Route(method, route.path_format)


def queries_of(app: Litestar) -> Iterator[tuple[Route, list[str]]]:
    """Yield every route that is read, and what its handler takes of an address's query."""
    for route in app.routes:
        for handler in getattr(route, "route_handlers", ()):
            named = Route("GET", route.path_format)
            taken = set(handler.parsed_fn_signature.parameters) - {"request", *named.names}
            if "GET" in handler.http_methods and taken and named.path.strip("/"):
                yield named, sorted(taken)


def filled(route: Route, things: Mapping[str, str]) -> str:
    """Return the path with things that exist; a thing is known by its name, or by where it is."""

    def thing(name: re.Match[str]) -> str:
        until_here = route.path[: name.end()]
        return quote(things.get(until_here) or things[name[1]], safe="")

    return _NAME.sub(thing, route.path)
