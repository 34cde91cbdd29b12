"""Who may ask a route: its mark, without which nobody may (`gate.py` reads it).

`@get("/x", **for_client(Scope.X))`, `@get("/y", opt=HEAD)`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from litestar.openapi import ResponseSpec

from devices.contract.message import Refused
from kiosk.register.config import Role
from kiosk.register.scopes import Scope

NEEDS = "needs"
SCHEME = "oauth"
"""The name of the security scheme in the OpenAPI documents."""


@dataclass(frozen=True, slots=True)
class Anybody:
    """Open to all."""


@dataclass(frozen=True, slots=True)
class AClient:
    """A machine with a token of this scope."""

    scope: Scope


@dataclass(frozen=True, slots=True)
class AnOfficer:
    """Somebody who has signed in at the pages, with this role at least."""

    role: Role


Needs = Anybody | AClient | AnOfficer
OPEN: dict[str, Needs] = {NEEDS: Anybody()}
OFFICER: dict[str, Needs] = {NEEDS: AnOfficer(Role.OFFICER)}
HEAD: dict[str, Needs] = {NEEDS: AnOfficer(Role.HEAD)}


def for_client(scope: Scope, also: Mapping[int, str] | None = None) -> dict[str, Any]:
    """Return what a client's route is declared with: mark, security scheme, refusals.

    `also` are refusals that only this route has, by status.
    """
    return {
        "opt": {NEEDS: AClient(scope)},
        "security": [{SCHEME: [str(scope)]}],
        "responses": {
            status: ResponseSpec(Refused, description=about, generate_examples=False)
            for status, about in {**_REFUSALS, **(also or {})}.items()
        },
    }


_REFUSALS = {
    400: "The request is not as described, or its Authorization header is not one bearer token.",
    401: "No token, or an expired one (RFC 6750 §3).",
    403: "The token does not allow this (RFC 6750 §3.1 insufficient_scope).",
    404: "There is no such thing.",
    409: "The state of things does not allow it.",
    422: "The idempotency key was used for another request.",
    413: "The body is too large.",
    429: "Too many requests: wait as `Retry-After` says.",
    503: "Not now: try again.",
}
