"""Guards of routes: who asks (the sign-in's middleware put it there), and how far that reaches.

What a request was let in for stands in its scope, so that an answer which goes on (a stream) can be
held against it again.
"""

from collections.abc import Callable, Iterable
from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler
from litestar.types import Guard

from devices.contract.errors import MotcuaError, NotAllowedError
from provisioning.controller.rights import Person, Places, Right

AnyConnection = ASGIConnection[Any, Any, Any, Any]
_DEMANDS = "demands"


class NotSignedInError(MotcuaError):
    """Nobody has signed in on this connection, or the session has ended."""

    code = "not_signed_in"


def person_of(connection: AnyConnection) -> Person:
    """Return who asks; raises NotSignedInError."""
    person = connection.scope.get("user")
    if not isinstance(person, Person):
        raise NotSignedInError
    return person


def needs(right: Right) -> Guard:
    """Return a guard: the person has the right somewhere. Where exactly, `Reach` says."""

    def check(connection: AnyConnection, _: BaseRouteHandler) -> None:
        _demand(
            connection,
            lambda person: right in person.rights,
            f"This needs the right to {right}.",
        )

    return check


def needs_everywhere(right: Right) -> Guard:
    """Return a guard: the person has the right in the whole province, not in a branch of it."""

    def check(connection: AnyConnection, _: BaseRouteHandler) -> None:
        _demand(
            connection,
            lambda person: person.may(right, ()),
            f"This needs the right to {right} in the whole province.",
        )

    return check


def still_holds(connection: AnyConnection, person: Person) -> bool:
    """Whether the person, as known now, would be let in to this request again."""
    return all(holds(person) for holds in connection.scope.get(_DEMANDS, ()))  # type: ignore[attr-defined]  # a key of ours


def _demand(connection: AnyConnection, holds: Callable[[Person], bool], words: str) -> Person:
    """Return who asks, if this holds, and note it; raises NotAllowedError."""
    person = person_of(connection)
    if not holds(person):
        raise NotAllowedError(words)
    scope: Any = connection.scope
    scope.setdefault(_DEMANDS, []).append(holds)
    return person


class Reach:
    """How far a person's rights reach among boxes."""

    def __init__(self, places: Places) -> None:
        self._places = places

    def check(self, connection: AnyConnection, right: Right, box: str) -> Person:
        """Return who asks, if the right holds at the box; raises NotAllowedError."""
        return _demand(
            connection,
            lambda person: person.may(right, self._places.path(box)),
            f"This needs the right to {right} at {box}.",
        )

    def among(self, person: Person, right: Right, boxes: Iterable[str]) -> list[str]:
        """Return those of the boxes where the right holds."""
        return [box for box in boxes if person.may(right, self._places.path(box))]
