"""The token endpoint (RFC 6749 §4.4)."""

from typing import Any

import msgspec
from litestar import Request, Response, Router, post
from litestar.di import NamedDependency
from litestar.openapi import ResponseSpec
from litestar.openapi.spec import OpenAPIMediaType, Operation, RequestBody, Schema
from litestar.openapi.spec.enums import OpenAPIType

from devices.contract.message import Refused
from kiosk.register.access import OPEN
from kiosk.register.oauth import (
    FORM,
    InvalidRequestError,
    OauthError,
    TokenAnswer,
    Tokens,
    read_request,
)

TOKEN_PATH = "/oauth/token"  # noqa: S105 - an address
_LONGEST_BODY = 8192


class TokenRefused(msgspec.Struct, frozen=True, kw_only=True):
    """Why there is none (RFC 6749 §5.2)."""

    error: str
    error_description: str


class _TokenOperation(Operation):
    """The description of the endpoint: its body is a form (RFC 6749 §4.4.2)."""

    def __post_init__(self) -> None:
        text = Schema(type=OpenAPIType.STRING)
        form = Schema(
            type=OpenAPIType.OBJECT,
            required=["grant_type"],
            properties={
                "grant_type": Schema(type=OpenAPIType.STRING, enum=["client_credentials"]),
                "scope": text,
                "client_id": text,
                "client_secret": text,
            },
        )
        self.request_body = RequestBody(
            required=True, content={FORM: OpenAPIMediaType(schema=form)}
        )


@post(
    TOKEN_PATH,
    operation_class=_TokenOperation,
    status_code=200,
    opt=OPEN,
    responses={
        400: ResponseSpec(TokenRefused, description="RFC 6749 §5.2", generate_examples=False),
        401: ResponseSpec(TokenRefused, description="invalid_client", generate_examples=False),
        429: ResponseSpec(
            Refused,
            description="Too many tries: wait as `Retry-After` says.",
            generate_examples=False,
        ),
    },
    tags=["oauth"],
)
async def give_token(
    request: Request[Any, Any, Any], tokens: NamedDependency[Tokens]
) -> Response[TokenAnswer | TokenRefused]:
    """Give a token to a client (RFC 6749 §4.4): form-encoded, HTTP Basic or secret in the body."""
    no_store = {"cache-control": "no-store", "pragma": "no-cache"}
    address = request.client.host if request.client else ""
    try:
        asked = read_request(request.headers, await _bounded(request))
        answer = await tokens.give(asked, address)
    except OauthError as error:
        refused = TokenRefused(error=error.told, error_description=error.sentence)
        return Response(refused, status_code=error.status, headers={**no_store, **error.headers})
    return Response(answer, headers=no_store)


async def _bounded(request: Request[Any, Any, Any]) -> bytes:
    body = await request.body()
    if len(body) > _LONGEST_BODY:
        raise InvalidRequestError("The body is too long.")
    return body


def oauth_routes() -> Router:
    """Return the token endpoint."""
    return Router(path="/", route_handlers=[give_token])
