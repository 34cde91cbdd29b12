"""Guards of routes: who asks (the sign-in's middleware put it there), and how far that reaches."""

from collections.abc import Iterable
from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler
from litestar.types import Guard

from devices.contract.errors import MotcuaError, NotAllowedError
from provisioning.controller.rights import Person, Places, Right

AnyConnection = ASGIConnection[Any, Any, Any, Any]


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
        if right not in person_of(connection).rights:
            raise NotAllowedError(f"This needs the right to {right}.")

    return check


def needs_everywhere(right: Right) -> Guard:
    """Return a guard: the person has the right in the whole province, not in a branch of it."""

    def check(connection: AnyConnection, _: BaseRouteHandler) -> None:
        if not person_of(connection).may(right, ()):
            raise NotAllowedError(f"This needs the right to {right} in the whole province.")

    return check


class Reach:
    """How far a person's rights reach among boxes."""

    def __init__(self, places: Places) -> None:
        self._places = places

    def check(self, connection: AnyConnection, right: Right, box: str) -> Person:
        """Return who asks, if the right holds at the box; raises NotAllowedError."""
        person = person_of(connection)
        if not person.may(right, self._places.path(box)):
            raise NotAllowedError(f"This needs the right to {right} at {box}.")
        return person

    def among(self, person: Person, right: Right, boxes: Iterable[str]) -> list[str]:
        """Return those of the boxes where the right holds."""
        return [box for box in boxes if person.may(right, self._places.path(box))]
